import { expect, test } from 'vitest';
import type { Episode } from '../../api-types';
import type { AttendanceRow } from '../paper/attendance-record';
import { careLines, markOf, weeksOfMarks } from './strips';

const zone = 'America/New_York';
const episode = (more: Partial<Episode>): Episode => ({
  id: 1, admitted_on: '2026-03-01', phases: [], levels: [], holds: [], clearances: [], ...more,
});

test('periods of care are parts of the days from admission to today, each until the next begins', () => {
  const lines = careLines(
    episode({
      // The latest first, as the server has them; what was put right on the same day is not drawn.
      phases: [{ phase: 'treatment', from: '2026-03-06' }, { phase: 'aftercare', from: '2026-03-06', until: '2026-03-06' }, { phase: 'detox', from: '2026-03-01', until: '2026-03-06' }],
      levels: [{ level: '3.7', from: '2026-03-01', until: '2026-03-06' }],
    }),
    '2026-03-10', zone,
  );
  expect(lines.rows.map((row) => row.label)).toEqual(['Phase', 'Level']);
  expect(lines.rows[0]!.pieces).toEqual([
    { x: 0.5, width: 0.5, text: 'Treatment', kind: 'treatment', open: true },
    { x: 0, width: 0.5, text: 'Detox', kind: 'detox', open: false },
  ]);
  expect(lines.ticks).toEqual([]);
});

test('a stay that ended goes on no further, and a hold is of its days in the client’s zone', () => {
  const lines = careLines(
    episode({
      discharged_on: '2026-03-10', phases: [{ phase: 'treatment', from: '2026-03-01', until: '2026-03-10' }],
      // 23:00 on the 2nd until 01:00 on the 3rd, there.
      holds: [{ id: 1, kind: 'pass', from_at: '2026-03-03T04:00:00Z', until_at: '2026-03-03T06:00:00Z', keeps_seats: true }],
    }),
    '2026-06-01', zone,
  );
  expect(lines.rows[0]!.pieces[0]).toMatchObject({ width: 1, open: false });
  expect(lines.rows[1]!.pieces[0]).toMatchObject({ x: 0.1, width: expect.closeTo(0.2), text: 'On a pass' });
});

test('the firsts of months are marked, fewer of them the longer the stay', () => {
  const ticks = (today: string) => careLines(episode({}), today, zone).ticks.map((t) => t.date);
  expect(ticks('2026-05-15')).toEqual(['2026-04-01', '2026-05-01']);
  expect(ticks('2027-03-15')).toEqual(['2026-04-01', '2026-07-01', '2026-10-01', '2027-01-01']);
  expect(ticks('2030-03-15')).toEqual(['2027-01-01', '2028-01-01', '2029-01-01', '2030-01-01']);
});

const row = (starts_at: string, more: Partial<AttendanceRow>): AttendanceRow => ({
  session: 1, starts_at, minutes: 60, service: 'Counseling', group: '', kind: 'group', verdict: 'attended', closed: true, ...more,
});

test('each session has the mark of what became of it', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  const mark = (more: Partial<AttendanceRow>, at = '2026-03-09T12:00:00Z') => markOf(row(at, more), now);
  expect(mark({})).toBe('attended');
  expect(mark({ late_minutes: 5 })).toBe('late');
  expect(mark({ left_early_minutes: 5 })).toBe('late');
  expect(mark({ verdict: 'unexcused' })).toBe('unexcused');
  expect(mark({ verdict: 'expected', closed: false })).toBe('open');
  expect(mark({ verdict: 'expected', closed: false }, '2026-03-11T12:00:00Z')).toBe('coming');
  expect(mark({ verdict: 'cancelled_by_program' }, '2026-03-11T12:00:00Z')).toBe('cancelled_by_program');
});

test('weeks begin on Monday where the client’s site is, and stay when nothing was in them', () => {
  const now = Date.parse('2026-03-18T12:00:00Z');
  // 22:00 on Sunday the 8th there; Monday the 9th in UTC.
  const weeks = weeksOfMarks([row('2026-03-16T14:00:00Z', {}), row('2026-03-09T02:00:00Z', {}), row('2025-03-09T02:00:00Z', {})], zone, now, 3);
  expect(weeks.map((w) => [w.monday, w.marks.length])).toEqual([['2026-03-02', 1], ['2026-03-09', 0], ['2026-03-16', 1]]);
});
