import { expect, test } from 'vitest';
import type { SelfCheck } from './api-types';
import { askedWords, cravingWords, goalWords, line, meetingsWords, progressWords, trend } from './plan';

test('goals in words', () => {
  expect(goalWords({ kind: 'visits', every_days: 14, until: '2026-10-10', then_every_days: 30 })).toBe('A visit every 2 weeks until 10 Oct 2026, then every 30 days');
  expect(goalWords({ kind: 'visits', every_days: 7 })).toBe('A visit every week');
  expect(goalWords({ kind: 'visits', every_days: 1, months: 1 })).toBe('A visit every day for 1 month');
  expect(goalWords({ kind: 'visits', every_days: 10, months: 6, then_every_days: 28 })).toBe('A visit every 10 days for 6 months, then every 4 weeks');
  expect(goalWords({ kind: 'meetings', per_week: 1 })).toBe('1 meeting a week');
  expect(goalWords({ kind: 'group', group: 4, group_name: 'Alumni' })).toBe('Alumni');
  expect(goalWords({ kind: 'group', group: 'Your group' })).toBe('Your group');
  expect(goalWords({ kind: 'group' })).toBe('A group, chosen with the plan');
  expect(goalWords({ kind: 'text', words: 'Call home' })).toBe('Call home');
});

test('progress never stands without what it is of', () => {
  expect(progressWords({ weeks_met: 12, weeks_judged: 14 })).toBe('12 of 14 weeks');
  expect(progressWords({ weeks_met: 0, weeks_judged: 1 })).toBe('0 of 1 week');
  expect(progressWords({ weeks_met: 0, weeks_judged: 0 })).toBe('No whole week yet');
  expect(meetingsWords({ kind: 'meetings', meetings_gone: 30, meetings_verified: 12 })).toBe('30 meetings, 12 of them verified');
  expect(meetingsWords({ kind: 'meetings', meetings_gone: 1, meetings_verified: 0 })).toBe('1 meeting, none of them verified');
  expect(meetingsWords({ kind: 'visits', meetings_gone: 0, meetings_verified: 0 })).toBe('');
});

test('when somebody is asked, the week beginning with Monday', () => {
  const at = (days: number[]) => askedWords({ limit: 8, days, at: '18:00' });
  expect(at([])).toBe('Never');
  expect(at([0, 1])).toBe('Mon and Sun at 18:00');
  expect(at([5, 1, 3])).toBe('Mon, Wed and Fri at 18:00');
  expect(at([2])).toBe('Tue at 18:00');
  expect(at([0, 1, 2, 3, 4, 5, 6])).toBe('Every day at 18:00');
});

test('every number of the scale has a word', () => {
  expect(Array.from({ length: 11 }, (_, n) => cravingWords(n)).filter((w, i, all) => all.indexOf(w) === i)).toEqual(['none', 'light', 'clear', 'strong', 'very strong']);
});

test('the line goes from the earliest to the latest, 10 at the top', () => {
  const check = (craving: number): SelfCheck => ({ id: craving + 1, at: '2026-03-10T12:00:00Z', craving, mood: 3, triggers: [], note: '' });
  expect(line(trend([check(10), check(5), check(0)], 100, 40))).toBe('0.0,40.0 50.0,20.0 100.0,0.0');
  expect(line(trend([check(5)], 100, 40))).toBe('50.0,20.0');
  expect(trend([], 100, 40)).toEqual([]);
});
