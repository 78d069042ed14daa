// How old what is shown is, in words.
import { dayAndTime, iso, sameDay, time } from '../time';

const minute = 60_000;
const many = (n: number, one: string, more: string): string => (n === 1 ? one : more.replace('#', String(n)));

export function ago(at: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - at) / minute));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return many(minutes, '1 minute ago', '# minutes ago');
  if (minutes < 24 * 60) return many(Math.floor(minutes / 60), '1 hour ago', '# hours ago');
  return many(Math.floor(minutes / (24 * 60)), '1 day ago', '# days ago');
}

// `now` is null when the device's clock cannot be believed: then the time is told, and no age.
export function asOf(at: number, now: number | null, zone: string): string {
  const said = iso(Math.floor(at / minute) * minute);
  if (now === null) return `As of ${dayAndTime(said, zone)}.`;
  return `As of ${sameDay(said, iso(now), zone) ? time(said, zone) : dayAndTime(said, zone)}, ${ago(at, now)}.`;
}
