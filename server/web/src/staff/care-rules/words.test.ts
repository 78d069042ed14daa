import { expect, test } from 'vitest';
import type { CareRule } from '../../api-types';
import { agesWords, asksWords, byJurisdiction, hours, minutesOf, stateOf, typedHours } from './words';

const rule = (more: Partial<CareRule> = {}): CareRule => ({
  id: 1, jurisdiction: '', level: '2.1', youngest: 18, least_minutes: 540, least_days: 0, least_individual_minutes: 0,
  least_group_minutes: 0, partial_week: 'prorated', from: '2026-01-01', source: 'The ASAM Criteria', checked: '', ...more,
});

test('hours are typed as people write them, and come back as typed', () => {
  expect(['9', ' 8:59 ', '8.5', '8,5', '0', '0:30', '168'].map(minutesOf)).toEqual([540, 539, 510, 510, 0, 30, 10080]);
  expect(['', 'nine', '8:75', '8:5', '-1', '9 h', '1e2'].map(minutesOf)).toEqual([null, null, null, null, null, null, null]);
  for (const minutes of [0, 30, 539, 540, 1140]) expect(minutesOf(typedHours(minutes))).toBe(minutes);
  expect([0, 30, 539, 540].map(hours)).toEqual(['0 h', '30 min', '8 h 59 min', '9 h']);
});

test('what a week asks for: at least, at most, or between', () => {
  expect(asksWords(rule())).toBe('At least 9 h a week');
  expect(asksWords(rule({ most_minutes: 1140 }))).toBe('9 h to 19 h a week');
  expect(asksWords(rule({ least_minutes: 0, most_minutes: 539 }))).toBe('At most 8 h 59 min a week');
  expect(asksWords(rule({ least_minutes: 0 }))).toBe('No hours');
  expect(asksWords(rule({ least_days: 3, least_individual_minutes: 60, least_group_minutes: 480 }))).toBe(
    'At least 9 h a week; on at least 3 days; at least 1 h one-on-one; at least 8 h in groups',
  );
});

test('ages', () => {
  expect(agesWords({ youngest: 0 })).toBe('Any age');
  expect(agesWords({ youngest: 18 })).toBe('18 and older');
  expect(agesWords({ youngest: 0, oldest: 17 })).toBe('Up to 17 years');
  expect(agesWords({ youngest: 12, oldest: 17 })).toBe('12 to 17 years');
});

test('a rule is in force from its first day to its last', () => {
  const limited = rule({ from: '2026-03-10', until: '2026-03-12' });
  expect(['2026-03-09', '2026-03-10', '2026-03-12', '2026-03-13'].map((day) => stateOf(limited, day))).toEqual(['coming', 'in_force', 'in_force', 'ended']);
  expect(stateOf(rule(), '2030-01-01')).toBe('in_force');
});

test('those that hold everywhere come first', () => {
  expect(byJurisdiction([rule({ id: 1, jurisdiction: 'US-IL' }), rule({ id: 2 }), rule({ id: 3, jurisdiction: 'US-IL' })]).map((j) => [j.jurisdiction, j.rules.map((r) => r.id)])).toEqual([
    ['', [2]], ['US-IL', [1, 3]],
  ]);
});
