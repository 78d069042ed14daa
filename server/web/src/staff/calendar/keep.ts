// A found slot is kept for whoever fills in the booking form, so that nobody takes it meanwhile: from the
// choice until the form is closed, another time is chosen, or it is booked. The server forgets it by itself
// after a while, so that a closed window keeps nothing for long.
import type { NewSlotHold, Slot, SlotHold } from '../../api-types';
import { freshKey } from '../../api';
import type { Refusal } from '../../problem';
import { instantOf } from '../../time';
import type { BookingForm } from '../booking';
import type { Search } from './slots';
import { holdSlot, releaseSlot } from './times-api';

export interface Kept extends SlotHold {
  starts_at: string;
}
const minutes = 10;

export function wantedOf(slot: Slot, search: Search, site: number): NewSlotHold {
  return {
    site,
    facilitators: slot.staff,
    starts_at: slot.starts_at,
    duration_minutes: search.minutes,
    minutes,
    ...(search.client[0] ? { client: search.client[0].id } : {}),
    ...(slot.room === undefined ? {} : { room: slot.room }),
  };
}

export async function keep(slot: Slot, search: Search, site: number): Promise<{ kept: Kept } | { refusal: Refusal }> {
  const answer = await holdSlot(wantedOf(slot, search, site), freshKey());
  return answer.ok ? { kept: { ...answer.data, starts_at: slot.starts_at } } : { refusal: answer.refusal };
}
// A time that was drawn, for whoever would lead there. Somebody may have it already: the form opens all the
// same and says so. Where nobody is known to lead there is nothing to keep.
export async function keepDrawn(
  form: Pick<BookingForm, 'date' | 'time' | 'duration' | 'room' | 'facilitators'>, site: number, zone: string,
): Promise<{ kept?: Kept; refusal?: Refusal }> {
  const starts_at = instantOf({ date: form.date, time: form.time }, zone);
  if (!starts_at || !form.facilitators.length) return {};
  const answer = await holdSlot({
    site,
    facilitators: form.facilitators.map((f) => f.id),
    starts_at,
    duration_minutes: form.duration,
    minutes,
    ...(form.room === null ? {} : { room: form.room }),
  }, freshKey());
  if (answer.ok) return { kept: { ...answer.data, starts_at } };
  return answer.refusal.conflicts.length || answer.refusal.troubles?.length ? { refusal: answer.refusal } : {};
}
// Nobody waits for it: what fails here ends by itself.
export function letGo(kept: Kept | null | undefined): void {
  if (kept) void releaseSlot(kept.id);
}
