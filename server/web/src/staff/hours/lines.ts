// A week's times as people say them: "Mon to Fri 09:00–17:00" is one line, and five times to the server.
import type { FieldProblem } from '../../api-types';
import { parseTimeOfDay } from '../../time';

export interface Time {
  weekday: number; // 0 = Sunday
  from: string;
  until: string; // 00:00: the end of that day
  tag: string; // what else belongs to it: a site, what a block is for
}
export interface Line {
  days: number[];
  from: string; // as typed
  until: string;
  tag: string;
}

const mondayFirst = [1, 2, 3, 4, 5, 6, 0];
const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const week = mondayFirst.map((weekday) => ({ weekday, name: names[weekday]! }));

// Times that are alike but for their day make one line; in order of the first day, then of time.
export function linesOf(times: Time[]): Line[] {
  const lines = new Map<string, Line>();
  for (const weekday of mondayFirst)
    for (const t of times.filter((t) => t.weekday === weekday).sort((a, b) => a.from.localeCompare(b.from))) {
      const key = `${t.from} ${t.until} ${t.tag}`;
      const line = lines.get(key);
      if (!line) lines.set(key, { days: [weekday], from: t.from, until: t.until, tag: t.tag });
      else if (!line.days.includes(weekday)) line.days.push(weekday);
    }
  return [...lines.values()];
}

// "Mon–Fri", "Mon, Wed", "Every day"
export function daysWords(days: number[]): string {
  const at = days.map((d) => mondayFirst.indexOf(d)).sort((a, b) => a - b);
  if (at.length === 7) return 'Every day';
  const runs: number[][] = [];
  for (const i of at) {
    const last = runs.at(-1);
    if (last && last.at(-1) === i - 1) last.push(i);
    else runs.push([i]);
  }
  const name = (i: number) => names[mondayFirst[i]!]!;
  return runs
    .flatMap((run) => (run.length > 2 ? [`${name(run[0]!)}–${name(run.at(-1)!)}`] : run.map(name)))
    .join(', ');
}
export const untilWords = (until: string): string => (until === '00:00' ? '24:00' : until);

// What the lines ask for, or what is wrong with which of them; `/0/until` is the first line's.
export function timesOf(lines: Line[]): { times: Time[]; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const times: Time[] = [];
  lines.forEach((line, index) => {
    const wrong = (field: string, message: string) => void problems.push({ pointer: `/${index}/${field}`, code: 'form', message });
    const from = parseTimeOfDay(line.from);
    const until = line.until.trim() === '24:00' ? '00:00' : parseTimeOfDay(line.until);
    if (!line.days.length) wrong('days', 'Choose a day.');
    if (!from) wrong('from', 'Such as 09:00.');
    if (!until) wrong('until', 'Such as 17:00.');
    else if (from && until !== '00:00' && until <= from) wrong('until', 'Later than it begins.');
    if (from && until) for (const weekday of line.days) times.push({ weekday, from, until, tag: line.tag });
  });
  return { times: problems.length ? [] : times, problems };
}

// The server speaks of places among the times, `/hours/6/until`; the form of its lines.
export function lineProblems(fields: FieldProblem[], list: string, lines: Line[]): FieldProblem[] {
  const owner = lines.flatMap((line, index) => line.days.map(() => index));
  return fields.flatMap((f) => {
    const found = new RegExp(`^/${list}/(\\d+)(?:/(\\w+))?$`).exec(f.pointer);
    const line = found ? owner[Number(found[1])] : undefined;
    return line === undefined ? [] : [{ ...f, pointer: `/${line}/${found![2] ?? 'days'}` }];
  });
}
