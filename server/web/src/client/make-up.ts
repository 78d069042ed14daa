// What was missed and can be made up, in words that blame nobody.
import type { MyMissed } from '../api-types';
import { addDays, dateWords, day, dayAndTime, lastDay, today, wallOf, weekdays } from '../time';

// "Tuesday’s appointment", as long as there is one Tuesday it can be; then "the appointment on Tue 3 Mar".
export function missedWords(one: MyMissed, now: number): string {
  const { date } = wallOf(one.starts_at, one.zone);
  const present = today(one.zone, now);
  if (date === present) return 'today’s appointment';
  if (date === addDays(present, -1)) return 'yesterday’s appointment';
  if (date > addDays(present, -7)) return `${weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()]}’s appointment`;
  return `the appointment on ${dateWords(date)}`;
}

// Whether something is booked that has not begun: it can be given back.
export const ahead = (one: MyMissed, now: number): boolean =>
  one.state === 'booked' && Date.parse(one.made_up_start ?? '') > now;

// What one can still do something about comes first, the nearest end before the others; what can no longer be
// made up is not shown: nothing follows from it.
export function inOrder(missed: MyMissed[]): MyMissed[] {
  const rank = { open: 0, booked: 1, made_up: 2, expired: 3 };
  const at = (one: MyMissed) => (one.state === 'open' ? Date.parse(one.make_up_before) : -Date.parse(one.starts_at));
  return missed.filter((one) => one.state !== 'expired').sort((a, b) => rank[a.state] - rank[b.state] || at(a) - at(b));
}

// What the first page says of it: what can be made up; else what is booked for it and still lies ahead.
export function note(missed: MyMissed[], now: number): { title: string; about: string } | null {
  const [first, ...rest] = inOrder(missed).filter((one) => one.state === 'open' || ahead(one, now));
  if (!first) return null;
  if (first.state === 'booked')
    return {
      title: `On ${day(first.made_up_start!, first.zone)} you make up ${missedWords(first, now)}`,
      about: `${dayAndTime(first.made_up_start!, first.zone)}. You can still give it back.`,
    };
  const open = 1 + rest.filter((one) => one.state === 'open').length;
  const until = lastDay(first.make_up_before, first.zone);
  return open === 1
    ? { title: `You can still make up ${missedWords(first, now)}`, about: `Until ${until}` }
    : { title: `You can still make up ${open} appointments`, about: `The first until ${until}` };
}
