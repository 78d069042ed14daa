// What another time, room or leader asks of the server: of one session, or of a series from this date on.
import type { Change, SeriesEdit, Session } from '../api-types';
import { instantOf, minutesBetween, parseTimeOfDay, wallOf } from '../time';
import type { Proposal } from './calendar/blocks';

// The time as typed. Null when there is no such time that day.
export function startOf(session: Session, wanted: Proposal): string | null {
  const time = parseTimeOfDay(wanted.time);
  return time ? instantOf({ date: wanted.date, time }, session.zone) : null;
}
const leaders = (session: Session) => session.facilitators.map((f) => f.staff);

// Only what would be different; empty when nothing is.
export function changeOf(session: Session, wanted: Proposal): Change | null {
  const start = startOf(session, wanted);
  if (!start) return null;
  const change: Change = {};
  if (Date.parse(start) !== Date.parse(session.starts_at)) change.starts_at = start;
  if (wanted.minutes !== minutesBetween(session.starts_at, session.ends_at)) change.duration_minutes = wanted.minutes;
  if (wanted.room !== null && wanted.room !== session.room) change.room = wanted.room;
  if (wanted.facilitators.join() !== leaders(session).join()) change.facilitators = wanted.facilitators;
  return change;
}

// The same for this date and those that follow. Null on another day: which days a series has is its rule's
// matter, and that is changed where all of it is seen.
export function editOf(session: Session, wanted: Proposal): SeriesEdit | null {
  const time = parseTimeOfDay(wanted.time);
  const was = wallOf(session.starts_at, session.zone);
  if (!time || wanted.date !== was.date) return null;
  const edit: SeriesEdit = { from: session.id };
  if (time !== was.time) edit.time = time;
  if (wanted.minutes !== minutesBetween(session.starts_at, session.ends_at)) edit.duration_minutes = wanted.minutes;
  if (wanted.room !== null && wanted.room !== session.room) edit.room = wanted.room;
  if (wanted.facilitators.join() !== leaders(session).join()) edit.facilitators = wanted.facilitators;
  return edit;
}
export const asksNothing = (edit: SeriesEdit): boolean => Object.keys(edit).length === 1;
