// A client's course drawn: periods of care along a line of days, and a mark for each session week by week.
import type { Episode, Phase } from '../../api-types';
import type { IconName } from '../../ui/icons';
import { addDays, wallOf, weekStart } from '../../time';
import { phaseWords } from '../../words';
import type { AttendanceRow } from '../paper/attendance-record';
import { holdWords } from '../care/words';

export interface Piece {
  x: number; // of the whole, 0 to 1
  width: number;
  text: string;
  kind: Phase | 'level' | 'hold';
  open: boolean; // it goes on
}
export interface CareLines {
  rows: { label: string; pieces: Piece[] }[];
  ticks: { x: number; date: string }[];
}

const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

// From the admission to the discharge or today, that day included. A period ends on the day on which the next one
// begins; what was put right on the same day is not drawn.
export function careLines(episode: Episode, today: string, zone: string): CareLines {
  const begin = day(episode.admitted_on);
  const end = Math.max(begin, day(episode.discharged_on ?? today)) + 1;
  const at = (date: string) => Math.min(1, Math.max(0, (day(date) - begin) / (end - begin)));
  const piece = (from: string, until: string | undefined, text: string, kind: Piece['kind']): Piece => {
    const x = at(from);
    return { x, width: (until && until !== episode.discharged_on ? at(until) : 1) - x, text, kind, open: !until && !episode.discharged_on };
  };
  const rows = [
    { label: 'Phase', pieces: episode.phases.map((p) => piece(p.from, p.until, phaseWords[p.phase], p.phase)) },
    { label: 'Level', pieces: episode.levels.map((l) => piece(l.from, l.until, l.level, 'level')) },
    {
      label: 'Away',
      pieces: episode.holds
        .map((h) => piece(wallOf(h.from_at, zone).date, h.until_at && addDays(wallOf(h.until_at, zone).date, 1), holdWords[h.kind], 'hold')),
    },
  ];
  const drawn = rows.map((row) => ({ ...row, pieces: row.pieces.filter((p) => p.width > 0) }));
  return { rows: drawn.filter((row) => row.pieces.length), ticks: ticksOf(begin, end) };
}

// The first of each month, or of every third or twelfth where there are many.
function ticksOf(begin: number, end: number): CareLines['ticks'] {
  const months = (end - begin) / 30.4;
  const step = months > 36 ? 12 : months > 9 ? 3 : 1;
  const found: CareLines['ticks'] = [];
  const first = new Date(begin * 86_400_000);
  for (let month = first.getUTCMonth() + 1; ; month++) {
    const date = new Date(Date.UTC(first.getUTCFullYear(), month, 1)).toISOString().slice(0, 10);
    if (day(date) >= end) return found;
    if (new Date(day(date) * 86_400_000).getUTCMonth() % step === 0) found.push({ x: (day(date) - begin) / (end - begin), date });
  }
}

export type MarkKind = 'attended' | 'late' | 'excused' | 'unexcused' | 'turned_away' | 'cancelled_by_program' | 'open' | 'coming';
export const markWords: Record<MarkKind, string> = {
  attended: 'Attended',
  late: 'Late, or left early',
  excused: 'Excused',
  unexcused: 'Unexcused',
  turned_away: 'Turned away',
  cancelled_by_program: 'Cancelled by us',
  open: 'Not recorded yet',
  coming: 'To come',
};
// A sign for each, so that no colour has to be told from another.
export const markIcons: Record<MarkKind, IconName> = {
  attended: 'check', late: 'clock', excused: 'info', unexcused: 'cross', turned_away: 'door', cancelled_by_program: 'minus', open: 'question', coming: 'right',
};

export function markOf(row: AttendanceRow, now: number): MarkKind {
  if (row.verdict === 'cancelled_by_program') return 'cancelled_by_program';
  if (row.verdict === 'expected') return Date.parse(row.starts_at) > now ? 'coming' : 'open';
  if (row.verdict === 'attended') return row.late_minutes || row.left_early_minutes ? 'late' : 'attended';
  return row.verdict;
}

export interface WeekOfMarks {
  monday: string;
  marks: { row: AttendanceRow; kind: MarkKind }[];
}
// So many weeks up to the present one, also those without a session.
export function weeksOfMarks(rows: AttendanceRow[], zone: string, now: number, weeks: number): WeekOfMarks[] {
  const last = weekStart(wallOf(now, zone).date);
  const found = Array.from({ length: weeks }, (_, i) => ({ monday: addDays(last, -7 * (weeks - 1 - i)), marks: [] as WeekOfMarks['marks'] }));
  for (const row of [...rows].sort((a, b) => a.starts_at.localeCompare(b.starts_at)))
    found.find((week) => week.monday === weekStart(wallOf(row.starts_at, zone).date))?.marks.push({ row, kind: markOf(row, now) });
  return found;
}
