// What a session of the day needs from whoever answers for it.
import type { Session } from '../../api-types';
import type { IconName } from '../../ui/icons';
import { count } from '../../words';

export interface Need {
  what: 'room' | 'overdue' | 'seat' | 'unconfirmed';
  tone: 'bad' | 'warn' | 'info' | '';
  icon: IconName;
  text: string;
}

// Sessions that have a room at the same time as another one has it. Somebody overrode that once, or both were moved.
export function doubleBooked(sessions: Session[]): Set<number> {
  const found = new Set<number>();
  const on = sessions.filter((s) => s.status === 'scheduled' && s.room !== undefined);
  for (const a of on)
    for (const b of on)
      if (a.id !== b.id && a.room === b.room && Date.parse(a.starts_at) < Date.parse(b.ends_at) && Date.parse(b.starts_at) < Date.parse(a.ends_at)) found.add(a.id);
  return found;
}

export function needsOf(s: Session, now: number, at: { doubled: ReadonlySet<number>; overdue: ReadonlySet<number>; waiting: ReadonlyMap<number, number> }): Need[] {
  if (s.status === 'cancelled') return [];
  const needs: Need[] = [];
  const begun = Date.parse(s.starts_at) <= now;
  if (at.doubled.has(s.id) && Date.parse(s.ends_at) > now) needs.push({ what: 'room', tone: 'bad', icon: 'warning', text: 'Room is booked twice' });
  if (at.overdue.has(s.id)) needs.push({ what: 'overdue', tone: 'bad', icon: 'warning', text: 'Sheet overdue' });
  const waiting = at.waiting.get(s.id) ?? 0;
  const free = s.seats - s.expected;
  if (!begun && waiting && free > 0) needs.push({ what: 'seat', tone: 'info', icon: 'people', text: `${count(free, 'seat')} free, ${waiting} waiting` });
  const unsaid = s.expected - s.confirmed - s.cant_come;
  if (!begun && s.kind === 'group' && unsaid > 0 && unsaid < s.expected) needs.push({ what: 'unconfirmed', tone: '', icon: 'question', text: `${unsaid} not confirmed` });
  return needs;
}
