// Times as people read them. An instant is RFC 3339 UTC; it is shown in the zone the API gives with it,
// never in the browser's. Days are "2026-03-10", times of day "18:00".
import { now as present } from './clock';
import { locale } from './languages/language';

export interface Wall {
  date: string; // YYYY-MM-DD
  time: string; // HH:MM
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${zone} ${name}`;
  let found = formats.get(id);
  // "Tue 10 Mar", "mar 10 mar" and 24 hours, as the server's own sentences have them.
  if (!found) formats.set(id, (found = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })));
  return found;
}

function wallMs(at: number, zone: string): number {
  const parts = format(zone, 'wall', {
    year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(at);
  const n = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second'));
}

export function wallOf(instant: string | number, zone: string): Wall {
  const at = typeof instant === 'number' ? instant : Date.parse(instant);
  const text = new Date(wallMs(at, zone)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}

// Which instants a wall time names: none in a spring gap, two in an autumn hour that comes twice.
export function instantsOf({ date, time }: Wall, zone: string): string[] {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wanted)) return [];
  // The offsets in force a day before and after: every change of a zone lies between such a pair.
  const offsets = new Set([-86_400_000, 86_400_000].map((d) => wallMs(wanted + d, zone) - (wanted + d)));
  return [...offsets]
    .map((offset) => wanted - offset)
    .filter((at) => wallMs(at, zone) === wanted)
    .sort((a, b) => a - b)
    .map(iso);
}

// The instant a person means by a wall time: the first of two, and null when there is none.
export function instantOf(wall: Wall, zone: string): string | null {
  return instantsOf(wall, zone)[0] ?? null;
}

export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.000Z$/, 'Z');
}

// --- days, without a zone -----------------------------------------------------------------------

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
export function today(zone: string, now = present()): string {
  return wallOf(now, zone).date;
}
// Monday of the date's week.
export function weekStart(date: string): string {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}
// The first instant of a day: midnight, or what comes first where a zone skips it.
export function dayStart(date: string, zone: string): string {
  for (let minutes = 0; minutes <= 180; minutes += 30) {
    const time = `0${Math.floor(minutes / 60)}:${minutes % 60 ? '30' : '00'}`;
    const found = instantOf({ date, time }, zone);
    if (found) return found;
  }
  return `${date}T00:00:00Z`;
}
export function dateWords(date: string, style: 'short' | 'long' = 'short'): string {
  return format('UTC', `date-${style}`, {
    weekday: style, day: 'numeric', month: style,
  }).format(Date.parse(`${date}T00:00:00Z`)).replace(',', '');
}
export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export function weekdayOf(date: string): string {
  return weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()]!;
}

// --- instants in words --------------------------------------------------------------------------

export function time(instant: string, zone: string): string {
  return wallOf(instant, zone).time;
}
export function span(from: string, until: string, zone: string): string {
  return `${time(from, zone)}–${time(until, zone)}`;
}
export function sameDay(a: string, b: string, zone: string): boolean {
  return wallOf(a, zone).date === wallOf(b, zone).date;
}
export function day(instant: string, zone: string, style: 'short' | 'long' = 'short'): string {
  return dateWords(wallOf(instant, zone).date, style);
}
// The last day of what ends at `before`: "Fri 13 Mar" for midnight after it.
export function lastDay(before: string, zone: string): string {
  return dateWords(wallOf(Date.parse(before) - 1, zone).date);
}
export function dayAndTime(instant: string, zone: string): string {
  return `${day(instant, zone)} ${time(instant, zone)}`;
}
// "Tue 10 Mar 18:00–19:30", and the second day too where it is another one.
export function dayAndSpan(from: string, until: string, zone: string): string {
  return `${dayAndTime(from, zone)}–${sameDay(from, until, zone) ? time(until, zone) : dayAndTime(until, zone)}`;
}
// The same, and whole days as days: "Tue 10 Mar", "Tue 10 Mar – Thu 12 Mar".
export function daysOrSpan(from: string, until: string, zone: string): string {
  const first = wallOf(from, zone).date;
  const after = wallOf(until, zone).date;
  if (Date.parse(dayStart(first, zone)) !== Date.parse(from) || Date.parse(dayStart(after, zone)) !== Date.parse(until))
    return dayAndSpan(from, until, zone);
  const last = addDays(after, -1);
  return first === last ? dateWords(first) : `${dateWords(first)} – ${dateWords(last)}`;
}
export function minutesBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 60_000);
}
// "Today", "Tomorrow", "Tue 10 Mar".
export function dayNear(instant: string, zone: string, now = present()): string {
  const date = wallOf(instant, zone).date;
  if (date === today(zone, now)) return 'Today';
  if (date === addDays(today(zone, now), 1)) return 'Tomorrow';
  return dateWords(date);
}
// "EDT": shown beside a time whose zone is not the reader's.
export function zoneName(instant: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' }).formatToParts(Date.parse(instant));
  return parts.find((p) => p.type === 'timeZoneName')?.value ?? zone;
}

// What people type for a time of day: "18:12", "1812", "6:12 pm", "9". Null when it is none.
export function parseTimeOfDay(typed: string): string | null {
  const found = /^\s*(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?m?\.?\s*$/i.exec(typed);
  if (!found) return null;
  let hours = Number(found[1]);
  const minutes = Number(found[2] ?? 0);
  const half = found[3]?.toLowerCase();
  if (half) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half === 'p' ? 12 : 0);
  }
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
