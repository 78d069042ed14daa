import type { Affected, Series } from '../../api-types';
import { describe, expect, it } from 'vitest';
import {
  type SeriesForm, changesNothing, fromRule, nthOf, ruleDayOf, ruleWords, tally, toNewSeries, toRule, toSeriesEdit, weekly,
} from './rules';

const tuesday = '2026-03-10'; // the second Tuesday of its month

describe('rules', () => {
  it('are written as RFC 5545 wants them', () => {
    const form = weekly(tuesday);
    expect(toRule(form, tuesday)).toBe('FREQ=WEEKLY;BYDAY=TU');
    expect(toRule({ ...form, interval: 2, days: ['TH', 'MO'], ends: 'count', count: 6 }, tuesday)).toBe('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=6');
    expect(toRule({ ...form, every: 'day', ends: 'until', until: '2026-04-01' }, tuesday)).toBe('FREQ=DAILY;UNTIL=20260401');
    expect(toRule({ ...form, every: 'month' }, tuesday)).toBe('FREQ=MONTHLY;BYDAY=2TU');
    expect(toRule({ ...form, every: 'month', nth: 0 }, tuesday)).toBe('FREQ=MONTHLY;BYMONTHDAY=10');
  });
  it('know the day of the week and which one of its month', () => {
    expect([ruleDayOf(tuesday), ruleDayOf('2026-03-15'), ruleDayOf('2026-03-16')]).toEqual(['TU', 'SU', 'MO']);
    expect([nthOf('2026-03-07'), nthOf('2026-03-08'), nthOf('2026-03-28'), nthOf('2026-03-29')]).toEqual([1, 2, 4, -1]);
  });
  it('come back into the form', () => {
    for (const rule of ['FREQ=WEEKLY;BYDAY=TU', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=6', 'FREQ=DAILY;UNTIL=20260401', 'FREQ=MONTHLY;BYDAY=2TU', 'FREQ=MONTHLY;BYMONTHDAY=10'])
      expect(toRule(fromRule(rule, tuesday)!, tuesday)).toBe(rule);
    expect(toRule(fromRule('FREQ=WEEKLY', tuesday)!, tuesday)).toBe('FREQ=WEEKLY;BYDAY=TU');
  });
  it('stay as they are when the form has no fields for them', () => {
    for (const rule of ['FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1', 'FREQ=MONTHLY;BYDAY=2WE', 'FREQ=DAILY;BYDAY=MO,TU', 'FREQ=MONTHLY;BYMONTHDAY=11'])
      expect(fromRule(rule, tuesday)).toBeNull();
  });
  it('are said in words', () => {
    expect(ruleWords('FREQ=WEEKLY;BYDAY=MO,WE,TH')).toBe('Every week on Monday, Wednesday and Thursday');
    expect(ruleWords('FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;COUNT=1')).toBe('Every 2 weeks on Sunday, 1 time');
    expect(ruleWords('FREQ=MONTHLY;BYDAY=-1FR')).toBe('Every month on the last Friday');
    expect(ruleWords('FREQ=DAILY;UNTIL=20260401T235959Z')).toBe('Every day, until Wed 1 Apr 2026');
    expect(ruleWords('FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2')).toBe('FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2');
  });
});

const form = (more: Partial<SeriesForm> = {}): SeriesForm => ({
  title: '', starts_on: tuesday, time: '18:00', duration: 90, rule: weekly(tuesday), room: 4, link: '',
  facilitators: [{ id: 3, label: 'Nora' }], leaveOut: false, overrideReason: '', ...more,
});
const series: Series = {
  id: 8, site: 1, service: 2, group: 5, title: 'Coping', room: 4, link: '', starts_on: tuesday, time: '18:00', duration_minutes: 90,
  zone: 'America/New_York', rule: 'FREQ=WEEKLY', seats: 12, expanded_until: '2026-09-08T00:00:00Z', version: 1, facilitators: [3], skips: [],
};
const group = { id: 5, site: 1 };

describe('a new series', () => {
  it('leaves out what was left empty', () => {
    expect(toNewSeries(form(), group).series).toEqual({
      group: 5, site: 1, starts_on: tuesday, time: '18:00', duration_minutes: 90, rule: 'FREQ=WEEKLY;BYDAY=TU', facilitators: [3], room: 4,
    });
  });
  it('says what is to become of collisions', () => {
    expect(toNewSeries(form({ leaveOut: true }), group).series).toMatchObject({ leave_out_conflicts: true });
    expect(toNewSeries(form({ overrideReason: ' agreed ' }), group).series).toMatchObject({ override: { reason: 'agreed' } });
  });
  it('says what is missing, each at its field', () => {
    const empty = form({ starts_on: '', time: 'soon', duration: 0, facilitators: [], rule: { ...weekly(tuesday), days: [] } });
    expect(toNewSeries(empty, group).problems.map((p) => p.pointer)).toEqual(['/starts_on', '/time', '/duration_minutes', '/rule', '/facilitators']);
  });
});

describe('an edit of a series', () => {
  const unchanged = form({ title: 'Coping' });
  it('asks only for what differs', () => {
    expect(toSeriesEdit(unchanged, series, null, false).edit).toEqual({});
    expect(toSeriesEdit({ ...unchanged, time: '6:30 pm', facilitators: [{ id: 5, label: '' }, { id: 3, label: '' }] }, series, 41, false).edit).toEqual({
      from: 41, time: '18:30', facilitators: [5, 3],
    });
    expect(toSeriesEdit({ ...unchanged, rule: { ...weekly(tuesday), days: ['TU', 'TH'] } }, series, null, false).edit).toEqual({ rule: 'FREQ=WEEKLY;BYDAY=TU,TH' });
  });
  it('keeps a rule that the form has no fields for', () => {
    expect(toSeriesEdit({ ...unchanged, rule: null }, { ...series, rule: 'FREQ=DAILY;BYDAY=MO' }, null, false).edit).toEqual({});
  });
  it('ends it with nothing else', () => {
    expect(toSeriesEdit({ ...unchanged, time: '19:00' }, series, 41, true).edit).toEqual({ from: 41, end: true });
  });
  it('knows when nothing is asked for', () => {
    expect(changesNothing({ from: 41, leave_out_conflicts: true })).toBe(true);
    expect(changesNothing({ end: true })).toBe(false);
  });
});

it('counts what becomes of the dates, in a fixed order', () => {
  const date = (outcome: Affected['outcome']): Affected => ({ outcome, detail: '', conflicts: [], troubles: [], clients: 0, reminders: 0 });
  expect(tally([date('closed'), date('fine'), date('conflict'), date('fine')])).toEqual([
    { outcome: 'fine', count: 2 }, { outcome: 'conflict', count: 1 }, { outcome: 'closed', count: 1 },
  ]);
});
