// The calendar as values: which days are shown, where a session lies on the site's wall, and what a drag
// asks for. The drawing component knows no zones, so that it is fed wall times ("2026-03-10T18:00") and
// answers how far something was moved; the arithmetic is here.
import type { Change, Closure, Room, Session, Staff } from '../../api-types';
import { addDays, dayStart, iso, minutesBetween, wallOf, weekStart } from '../../time';

export const views = ['day', 'week', 'list'] as const;
export type View = (typeof views)[number];
export type By = 'staff' | 'room';
// All that the calendar shows, so that its address can be kept, sent to a colleague and gone back to.
export interface Place {
  view: View;
  date: string; // the day; of a week, any of its days
  by: By; // whose columns a day has
  site: number; // 0: the reader's own
  filter: Filter;
}

// "#/calendar/week/2026-03-10/room-4/status-all"; what is missing or none of ours is the usual. Without any
// of it the calendar is as it was left, today.
export function placeOf(parts: string[], left: Omit<Place, 'date'>, present: string): Place {
  const [, view, date, ...more] = parts;
  if (view === undefined) return { ...left, date: present };
  const said = new Map(more.map((part) => part.split('-', 2) as [string, string]));
  const id = (name: string) => (/^\d{1,15}$/.test(said.get(name) ?? '') ? Number(said.get(name)) : null);
  return {
    view: views.find((v) => v === view) ?? left.view,
    date: date && /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? date : present,
    by: said.get('by') === 'room' ? 'room' : 'staff',
    site: id('site') ?? 0,
    filter: {
      staff: id('staff'),
      room: id('room'),
      service: id('service'),
      status: statuses.find((s) => s === said.get('status')) ?? noFilter.status,
    },
  };
}
export function addressOf({ view, date, by, site, filter }: Place): string {
  const more = [
    by === 'room' && 'by-room',
    site && `site-${site}`,
    filter.staff !== null && `staff-${filter.staff}`,
    filter.room !== null && `room-${filter.room}`,
    filter.service !== null && `service-${filter.service}`,
    filter.status !== noFilter.status && `status-${filter.status}`,
  ];
  return ['/calendar', view, date, ...more.filter(Boolean)].join('/');
}

// The days a view shows.
export function daysOf({ view, date }: Pick<Place, 'view' | 'date'>): string[] {
  if (view === 'day') return [date];
  const monday = weekStart(date);
  return Array.from({ length: 7 }, (_, i) => addDays(monday, i));
}

// What to ask the server for. Sessions are found by their start, and one of twelve hours (the longest
// there is) may have begun the evening before.
export function rangeOf(days: string[], zone: string): { from: string; until: string } {
  const first = Date.parse(dayStart(days[0]!, zone));
  return { from: iso(first - 12 * 3_600_000), until: dayStart(addDays(days.at(-1)!, 1), zone) };
}

// --- which sessions -----------------------------------------------------------------------------

export interface Filter {
  staff: number | null;
  room: number | null; // 0: those without a room
  service: number | null;
  status: (typeof statuses)[number];
}
const statuses = ['standing', 'scheduled', 'completed', 'cancelled', 'all'] as const; // standing: not cancelled
export const noFilter: Filter = { staff: null, room: null, service: null, status: 'standing' };

export function passes(session: Session, filter: Filter): boolean {
  if (filter.staff !== null && !session.facilitators.some((f) => f.staff === filter.staff)) return false;
  if (filter.room !== null && (session.room ?? 0) !== filter.room) return false;
  if (filter.service !== null && session.service !== filter.service) return false;
  if (filter.status === 'all') return true;
  return filter.status === 'standing' ? session.status !== 'cancelled' : session.status === filter.status;
}

// What was fetched again, with whatever is as it was before being the same thing as before: it need not be
// drawn anew.
export function unchanged(before: Session[] | null, now: Session[]): Session[] {
  if (!before) return now;
  const known = new Map(before.map((s) => [s.id, s]));
  const kept = now.map((s) => {
    const was = known.get(s.id);
    return was && JSON.stringify(was) === JSON.stringify(s) ? was : s;
  });
  return kept.length === before.length && kept.every((s, i) => s === before[i]) ? before : kept;
}

// Sessions day by day, those of each day in order of start; days without any are left out.
export function byDay(sessions: Session[], days: string[]): { date: string; sessions: Session[] }[] {
  return days
    .map((date) => ({
      date,
      sessions: sessions
        .filter((s) => wallOf(s.starts_at, s.zone).date === date)
        .sort((a, b) => a.starts_at.localeCompare(b.starts_at) || a.id - b.id),
    }))
    .filter((day) => day.sessions.length);
}

// --- blocks -------------------------------------------------------------------------------------

const wallText = (instant: string, zone: string): string => {
  const { date, time } = wallOf(instant, zone);
  return `${date}T${time}`;
};
export function addMinutes(wall: string, minutes: number): string {
  return new Date(Date.parse(`${wall}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}

export interface Block {
  session: Session;
  start: string; // on the wall of its site
  end: string;
  movable: boolean;
  over: boolean;
}

// In the night when an hour comes twice a session may end, on the wall, before it began: then it is drawn
// as long as it lasts.
export function blockOf(session: Session, now: number): Block {
  const start = wallText(session.starts_at, session.zone);
  const end = wallText(session.ends_at, session.zone);
  return {
    session,
    start,
    end: end > start ? end : addMinutes(start, minutesBetween(session.starts_at, session.ends_at)),
    movable: movable(session, now),
    over: Date.parse(session.ends_at) <= now,
  };
}
// Changes when a session has begun or ended: only then are there other blocks to draw.
export const begunAndOver = (sessions: Session[], now: number): number =>
  sessions.reduce((n, s) => n + Number(Date.parse(s.starts_at) <= now) + Number(Date.parse(s.ends_at) <= now), 0);
// Only what has not begun can be moved or cancelled.
export function movable(session: Session, now: number): boolean {
  return session.status === 'scheduled' && !session.closed && Date.parse(session.starts_at) > now;
}

// The hours to draw: the usual working day, and whatever the blocks need beyond it. Whole hours, 0 to 24.
export function hoursOf(blocks: Block[], days: string[]): { from: number; until: number } {
  let from = 8;
  let until = 18;
  const bounds = days.map((day) => [`${day}T00:00`, `${addDays(day, 1)}T00:00`] as const);
  for (const { start, end } of blocks)
    for (const [midnight, next] of bounds) {
      if (end <= midnight || start >= next) continue;
      from = Math.min(from, start < midnight ? 0 : Number(start.slice(11, 13)));
      until = Math.max(until, end >= next ? 24 : Number(end.slice(11, 13)) + (end.endsWith(':00') ? 0 : 1));
    }
  return { from, until };
}

// --- columns of a day ---------------------------------------------------------------------------

export interface Column {
  id: string; // "staff-3", "room-2", "room-0": without a room
  label: string;
}

// Everybody who sees clients, and whoever else leads something that day; every room, and a column for
// sessions without one when there are any. A filter leaves its own column.
export function columnsOf(by: By, sessions: Session[], staff: Staff[], rooms: Room[], filter: Filter): Column[] {
  if (by === 'room') {
    const columns = rooms.map((r) => ({ id: `room-${r.id}`, label: r.name }));
    if (sessions.some((s) => s.room === undefined)) columns.push({ id: 'room-0', label: 'No room' });
    return filter.room === null ? columns : columns.filter((c) => c.id === `room-${filter.room}`);
  }
  const names = new Map<number, string>();
  for (const s of staff)
    if (s.active && (s.role === 'counselor' || s.role === 'clinician')) names.set(s.id, s.name);
  for (const s of sessions) for (const f of s.facilitators) names.set(f.staff, f.name);
  return [...names]
    .filter(([id]) => filter.staff === null || id === filter.staff)
    .sort((a, b) => a[1].localeCompare(b[1]))
    .map(([id, label]) => ({ id: `staff-${id}`, label }));
}
export function columnsFor(session: Session, by: By): string[] {
  return by === 'room' ? [`room-${session.room ?? 0}`] : session.facilitators.map((f) => `staff-${f.staff}`);
}
export function columnParts(id: string | undefined): { staff: number | null; room: number | null } {
  const [kind, number] = (id ?? '').split('-');
  return { staff: kind === 'staff' ? Number(number) : null, room: kind === 'room' && number !== '0' ? Number(number) : null };
}

// --- what a drag asks for -----------------------------------------------------------------------

export interface Proposal {
  date: string;
  time: string;
  minutes: number;
  room: number | null;
  facilitators: number[]; // the first leads
}

// Moved by so many seconds on the wall, and perhaps from one column to another: to that room, or to that
// person in the other's place. The same wall time a week later is the same wall time, whatever the clocks
// did between.
export function moved(session: Session, seconds: number, fromColumn?: string, toColumn?: string): Proposal {
  const from = columnParts(fromColumn);
  const to = columnParts(toColumn);
  const [date, time] = addMinutes(wallText(session.starts_at, session.zone), seconds / 60).split('T');
  return {
    date: date!,
    time: time!,
    minutes: minutesBetween(session.starts_at, session.ends_at),
    room: to.room ?? session.room ?? null,
    facilitators: session.facilitators.map((f) => (to.staff !== null && f.staff === from.staff ? to.staff : f.staff)),
  };
}
// Dropped where it was: nothing to ask about.
export function same(session: Session, proposal: Proposal): boolean {
  return JSON.stringify(moved(session, 0)) === JSON.stringify(proposal);
}
// Whether a session may be dropped in that column: a room is not taken away by a drag, and nobody leads twice.
export function fits(session: Session, toColumn: string): boolean {
  const { room, staff } = columnParts(toColumn);
  return room !== null || (staff !== null && !session.facilitators.some((f) => f.staff === staff));
}
// What puts a session back to how it was: only what differs. Nothing where it cannot be undone: a room that
// was not there before is not taken away again.
export function undoOf(was: Session, now: Session): Change | null {
  const change: Change = {};
  if (was.starts_at !== now.starts_at) change.starts_at = was.starts_at;
  const minutes = minutesBetween(was.starts_at, was.ends_at);
  if (minutes !== minutesBetween(now.starts_at, now.ends_at)) change.duration_minutes = minutes;
  if (was.room !== now.room) {
    if (was.room === undefined) return null;
    change.room = was.room;
  }
  const leaders = (s: Session) => s.facilitators.map((f) => f.staff);
  if (leaders(was).join() !== leaders(now).join()) change.facilitators = leaders(was);
  return Object.keys(change).length ? change : null;
}
// Its end was moved by so many seconds.
export function resized(session: Session, seconds: number): Proposal {
  const now = moved(session, 0);
  return { ...now, minutes: Math.min(720, Math.max(5, now.minutes + seconds / 60)) };
}
// Drawn on free time, from and until on the wall.
export function drawn(start: string, end: string, column?: string): { date: string; time: string; minutes: number; staff: number | null; room: number | null } {
  const minutes = (Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 60_000;
  return { date: start.slice(0, 10), time: start.slice(11, 16), minutes: Math.min(720, Math.max(5, minutes)), ...columnParts(column) };
}

// "-05:00": how far the zone is from UTC at that moment, as the drawing component takes it for its now-line.
export function offsetText(at: number, zone: string): string {
  const { date, time } = wallOf(at, zone);
  const minutes = Math.round((Date.parse(`${date}T${time}:00Z`) - Math.floor(at / 60_000) * 60_000) / 60_000);
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

// --- closed days --------------------------------------------------------------------------------

export function closedOn(date: string, closures: Closure[]): string {
  return [...new Set(closures.filter((c) => c.from_on <= date && date <= c.until_on).map((c) => c.name))].join(', ');
}
