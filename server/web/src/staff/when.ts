// The time that somebody is out, as typed, and what it asks of the server.
import type { BadDay, FieldProblem } from '../api-types';
import { addDays, dayStart, instantOf, iso, parseTimeOfDay } from '../time';

export interface When {
  day: string; // the first
  time: string; // as typed; empty: from its beginning
  lastDay: string;
  lastTime: string; // empty: to its end
}

export const theRestOf = (today: string): When => ({ day: today, time: '', lastDay: today, lastTime: '' });

export function rangeOf(when: When, zone: string, mostDays = 14): { range: Pick<BadDay, 'from' | 'until'> | null; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const wrong = (pointer: string, message: string) => void problems.push({ pointer, code: 'form', message });
  const at = (day: string, typed: string, whole: string, pointer: string): string | null => {
    if (!day) return wrong(pointer, 'Choose a day.'), null;
    if (!typed.trim()) return whole;
    const time = parseTimeOfDay(typed);
    const found = time && instantOf({ date: day, time }, zone);
    if (!found) wrong(pointer, 'Give a time such as 13:00, or leave it empty.');
    return found || null;
  };
  const from = at(when.day, when.time, when.day && dayStart(when.day, zone), '/from');
  const until = at(when.lastDay, when.lastTime, when.lastDay && dayStart(addDays(when.lastDay, 1), zone), '/until');
  if (from && until && Date.parse(until) <= Date.parse(from)) wrong('/until', 'This must be after the beginning.');
  else if (from && until && Date.parse(until) - Date.parse(from) > mostDays * 86_400_000) wrong('/until', `${mostDays} days at the most.`);
  return { range: from && until && !problems.length ? { from: iso(Date.parse(from)), until: iso(Date.parse(until)) } : null, problems };
}
