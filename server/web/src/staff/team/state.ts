// What somebody who works here does at this moment, from their hours, the days that differ, and their sessions.
import type { Availability, Session, StaffException } from '../../api-types';
import { addDays, dayStart, instantOf, iso, today as todayIn } from '../../time';

export type Now =
  | { is: 'away'; kind: 'leave' | 'off'; until: string }
  | { is: 'in_session'; session: Session }
  | { is: 'here'; until: string }
  | { is: 'later'; from: string; until: string }
  | { is: 'gone'; since: string }
  | { is: 'not_today' }
  | { is: 'unknown' }; // nobody has entered hours

interface Range {
  from: number;
  until: number;
}

const at = (e: Pick<StaffException, 'from' | 'until'>): Range => ({ from: Date.parse(e.from), until: Date.parse(e.until) });
// Ranges that touch are one.
function joined(ranges: Range[]): Range[] {
  const found: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && range.from <= last.until) last.until = Math.max(last.until, range.until);
    else found.push({ ...range });
  }
  return found;
}
function without(ranges: Range[], away: Range[]): Range[] {
  return away.reduce(
    (left, gap) =>
      left.flatMap((r) =>
        gap.until <= r.from || gap.from >= r.until
          ? [r]
          : [{ from: r.from, until: gap.from }, { from: gap.until, until: r.until }].filter((piece) => piece.until > piece.from),
      ),
    ranges,
  );
}

export function stateOf(availability: Availability | undefined, sessions: Session[], zone: string, now: number): Now {
  const date = todayIn(zone, now);
  const running = sessions.find((s) => s.status === 'scheduled' && Date.parse(s.starts_at) <= now && Date.parse(s.ends_at) > now);
  if (running) return { is: 'in_session', session: running };
  if (!availability) return { is: 'unknown' };

  const away = availability.exceptions.filter((e) => e.kind !== 'extra');
  const gone = away.filter((e) => at(e).from <= now && at(e).until > now).sort((a, b) => at(b).until - at(a).until)[0];
  if (gone) return { is: 'away', kind: gone.kind === 'leave' ? 'leave' : 'off', until: gone.until };

  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const midnight = dayStart(addDays(date, 1), zone);
  const hours = availability.hours
    .filter((h) => h.weekday === weekday)
    .map((h) => ({
      from: Date.parse(instantOf({ date, time: h.from }, zone) ?? dayStart(date, zone)),
      until: Date.parse(h.until === '00:00' ? midnight : (instantOf({ date, time: h.until }, zone) ?? midnight)),
    }));
  const today = { from: Date.parse(dayStart(date, zone)), until: Date.parse(midnight) };
  const extra = availability.exceptions.filter((e) => e.kind === 'extra').map(at).filter((r) => r.from < today.until && r.until > today.from);
  const works = without(joined([...hours, ...extra]), away.map(at));

  const present = works.find((r) => r.from <= now && r.until > now);
  if (present) return { is: 'here', until: iso(present.until) };
  const next = works.find((r) => r.from > now);
  if (next) return { is: 'later', from: iso(next.from), until: iso(next.until) };
  const last = works.at(-1);
  if (last) return { is: 'gone', since: iso(last.until) };
  return availability.hours.length || extra.length ? { is: 'not_today' } : { is: 'unknown' };
}

// The next of today that has not begun.
export const nextOf = (sessions: Session[], now: number): Session | undefined =>
  sessions.find((s) => s.status === 'scheduled' && Date.parse(s.starts_at) > now);
