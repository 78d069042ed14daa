// The booking form as typed, and what it asks of the server.
import type { Booking, FieldProblem, SessionKind } from '../api-types';
import type { Kept } from './calendar/keep';
import type { Refusal } from '../problem';
import { instantsOf, parseTimeOfDay, zoneName } from '../time';

export interface Choice {
  id: number;
  label: string;
}
export interface BookingForm {
  kind: SessionKind;
  service: number | null;
  title: string;
  date: string; // YYYY-MM-DD in the site's zone
  time: string; // as typed
  secondOfTwo: boolean; // which of a repeated hour is meant
  duration: number;
  room: number | null;
  link: string;
  facilitators: Choice[]; // the first leads
  clients: Choice[];
  overrideReason: string; // empty: no override is asked for
}

// What the form is to begin with when it opens next, and at which site: handed over once, and kept out of
// the address.
interface BookingWish {
  site?: number | undefined;
  form: Partial<BookingForm>;
  kept?: Kept | undefined; // the found slot that is kept meanwhile
  refusal?: Refusal | undefined; // what is in the way already
}
let wish: BookingWish = { form: {} };
export function bookWith(form: Partial<BookingForm>, site?: number, kept?: Kept, refusal?: Refusal): void {
  wish = { site, form, kept, refusal };
}
export function takeWish(): BookingWish {
  const taken = wish;
  wish = { form: {} };
  return taken;
}

const wrong = (pointer: string, message: string): FieldProblem => ({ pointer, code: 'form', message });

// The instants the typed date and time name: none in a skipped hour, two in one that repeats.
export function startsOf(form: BookingForm, zone: string): string[] {
  const time = parseTimeOfDay(form.time);
  return form.date && time ? instantsOf({ date: form.date, time }, zone) : [];
}

// "01:30 comes twice that night": which one is asked beside the field.
export function twice(form: BookingForm, zone: string): { first: string; second: string } | null {
  const [first, second] = startsOf(form, zone);
  return first && second ? { first: zoneName(first, zone), second: zoneName(second, zone) } : null;
}

export function toBooking(form: BookingForm, site: number, zone: string): { booking: Booking | null; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const time = parseTimeOfDay(form.time);
  const starts = startsOf(form, zone);
  if (form.service === null) problems.push(wrong('/service', 'Choose what the session is for.'));
  if (!form.date) problems.push(wrong('/starts_at', 'Choose a day.'));
  else if (!time) problems.push(wrong('/starts_at', 'Give a time such as 18:00.'));
  else if (!starts.length) problems.push(wrong('/starts_at', `There is no ${time} that day: the clocks go forward.`));
  if (!(form.duration >= 5 && form.duration <= 720))
    problems.push(wrong('/duration_minutes', 'A session lasts 5 to 720 minutes.'));
  if (!form.facilitators.length) problems.push(wrong('/facilitators', 'Somebody has to lead the session.'));
  if (form.kind === 'one_on_one' && form.clients.length !== 1)
    problems.push(wrong('/clients', 'A one-on-one session is with one client.'));
  if (problems.length) return { booking: null, problems };
  const booking: Booking = {
    service: form.service!,
    kind: form.kind,
    site,
    starts_at: (form.secondOfTwo ? starts.at(-1) : starts[0])!,
    duration_minutes: form.duration,
    facilitators: form.facilitators.map((f) => f.id),
    clients: form.clients.map((c) => c.id),
  };
  if (form.title.trim()) booking.title = form.title.trim();
  if (form.room !== null) booking.room = form.room;
  if (form.link.trim()) booking.link = form.link.trim();
  if (form.overrideReason.trim()) booking.override = { reason: form.overrideReason.trim() };
  return { booking, problems };
}
