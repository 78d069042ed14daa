import type { MyMissed } from '../api-types';
import { expect, test } from 'vitest';
import { ahead, inOrder, missedWords, note } from './make-up';

const zone = 'America/New_York';
const now = Date.parse('2026-03-12T16:00:00Z'); // Thursday, noon
const one = (session: number, starts_at: string, more: Partial<MyMissed> = {}): MyMissed => ({
  session, title: 'Appointment', starts_at, zone, state: 'open', make_up_before: '2026-03-18T04:00:00Z', ...more,
});
const booked = { state: 'booked', made_up_by: 9, made_up_start: '2026-03-16T22:00:00Z' } as const;

test('a day is named as people say it, where it happened', () => {
  expect(missedWords(one(1, '2026-03-12T13:00:00Z'), now)).toBe('today’s appointment');
  expect(missedWords(one(1, '2026-03-11T13:00:00Z'), now)).toBe('yesterday’s appointment');
  // 23:30 on Tuesday there, and Wednesday in UTC.
  expect(missedWords(one(1, '2026-03-11T03:30:00Z'), now)).toBe('Tuesday’s appointment');
  expect(missedWords(one(1, '2026-03-06T15:00:00Z'), now)).toBe('Friday’s appointment');
  expect(missedWords(one(1, '2026-03-05T15:00:00Z'), now)).toBe('the appointment on Thu 5 Mar');
});

test('what can be made up comes first, the nearest end before the others; what is too late is left out', () => {
  const missed = [
    one(1, '2026-03-11T13:00:00Z', { make_up_before: '2026-03-19T04:00:00Z' }),
    one(2, '2026-03-10T13:00:00Z'),
    one(3, '2026-03-09T13:00:00Z', booked),
    one(4, '2026-03-08T13:00:00Z', { state: 'made_up' }),
    one(5, '2026-02-01T13:00:00Z', { state: 'expired' }),
  ];
  expect(inOrder(missed).map((m) => m.session)).toEqual([2, 1, 3, 4]);
});

test('the first page says what can be made up, and until which day', () => {
  expect(note([], now)).toBeNull();
  expect(note([one(1, '2026-02-01T13:00:00Z', { state: 'expired' })], now)).toBeNull();
  expect(note([one(1, '2026-03-10T13:00:00Z'), one(2, '2026-03-09T13:00:00Z', booked)], now)).toEqual({
    title: 'You can still make up Tuesday’s appointment', about: 'Until Tue 17 Mar',
  });
  expect(note([one(1, '2026-03-10T13:00:00Z'), one(2, '2026-03-11T13:00:00Z', { make_up_before: '2026-03-19T04:00:00Z' })], now)).toEqual({
    title: 'You can still make up 2 appointments', about: 'The first until Tue 17 Mar',
  });
});

test('once it is booked the first page says for when, until that begins', () => {
  const made = one(1, '2026-03-10T13:00:00Z', booked);
  expect(note([made], now)).toEqual({
    title: 'On Mon 16 Mar you make up Tuesday’s appointment', about: 'Mon 16 Mar 18:00. You can still give it back.',
  });
  const begun = Date.parse('2026-03-16T22:00:00Z');
  expect(ahead(made, begun - 1)).toBe(true);
  expect(ahead(made, begun)).toBe(false);
  expect(note([made], begun)).toBeNull();
});
