import { expect, test } from 'vitest';
import { type AttendanceRow, totals } from './attendance-record';

const row = (more: Partial<AttendanceRow>): AttendanceRow => ({
  session: 1, starts_at: '2026-03-10T22:00:00Z', minutes: 90, service: 'Counseling', group: '', kind: 'group', verdict: 'attended', closed: true, ...more,
});

test('what is counted are closed sheets, without what the programme cancelled', () => {
  const all = totals([
    row({ credited_minutes: 90 }),
    row({ credited_minutes: 70, late_minutes: 12, left_early_minutes: 8 }),
    row({ verdict: 'unexcused' }),
    row({ verdict: 'excused' }),
    row({ verdict: 'turned_away', minutes: 60 }),
    row({ verdict: 'cancelled_by_program' }),
    row({ verdict: 'expected', closed: false }),
    row({ verdict: 'attended', closed: false, credited_minutes: 90 }),
  ]);
  expect(all).toEqual({
    sessions: 8, counted: 5, attended: 2, excused: 1, unexcused: 1, turned_away: 1, late: 1, left_early: 1,
    credited_minutes: 160, scheduled_minutes: 420, cancelled_by_program: 1, not_recorded: 2,
  });
  expect(all.attended + all.excused + all.unexcused + all.turned_away).toBe(all.counted);
});

test('of no session all is nothing', () => {
  expect(totals([])).toMatchObject({ sessions: 0, counted: 0, credited_minutes: 0, not_recorded: 0 });
});
