// The expected instants are worked out by hand from the zone rules: New York is UTC-5 in winter and UTC-4
// from 2026-03-08 02:00 to 2026-11-01 02:00; Lord Howe shifts by half an hour; Kolkata is +5:30 all year.
import { describe, expect, it } from 'vitest';
import {
  addDays, dateWords, dayAndTime, dayNear, daysOrSpan, dayStart, instantOf, instantsOf, lastDay, minutesBetween, parseTimeOfDay, span, time, wallOf, weekStart, zoneName,
} from './time';

const ny = 'America/New_York';

describe('a wall time of a zone', () => {
  it('is one instant on most days', () => {
    expect(instantsOf({ date: '2026-03-10', time: '18:00' }, ny)).toEqual(['2026-03-10T22:00:00Z']);
    expect(instantsOf({ date: '2026-01-10', time: '18:00' }, ny)).toEqual(['2026-01-10T23:00:00Z']);
    expect(instantsOf({ date: '2026-07-01', time: '00:00' }, 'Asia/Kolkata')).toEqual(['2026-06-30T18:30:00Z']);
  });
  it('is none in the hour that is skipped', () => {
    expect(instantsOf({ date: '2026-03-08', time: '02:30' }, ny)).toEqual([]);
    expect(instantsOf({ date: '2026-03-08', time: '02:00' }, ny)).toEqual([]);
    expect(instantOf({ date: '2026-03-08', time: '02:59' }, ny)).toBeNull();
  });
  it('is exact on both sides of the gap', () => {
    expect(instantsOf({ date: '2026-03-08', time: '01:59' }, ny)).toEqual(['2026-03-08T06:59:00Z']);
    expect(instantsOf({ date: '2026-03-08', time: '03:00' }, ny)).toEqual(['2026-03-08T07:00:00Z']);
  });
  it('is two in the hour that comes twice, the earlier first', () => {
    expect(instantsOf({ date: '2026-11-01', time: '01:30' }, ny)).toEqual(['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z']);
    expect(instantsOf({ date: '2026-11-01', time: '01:00' }, ny)).toEqual(['2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z']);
    expect(instantOf({ date: '2026-11-01', time: '01:30' }, ny)).toBe('2026-11-01T05:30:00Z');
  });
  it('is one on both sides of that hour', () => {
    expect(instantsOf({ date: '2026-11-01', time: '00:59' }, ny)).toEqual(['2026-11-01T04:59:00Z']);
    expect(instantsOf({ date: '2026-11-01', time: '02:00' }, ny)).toEqual(['2026-11-01T07:00:00Z']);
  });
  it('knows shifts of half an hour', () => {
    // Lord Howe: +10:30, and +11 from the first Sunday of October (2026-10-04 02:00 becomes 02:30).
    expect(instantsOf({ date: '2026-10-04', time: '02:15' }, 'Australia/Lord_Howe')).toEqual([]);
    expect(instantsOf({ date: '2026-10-04', time: '02:30' }, 'Australia/Lord_Howe')).toEqual(['2026-10-03T15:30:00Z']);
  });
  it('is none for what is no date', () => {
    expect(instantsOf({ date: '', time: '18:00' }, ny)).toEqual([]);
  });
});

describe('an instant in words', () => {
  it('is read in the given zone', () => {
    expect(wallOf('2026-03-10T22:05:00Z', ny)).toEqual({ date: '2026-03-10', time: '18:05' });
    expect(wallOf('2026-03-10T03:59:00Z', ny)).toEqual({ date: '2026-03-09', time: '23:59' });
    expect(time('2026-03-10T04:00:00Z', ny)).toBe('00:00');
    expect(dayAndTime('2026-03-10T22:00:00Z', ny)).toBe('Tue 10 Mar 18:00');
    expect(lastDay('2026-03-14T04:00:00Z', ny)).toBe('Fri 13 Mar'); // midnight after it
    expect(lastDay('2026-03-14T04:01:00Z', ny)).toBe('Sat 14 Mar');
    expect(span('2026-03-10T22:00:00Z', '2026-03-10T23:30:00Z', ny)).toBe('18:00–19:30');
    expect(dateWords('2026-03-10', 'long')).toBe('Tuesday 10 March');
  });
  it('names today and tomorrow by the zone’s own calendar', () => {
    const now = Date.parse('2026-03-11T02:00:00Z'); // 22:00 on the 10th in New York
    expect(dayNear('2026-03-11T03:00:00Z', ny, now)).toBe('Today');
    expect(dayNear('2026-03-11T22:00:00Z', ny, now)).toBe('Tomorrow');
    expect(dayNear('2026-03-12T22:00:00Z', ny, now)).toBe('Thu 12 Mar');
  });
  it('names the offset in force', () => {
    expect(zoneName('2026-11-01T05:30:00Z', ny)).toBe('EDT');
    expect(zoneName('2026-11-01T06:30:00Z', ny)).toBe('EST');
  });
});

describe('days', () => {
  it('add up across months and leap years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(weekStart('2026-03-10')).toBe('2026-03-09');
    expect(weekStart('2026-03-15')).toBe('2026-03-09'); // a Sunday ends its week
  });
  it('start at midnight, or at the first instant there is', () => {
    expect(dayStart('2026-03-08', ny)).toBe('2026-03-08T05:00:00Z');
    expect(dayStart('2026-03-09', ny)).toBe('2026-03-09T04:00:00Z');
    // Beirut skips 00:00–01:00 on 2026-03-29: the day begins at 01:00 (+3), 22:00 UTC.
    expect(dayStart('2026-03-29', 'Asia/Beirut')).toBe('2026-03-28T22:00:00Z');
  });
  it('are told apart from minutes', () => {
    expect(minutesBetween('2026-03-10T22:00:00Z', '2026-03-10T22:50:00Z')).toBe(50);
  });
});

describe('a typed time of day', () => {
  it.each([
    ['18:12', '18:12'], ['1812', '18:12'], ['9', '09:00'], ['9:5', null], ['930', '09:30'], ['6:12 pm', '18:12'],
    ['6pm', '18:00'], ['12am', '00:00'], ['12 p.m.', '12:00'], ['18.40', '18:40'], ['18h40', '18:40'], [' 7 ', '07:00'],
    ['24:00', null], ['18:60', null], ['13pm', null], ['0pm', null], ['soon', null], ['', null], ['18:12:00', null],
  ])('%s is %s', (typed, meant) => expect(parseTimeOfDay(typed)).toBe(meant));
});

it('says whole days as days, and other times with their hours', () => {

  expect(daysOrSpan('2026-03-10T04:00:00Z', '2026-03-11T04:00:00Z', ny)).toBe('Tue 10 Mar');
  // The clocks go forward in between: the first midnight is an hour further from UTC.
  expect(daysOrSpan('2026-03-07T05:00:00Z', '2026-03-10T04:00:00Z', ny)).toBe('Sat 7 Mar – Mon 9 Mar');
  expect(daysOrSpan('2026-03-10T17:00:00Z', '2026-03-10T21:30:00Z', ny)).toBe('Tue 10 Mar 13:00–17:30');
  expect(daysOrSpan('2026-03-10T17:00:00Z', '2026-03-11T13:00:00Z', ny)).toBe('Tue 10 Mar 13:00–Wed 11 Mar 09:00');
});
