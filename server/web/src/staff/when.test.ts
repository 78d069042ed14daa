import { expect, it } from 'vitest';
import { rangeOf, theRestOf } from './when';

const ny = 'America/New_York';

it('is the whole day unless times are given', () => {
  expect(rangeOf(theRestOf('2026-03-10'), ny).range).toEqual({ from: '2026-03-10T04:00:00Z', until: '2026-03-11T04:00:00Z' });
  expect(rangeOf({ day: '2026-03-10', time: '1 pm', lastDay: '2026-03-11', lastTime: '9' }, ny).range).toEqual({
    from: '2026-03-10T17:00:00Z', until: '2026-03-11T13:00:00Z',
  });
});
it('is 23 hours on the day on which clocks go forward', () => {
  const { from, until } = rangeOf(theRestOf('2026-03-08'), ny).range!;
  expect(Date.parse(until) - Date.parse(from)).toBe(23 * 3_600_000);
});
it('says which end is wrong', () => {
  const pointers = (when: Parameters<typeof rangeOf>[0]) => rangeOf(when, ny).problems.map((p) => p.pointer);
  expect(pointers({ day: '', time: '', lastDay: '2026-03-10', lastTime: 'soon' })).toEqual(['/from', '/until']);
  expect(pointers({ day: '2026-03-10', time: '', lastDay: '2026-03-09', lastTime: '' })).toEqual(['/until']);
  expect(pointers({ day: '2026-03-10', time: '', lastDay: '2026-03-25', lastTime: '' })).toEqual(['/until']);
});
