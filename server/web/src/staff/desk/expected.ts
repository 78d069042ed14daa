// Whom the desk expects, over all sessions of the next hours, as one list.
import type { Arrivals, Expected, Me, Session } from '../../api-types';
import { time } from '../../time';

export interface Visitor {
  session: Session;
  zone: string;
  opens_at: string;
  expected: Expected;
}

// Who sees whom is expected at a session: the desk and supervisors everywhere, others where they lead.
export const seesList = (me: Pick<Me, 'role' | 'person'>, s: Session): boolean =>
  ['front_desk', 'supervisor', 'admin'].includes(me.role) || s.facilitators.some((f) => f.staff === me.person);

// Sessions that run or begin within so many hours, in order.
export const soon = (sessions: Session[], now: number, hours: number): Session[] =>
  sessions.filter((s) => s.status === 'scheduled' && s.expected > 0 && Date.parse(s.ends_at) > now && Date.parse(s.starts_at) < now + hours * 3_600_000);

export function visitors(sessions: Session[], lists: ReadonlyMap<number, Arrivals>): Visitor[] {
  return sessions.flatMap((session) => {
    const list = lists.get(session.id);
    return (list?.expected ?? []).map((expected) => ({ session, zone: list!.zone, opens_at: list!.opens_at, expected }));
  });
}

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
// By the beginning of any of their names, with or without accents: "fern" finds Lucía Fernández-Montgomery.
export function named(list: Visitor[], text: string): Visitor[] {
  const wanted = folded(text.trim()).split(/\s+/).filter(Boolean);
  return list.filter((v) => {
    const names = folded(`${v.expected.preferred_name} ${v.expected.family_name}`).split(/[\s-]+/);
    return wanted.every((word) => names.some((name) => name.startsWith(word)));
  });
}

// "15:30 Counseling, Room 2, with Nora Lindqvist"
export function aboutSession(s: Session): string {
  const where = s.room_name || (s.link ? 'online' : '');
  return [`${time(s.starts_at, s.zone)} ${s.title}`, where, s.facilitators.length ? `with ${(s.facilitators.find((f) => f.leads) ?? s.facilitators[0]!).name}` : ''].filter(Boolean).join(', ');
}
