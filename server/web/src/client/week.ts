// A client's coming things in one list: appointments with us and meetings they chose.
import type { Appointment, Occurrence, Reminder, Said } from '../api-types';
import { addDays, weekStart, today, wallOf } from '../time';

// From so long before its start one may check in to an appointment, or join it.
export const opensBefore = 15 * 60_000;

export interface Coming {
  key: string; // "session-41", "occurrence-7": what a reminder's subject names
  title: string;
  starts_at: string;
  ends_at: string;
  zone: string;
  place: string;
  link: string; // of an outside meeting; an appointment's is had by joining it
  online: boolean;
  on_site: boolean;
  arrived_at?: string; // checked in
  cancelled: boolean;
  answer: Said;
  // The session to answer about, or the reminder that asks about a meeting.
  session?: number;
  reminder?: number;
}

export function merge(appointments: Appointment[], occurrences: Occurrence[], reminders: Reminder[]): Coming[] {
  const asked = new Map<string, number>();
  for (const r of reminders)
    if (r.state === 'sent' || r.state === 'acknowledged') asked.set(`${r.subject_kind}-${r.subject}`, r.id);
  return [
    ...appointments.map((a): Coming => ({
      key: `session-${a.id}`,
      title: a.title,
      starts_at: a.starts_at,
      ends_at: a.ends_at,
      zone: a.zone,
      place: a.place,
      link: '',
      online: a.online,
      on_site: a.on_site,
      arrived_at: a.arrived_at,
      cancelled: a.status === 'cancelled',
      answer: a.answer === 'confirmed' && a.late_said_at ? 'running_late' : a.answer,
      session: a.id,
    })),
    ...occurrences.map((o): Coming => ({
      key: `occurrence-${o.id}`,
      title: o.name,
      starts_at: o.starts_at,
      ends_at: o.ends_at,
      zone: o.zone,
      place: o.place,
      link: o.online_url,
      online: false,
      on_site: false,
      cancelled: o.status === 'cancelled',
      answer: o.answer,
      reminder: asked.get(`occurrence-${o.id}`),
    })),
  ].sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at) || a.key.localeCompare(b.key));
}

const on = (c: Coming) => !c.cancelled && c.answer !== 'cant_come';
// What runs right now; it can no longer be answered.
export function running(coming: Coming[], now: number): Coming | undefined {
  return coming.find((c) => on(c) && Date.parse(c.starts_at) <= now && Date.parse(c.ends_at) > now);
}
// The next thing that is on and has not begun.
export function next(coming: Coming[], now: number): Coming | undefined {
  return coming.find((c) => on(c) && Date.parse(c.starts_at) > now);
}

export interface Day {
  date: string;
  items: Coming[];
}
// Monday to Sunday of the present week, in the client's own zone; of the days gone by only those that
// had something.
export function thisWeek(coming: Coming[], zone: string, now: number): Day[] {
  const monday = weekStart(today(zone, now));
  return Array.from({ length: 7 }, (_, i) => addDays(monday, i))
    .map((date) => ({ date, items: coming.filter((c) => wallOf(c.starts_at, zone).date === date) }))
    .filter((day) => day.items.length > 0 || day.date >= today(zone, now));
}
