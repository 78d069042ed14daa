// What can be decided about each session of a bad day, in words, and what it asks of the server.
import type { Concerned, Decision, FieldProblem, Room } from '../../api-types';
import type { Refusal } from '../../problem';
import { dayAndTime, time } from '../../time';
import { count } from '../../words';

export interface Option {
  key: string; // "substitute-3", "move-0": the same proposal keeps its key in a newer list
  label: string;
  detail: string;
  decision: Decision;
}
// By session: the key of what is chosen; and the link typed for one by telehealth.
export type Choices = Record<number, { key: string; link: string }>;

// Who may do what: a counselor about themselves changes who, when and whether (server: check_own).
export interface May {
  where: boolean; // another room, telehealth
}

export function optionsOf(concerned: Concerned, may: May, rooms: Pick<Room, 'id' | 'name'>[]): Option[] {
  const { session, zone, proposals } = concerned;
  const options: Option[] = proposals.substitutes.map((s) => ({
    key: `substitute-${s.staff}`,
    label: `${s.name} takes it`,
    detail: [s.facilitates ? 'leads it already' : 'free, and may lead it', s.caseload ? `knows ${count(s.caseload, 'client')} of it` : ''].filter(Boolean).join(', '),
    decision: { session, action: 'substitute', staff: s.staff },
  }));
  if (proposals.room && may.where)
    options.push({
      key: `room-${proposals.room.room}`,
      label: `In ${proposals.room.name}`,
      detail: `free, ${count(proposals.room.seats, 'seat')}`,
      decision: { session, action: 'room', room: proposals.room.room },
    });
  for (const slot of proposals.slots) {
    const room = slot.room !== undefined && slot.room !== concerned.room ? slot.room : undefined;
    options.push({
      key: `move-${slot.starts_at}`,
      label: `Move to ${dayAndTime(slot.starts_at, zone)}–${time(slot.ends_at, zone)}`,
      detail: room === undefined ? 'everybody is free' : `everybody is free, in ${rooms.find((r) => r.id === room)?.name ?? 'another room'}`,
      decision: { session, action: 'move', starts_at: slot.starts_at, ...(room === undefined ? {} : { room }) },
    });
  }
  if (may.where)
    options.push({
      key: 'telehealth',
      label: 'By telehealth',
      detail: proposals.telehealth === 'has_link' ? 'by its own link' : 'needs a link',
      decision: { session, action: 'telehealth' },
    });
  options.push({ key: 'cancel', label: 'Cancel it', detail: '', decision: { session, action: 'cancel' } });
  options.push({ key: 'leave', label: 'Leave it as it is', detail: '', decision: { session, action: 'leave' } });
  return options;
}

export const chosenKey = (choices: Choices, session: number): string => choices[session]?.key ?? 'leave';

// What is to be done, in the list's order; sessions that are left are not in it.
export function decisionsOf(sessions: Concerned[], options: (c: Concerned) => Option[], choices: Choices): Decision[] {
  return sessions.flatMap((c) => {
    const option = options(c).find((o) => o.key === chosenKey(choices, c.session));
    if (!option || option.decision.action === 'leave') return [];
    const link = choices[c.session]?.link.trim();
    return [option.decision.action === 'telehealth' && link ? { ...option.decision, link } : option.decision];
  });
}

// Choices that a newer list still offers; the others are open again.
export function stillOffered(sessions: Concerned[], options: (c: Concerned) => Option[], choices: Choices): Choices {
  return Object.fromEntries(
    sessions.flatMap((c) => {
      const chosen = choices[c.session];
      return chosen && options(c).some((o) => o.key === chosen.key) ? [[c.session, chosen]] : [];
    }),
  );
}

// The first proposal of each session that is still undecided and has one; never a cancellation.
export function firstProposals(sessions: Concerned[], options: (c: Concerned) => Option[], choices: Choices): Choices {
  const all: Choices = { ...choices };
  for (const c of sessions) {
    if (chosenKey(choices, c.session) !== 'leave') continue;
    const first = options(c).find((o) => ['substitute', 'room', 'move'].includes(o.decision.action));
    if (first) all[c.session] = { key: first.key, link: '' };
  }
  return all;
}

// How many clients hear of it at the most: somebody else who leads is no news to them, for their words for an
// appointment name nobody. Whoever is at two of the sessions is counted twice, and told once.
export function toldAtMost(sessions: Concerned[], decisions: Decision[]): number {
  return decisions
    .filter((d) => d.action !== 'substitute')
    .reduce((sum, d) => sum + (sessions.find((c) => c.session === d.session)?.expected ?? 0), 0);
}

// What is wrong with each decision, by session: a refusal speaks of places in the list that was sent.
export function wrongBySession(refusal: Refusal | null, sent: Decision[]): Record<number, FieldProblem[]> {
  const wrong: Record<number, FieldProblem[]> = {};
  for (const field of refusal?.fields ?? []) {
    const index = /^\/decisions\/(\d+)(?:\/|$)/.exec(field.pointer)?.[1];
    const session = index === undefined ? undefined : sent[Number(index)]?.session;
    if (session !== undefined) (wrong[session] ??= []).push(field);
  }
  return wrong;
}
