import { expect, test } from 'vitest';
import { hoursOf, share } from './share';

test('a share says what it is of, and nothing of nothing', () => {
  expect(share(78, 90)).toBe('78 of 90 (87 %)');
  expect(share(0, 4)).toBe('0 of 4 (0 %)');
  expect(share(0, 0)).toBe('–');
});

test('minutes become hours', () => {
  expect(hoursOf(0)).toBe('0 h 0 min');
  expect(hoursOf(95)).toBe('1 h 35 min');
});
