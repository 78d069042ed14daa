// One client's attendance over days: the rows that the export has, and what they come to.
import { type Answer, ask, http } from '../../api';
import type { SessionKind, Verdict } from '../../api-types';

// A row of the file. Its kind is the caller's to choose, so that the document leaves open what is in it.
export interface AttendanceRow {
  session: number;
  starts_at: string;
  minutes: number; // the session's
  service: string;
  group: string; // empty: of none
  kind: SessionKind;
  verdict: Verdict;
  late_minutes?: number;
  left_early_minutes?: number;
  credited_minutes?: number;
  closed: boolean; // whether the sheet is
}

export const attendanceOf = (client: number, from: string, until: string) =>
  ask(
    http.GET('/api/v1/clients/{client}/attendance', { params: { path: { client }, query: { from, until, format: 'json' } } }),
  ) as Promise<Answer<unknown>> as Promise<Answer<AttendanceRow[]>>;

export interface Totals {
  sessions: number; // all there are
  counted: number; // what the next six are of: closed sheets, without what the programme cancelled
  attended: number;
  excused: number;
  unexcused: number;
  turned_away: number;
  late: number; // of those attended
  left_early: number; // of those attended
  credited_minutes: number;
  scheduled_minutes: number; // of the sessions counted
  cancelled_by_program: number;
  not_recorded: number; // the sheet is open
}

// By the same rule as the report of a site: a sheet that is open says nothing yet.
export function totals(rows: AttendanceRow[]): Totals {
  const cancelled = rows.filter((r) => r.verdict === 'cancelled_by_program');
  const counted = rows.filter((r) => r.closed && r.verdict !== 'cancelled_by_program' && r.verdict !== 'expected');
  const attended = counted.filter((r) => r.verdict === 'attended');
  const of = (verdict: Verdict) => counted.filter((r) => r.verdict === verdict).length;
  const minutes = (list: AttendanceRow[], each: (r: AttendanceRow) => number) => list.reduce((sum, r) => sum + each(r), 0);
  return {
    sessions: rows.length,
    counted: counted.length,
    attended: attended.length,
    excused: of('excused'),
    unexcused: of('unexcused'),
    turned_away: of('turned_away'),
    late: attended.filter((r) => r.late_minutes).length,
    left_early: attended.filter((r) => r.left_early_minutes).length,
    credited_minutes: minutes(attended, (r) => r.credited_minutes ?? 0),
    scheduled_minutes: minutes(counted, (r) => r.minutes),
    cancelled_by_program: cancelled.length,
    not_recorded: rows.length - counted.length - cancelled.length,
  };
}
