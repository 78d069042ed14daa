import { expect, test } from 'vitest';
import { weeksWithin } from './weeks';

test('days are cut at Mondays; the first and the last week may be shorter', () => {
  // 3 November 2026 is a Tuesday.
  expect(weeksWithin('2026-11-03', '2026-11-17', 13)).toEqual([
    { from: '2026-11-03', until: '2026-11-08' },
    { from: '2026-11-09', until: '2026-11-15' },
    { from: '2026-11-16', until: '2026-11-17' },
  ]);
  expect(weeksWithin('2026-11-03', '2026-11-03', 13)).toEqual([{ from: '2026-11-03', until: '2026-11-03' }]);
});

test('of many weeks the last are left', () => {
  const weeks = weeksWithin('2026-01-01', '2026-11-15', 3);
  expect(weeks.map((w) => w.from)).toEqual(['2026-10-26', '2026-11-02', '2026-11-09']);
});
