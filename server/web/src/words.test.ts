import { expect, test } from 'vitest';
import { inFours, lateness } from './words';

test('how long something has waited: in minutes, hours, days', () => {
  const hour = 3600;
  expect([20, 89 * 60, 90 * 60, 2 * hour, 47 * hour, 48 * hour, 5 * 24 * hour].map(lateness)).toEqual([
    '1 minute', '89 minutes', '2 hours', '2 hours', '47 hours', '2 days', '5 days',
  ]);
});

test('a code is read in fours', () => {
  expect(inFours('ABCDEFGHJKMN')).toEqual(['ABCD', 'EFGH', 'JKMN']);
});
