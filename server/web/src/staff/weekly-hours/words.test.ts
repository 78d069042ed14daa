import type { WeekHours } from '../../api-types';
import { expect, test } from 'vitest';
import { bar, hours } from './words';

const parts = (minutes: number) => ({ minutes, individual_minutes: 0, group_minutes: minutes, days: 1 });
const week = (required: number, credited: number, unmarked: number, scheduled: number): WeekHours => ({
  week: '2026-03-09', from: '', until: '', verdict: 'at_risk', levels: ['2.1'], asked_days: 7, rules: [1],
  required: parts(required), credited: parts(credited), unmarked: parts(unmarked), scheduled: parts(scheduled),
});

test('minutes as hours', () => {
  expect(hours(0)).toBe('0 min');
  expect(hours(45)).toBe('45 min');
  expect(hours(539)).toBe('8 h 59');
  expect(hours(540)).toBe('9 h');
  expect(hours(545)).toBe('9 h 05');
});

test('the bar is as long as what is required, or as what there is', () => {
  expect(bar(week(500, 250, 50, 100))).toEqual({ credited: 50, unmarked: 10, scheduled: 20, mark: 100 });
  expect(bar(week(300, 400, 100, 500))).toEqual({ credited: 40, unmarked: 10, scheduled: 50, mark: 30 });
  expect(bar(week(0, 0, 0, 0))).toEqual({ credited: 0, unmarked: 0, scheduled: 0, mark: null });
});
