// Roll call as the page holds it: the server's sheet, and the marks of this page that are not saved yet.
// When the sheet changes elsewhere the marks stay, and each one whose line moved underneath says so.
import type { ChangeOfLine, FieldProblem, LineState, Mark, Sheet, SheetLine, Stay, Verdict } from '../api-types';
import { instantsOf, parseTimeOfDay, wallOf } from '../time';
import { verdictWords } from '../words';

// One stay as typed: wall times in the sheet's zone; empty means the start, or the end, of the session.
// No stays at all: there from the start to the end.
export interface TypedStay {
  arrived: string;
  departed: string;
}
export interface LocalMark {
  verdict: Verdict;
  stays: TypedStay[];
  // Why somebody is excused or was turned away; as the server has it until something is typed.
  reason?: string;
  // The line as the server had it when this mark was begun.
  over: SheetLine;
}
export type LocalMarks = Record<number, LocalMark>;

// Marks that were not saved when a sheet was left, by who made them and of which session. They last as long as the
// page does.
export const keptMarks = new Map<string, LocalMarks>();

// What each letter marks, in the roll call.
export const verdictKeys: Record<string, Verdict> = { a: 'attended', e: 'excused', u: 'unexcused', t: 'turned_away' };

// What somebody is marked as: the local mark, else the server's word.
export function shown(line: SheetLine, marks: LocalMarks, sheet: Sheet): { verdict: Verdict; stays: TypedStay[] } {
  return marks[line.client] ?? { verdict: line.verdict, stays: typed(line.stays, sheet) };
}

export function typed(stays: Stay[], sheet: Sheet): TypedStay[] {
  const whole = (stay: Stay) =>
    stay.arrived_at === sheet.starts_at && (!stay.departed_at || stay.departed_at === sheet.ends_at);
  if (stays.length === 1 && whole(stays[0]!)) return [];
  return stays.map((stay) => ({
    arrived: stay.arrived_at === sheet.starts_at ? '' : wallOf(stay.arrived_at, sheet.zone).time,
    departed:
      !stay.departed_at || stay.departed_at === sheet.ends_at ? '' : wallOf(stay.departed_at, sheet.zone).time,
  }));
}

// Everybody still expected was there from the start to the end; whoever said they can't come is left for
// a decision of their own.
export function allPresent(sheet: Sheet, marks: LocalMarks): LocalMarks {
  const next = { ...marks };
  for (const line of sheet.lines)
    if (shown(line, marks, sheet).verdict === 'expected' && line.answer !== 'cant_come')
      next[line.client] = { verdict: 'attended', stays: [], over: line };
  return next;
}

export function unmarked(sheet: Sheet, marks: LocalMarks): SheetLine[] {
  return sheet.lines.filter((line) => shown(line, marks, sheet).verdict === 'expected');
}

const sameLine = (a: SheetLine, b: SheetLine) =>
  a.verdict === b.verdict && JSON.stringify(a.stays) === JSON.stringify(b.stays);

// The sheet as it now is came in. A mark that says what the sheet says by now is done with.
export function rebase(marks: LocalMarks, sheet: Sheet): LocalMarks {
  const next: LocalMarks = {};
  for (const line of sheet.lines) {
    const mark = marks[line.client];
    if (!mark) continue;
    const reason = (line as { reason?: string }).reason ?? '';
    const said = JSON.stringify({ v: line.verdict, s: typed(line.stays, sheet), r: reason });
    const here = JSON.stringify({ v: mark.verdict, s: mark.stays, r: mark.reason ?? reason });
    if (said !== here) next[line.client] = mark;
  }
  return next;
}

// "Somebody else marked: Excused." for a mark whose line changed elsewhere since it was begun.
export function changedElsewhere(line: SheetLine, mark: LocalMark | undefined): string {
  if (!mark || sameLine(line, mark.over)) return '';
  return `Meanwhile marked elsewhere: ${verdictWords[line.verdict]}.`;
}

export const takesReason = (verdict: Verdict): boolean => verdict === 'excused' || verdict === 'turned_away';

// "Attended, 78 min" for a line of the history.
export function stateWords(state: Pick<LineState, 'verdict' | 'stays' | 'reason' | 'credited_minutes'> | undefined): string {
  if (!state) return 'not on the sheet';
  const minutes = state.verdict === 'attended' ? `, ${state.credited_minutes ?? 0} min` : '';
  return verdictWords[state.verdict] + minutes + (state.reason ? ` (${state.reason})` : '');
}
export const changeWords: Record<ChangeOfLine['kind'], string> = {
  mark: 'Marked',
  walk_in: 'Walked in',
  policy: 'Excused by the policy',
  credit: 'Minutes shared with another session',
  undo: 'Taken back',
  amend: 'Amended',
};

export interface MarkProblem {
  client: number;
  stay: number;
  field: 'arrived' | 'departed';
  message: string;
}

// The instant of a time typed into a sheet. A session past midnight has times of two days: the one that
// falls nearest to the session is meant.
function near(text: string, sheet: Sheet): string | null {
  const time = parseTimeOfDay(text);
  if (!time) return null;
  const middle = (Date.parse(sheet.starts_at) + Date.parse(sheet.ends_at)) / 2;
  const dates = new Set([-43_200_000, 0, 43_200_000].map((d) => wallOf(middle + d, sheet.zone).date));
  const candidates = [...dates].flatMap((date) => instantsOf({ date, time }, sheet.zone));
  const distance = (at: string) => Math.abs(Date.parse(at) - middle);
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

// The marks as the API takes them, or what is wrong with the times typed.
export function toMarks(sheet: Sheet, marks: LocalMarks): { marks: Mark[]; problems: MarkProblem[] } {
  const out: Mark[] = [];
  const problems: MarkProblem[] = [];
  for (const [id, mark] of Object.entries(marks)) {
    const client = Number(id);
    if (mark.verdict !== 'attended') {
      const reason = takesReason(mark.verdict) ? mark.reason?.trim() : '';
      out.push(reason ? { client, verdict: mark.verdict, reason } : { client, verdict: mark.verdict });
      continue;
    }
    const stays: Stay[] = [];
    mark.stays.forEach((stay, index) => {
      const wrong = (field: 'arrived' | 'departed', message: string) =>
        problems.push({ client, stay: index, field, message });
      if (index > 0 && !stay.arrived) return wrong('arrived', 'When did they come back?');
      if (index < mark.stays.length - 1 && !stay.departed) return wrong('departed', 'When did they leave?');
      const arrived = stay.arrived ? near(stay.arrived, sheet) : sheet.starts_at;
      // Left open, the stay lasts to the end, also of a session that still runs.
      const departed = stay.departed ? near(stay.departed, sheet) : undefined;
      if (!arrived) return wrong('arrived', 'A time such as 18:12');
      if (departed === null) return wrong('departed', 'A time such as 18:40');
      if (departed && Date.parse(departed) <= Date.parse(arrived)) return wrong('departed', 'This is not after the arrival');
      const before = stays.at(-1)?.departed_at;
      if (before && Date.parse(arrived) < Date.parse(before))
        return wrong('arrived', 'This is before they left the first time');
      stays.push(departed ? { arrived_at: arrived, departed_at: departed } : { arrived_at: arrived });
    });
    out.push(stays.length ? { client, verdict: 'attended', stays } : { client, verdict: 'attended' });
  }
  return { marks: out, problems };
}

// What the server found wrong with the marks that were sent, at the people and times it is about.
export function problemsOf(fields: FieldProblem[], sent: Mark[]): MarkProblem[] {
  return fields.flatMap((f) => {
    const found = /^\/marks\/(\d+)(?:\/stays\/(\d+)(?:\/(arrived|departed)_at)?)?/.exec(f.pointer);
    const mark = found && sent[Number(found[1])];
    if (!found || !mark) return [];
    const field = found[3] === 'departed' ? 'departed' : 'arrived';
    return [{ client: mark.client, stay: Number(found[2] ?? 0), field, message: f.message } as MarkProblem];
  });
}
