import { expect, test } from 'vitest';
import { opensWhen } from './rules';

test('each rule says when it opens a task', () => {
  expect(opensWhen({ rule: 'unexcused_in_a_row', times: 2, days: 365 })).toBe('At 2 sessions in a row missed without excuse.');
  expect(opensWhen({ rule: 'unexcused_in_a_row', times: 1, days: 365 })).toBe('At the first session missed without excuse.');
  expect(opensWhen({ rule: 'days_without_service', times: 1, days: 21 })).toBe('After 21 days without a session attended.');
  expect(opensWhen({ rule: 'often_late', times: 4, days: 30 })).toBe('When somebody was late 4 times within 30 days.');
});

test('none at all, whatever its days say', () => {
  for (const rule of ['unexcused_in_a_row', 'days_without_service', 'often_late'] as const) expect(opensWhen({ rule, times: 0, days: 30 })).toBe('Never.');
});
