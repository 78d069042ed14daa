// What lies behind the sessions of a day: when the site is not open, when somebody does not work, and what
// every week or this one takes out of their time. Hatched, and said in words where it has any.
import type { Availability, OpenTime } from '../../api-types';
import { addDays, wallOf } from '../../time';
import { blockWords, exceptionWords } from '../hours/words';

export interface Shade {
  start: string; // on the wall, as a block's
  end: string;
  why: string; // empty: outside hours
}
interface Part {
  from: string;
  until: string;
}

const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();
const end = (time: string): string => (time === '00:00' ? '24:00' : time);
const at = (date: string, time: string): string => (time === '24:00' ? `${addDays(date, 1)}T00:00` : `${date}T${time}`);

// What is left of a day beside these times of it.
function beside(parts: Part[]): Part[] {
  const found: Part[] = [];
  let reached = '00:00';
  for (const part of [...parts].sort((a, b) => a.from.localeCompare(b.from))) {
    if (part.from > reached) found.push({ from: reached, until: part.from });
    if (part.until > reached) reached = part.until;
  }
  if (reached < '24:00') found.push({ from: reached, until: '24:00' });
  return found;
}
const ofDay = (date: string, hours: OpenTime[]): Part[] =>
  hours.filter((h) => h.weekday === weekday(date)).map((h) => ({ from: h.from, until: end(h.until) }));

// "09:00–12:00, 13:00–17:00", or nothing for a day without any. A site without hours is always open.
export function openWords(date: string, hours: OpenTime[]): string {
  return ofDay(date, hours).sort((a, b) => a.from.localeCompare(b.from)).map((p) => `${p.from}–${p.until}`).join(', ');
}
export function siteShades(date: string, hours: OpenTime[]): Shade[] {
  if (!hours.length) return [];
  return beside(ofDay(date, hours)).map((p) => ({ start: at(date, p.from), end: at(date, p.until), why: '' }));
}

// Of a member of staff at a site. Who has no hours anywhere works whenever a site is open.
export function staffShades(date: string, of: Availability, site: number, zone: string): Shade[] {
  const parts = of.exceptions.flatMap((e) => {
    const from = wallOf(e.from, zone);
    const until = wallOf(e.until, zone);
    if (from.date > date || until.date < date || (until.date === date && until.time === '00:00')) return [];
    return [{ kind: e.kind, from: from.date < date ? '00:00' : from.time, until: until.date > date ? '24:00' : until.time }];
  });
  const works = [...ofDay(date, of.hours.filter((h) => h.site === site)), ...parts.filter((p) => p.kind === 'extra')];
  const shade = (p: Part, why: string): Shade => ({ start: at(date, p.from), end: at(date, p.until), why });
  return [
    ...(of.hours.length ? beside(works).map((p) => shade(p, '')) : []),
    ...of.blocks.filter((b) => b.weekday === weekday(date)).map((b) => shade({ from: b.from, until: end(b.until) }, blockWords[b.kind])),
    ...parts.filter((p) => p.kind !== 'extra').map((p) => shade(p, exceptionWords[p.kind])),
  ];
}
// Somebody is away all day: said at the head of their column.
export const awayAllDay = (shades: Shade[]): string =>
  shades.find((s) => s.why && s.start.endsWith('T00:00') && s.end.endsWith('T00:00') && s.start !== s.end)?.why ?? '';
