// The search for a free time as typed, and what a found one makes of the booking form.
import type { FieldProblem, Slot, SlotWish } from '../../api-types';
import { addDays, dayStart, wallOf } from '../../time';
import type { BookingForm, Choice } from '../booking';

export interface Search {
  service: number | null;
  client: Choice[]; // one, or nobody
  staff: Choice[];
  together: boolean; // all of them at once; else any one of them
  minutes: number;
  from: string; // YYYY-MM-DD
  days: number;
  inRoom: boolean;
}

const wrong = (pointer: string, message: string): FieldProblem => ({ pointer, code: 'form', message });

export function toWish(search: Search, site: number, zone: string): { wish: SlotWish | null; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  if (search.service === null) problems.push(wrong('?service', 'Choose what the session is for.'));
  if (!search.staff.length) problems.push(wrong('?staff', 'Choose who may lead it.'));
  if (!(search.minutes >= 5 && search.minutes <= 720)) problems.push(wrong('?duration_minutes', 'A session lasts 5 to 720 minutes.'));
  if (!search.from) problems.push(wrong('?from', 'Choose a day.'));
  if (problems.length) return { wish: null, problems };
  const wish: SlotWish = {
    service: search.service!,
    site,
    duration_minutes: search.minutes,
    from: dayStart(search.from, zone),
    until: dayStart(addDays(search.from, search.days), zone),
    staff: search.staff.map((s) => s.id).join(','),
    rank: 'soonest',
    limit: 60,
  };
  if (search.together && search.staff.length > 1) wish.together = true;
  if (search.client[0]) wish.client = search.client[0].id;
  if (search.inRoom) wish.seats = 1 + search.client.length;
  return { wish, problems };
}

// Found times, day by day on the wall they are shown on.
export function slotsByDay(slots: Slot[]): { date: string; slots: Slot[] }[] {
  const days = new Map<string, Slot[]>();
  for (const slot of slots) {
    const { date } = wallOf(slot.starts_at, slot.zone);
    days.set(date, [...(days.get(date) ?? []), slot]);
  }
  return [...days].sort(([a], [b]) => a.localeCompare(b)).map(([date, slots]) => ({ date, slots }));
}

export function formOf(slot: Slot, search: Search, zone: string): Partial<BookingForm> {
  const { date, time } = wallOf(slot.starts_at, zone);
  const names = new Map(search.staff.map((s) => [s.id, s.label]));
  return {
    kind: 'one_on_one',
    service: search.service,
    date,
    time,
    duration: search.minutes,
    facilitators: slot.staff.map((id) => ({ id, label: names.get(id) ?? `Counselor ${id}` })),
    clients: search.client,
    room: slot.room ?? null,
  };
}
