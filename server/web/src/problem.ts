// What the server refuses (RFC 9457), in the form the pages show it.
import type { Conflict, FieldProblem, Objection, Problem, Trouble } from './api-types';
import { inSpanish } from './languages/problems';
import { isolated } from './names';
import { dayAndTime, sameDay, time } from './time';

export interface Refusal {
  code: string; // the last part of the problem's `type`; "offline" when no answer came
  status: number; // 0 when no answer came
  detail: string; // one sentence for the person at the page
  fields: FieldProblem[];
  conflicts: Conflict[];
  troubles?: Trouble[]; // outside somebody's hours, or a closed day
  objections?: Objection[]; // why a client may not join a group
  current?: unknown; // what is there now, for whoever saw something older
  preview?: unknown; // what a series would become, date by date
}

export const offline: Refusal = {
  code: 'offline',
  status: 0,
  detail: 'The server cannot be reached. Nothing was lost; try again when the connection is back.',
  fields: [],
  conflicts: [],
};

// Anything but a problem document (a proxy's page, an empty body) becomes a plain sentence.
export function refusalOf(status: number, problem: unknown, retryAfter: string | null): Refusal {
  const p = (problem && typeof problem === 'object' ? problem : {}) as Partial<Problem> & Partial<Refusal>;
  const code = (p.type ?? '').split(/[:/]/).pop() || `status_${status}`;
  // The server writes English. Of what is met often the page has its own words.
  const own = import.meta.env.CIRCLED_LANGUAGE === 'es' ? inSpanish[code] : undefined;
  let detail = own || p.detail || `The server answered ${status}. Try again in a moment.`;
  const seconds = Number(retryAfter);
  if (seconds > 0) detail += ` Try again in ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`;
  const refusal: Refusal = { code, status, detail, fields: p.errors ?? [], conflicts: p.conflicts ?? [] };
  if (p.troubles) refusal.troubles = p.troubles;
  if (p.objections) refusal.objections = p.objections;
  if (p.preview) refusal.preview = p.preview;
  if (p.current) refusal.current = p.current;
  return refusal;
}

// The messages that belong to one field: "/clients" also takes "/clients/2", and "/starts_at" nothing else.
export function fieldMessage(refusal: Refusal | null, ...pointers: string[]): string {
  const messages = (refusal?.fields ?? [])
    .filter((f) => pointers.some((p) => f.pointer === p || f.pointer.startsWith(p + '/')))
    .map((f) => f.message);
  return [...new Set(messages)].join(' ');
}

// The messages that no field of the form shows.
export function otherMessages(refusal: Refusal | null, shown: string[]): string[] {
  return (refusal?.fields ?? [])
    .filter((f) => !shown.some((p) => f.pointer === p || f.pointer.startsWith(p + '/')))
    .map((f) => `${f.pointer.replace(/^[/?]/, '').replaceAll('_', ' ')}: ${f.message}`);
}

// "Dana Whitfield is in “Coping skills”, 18:00–19:30." What the caller may not know stays out.
export function conflictSentence(c: Conflict, zone: string): string {
  let what = c.title ? (c.owner_kind === 'room' ? `is taken by “${isolated(c.title)}”` : `is in “${isolated(c.title)}”`) : 'is taken';
  if (c.held_until) what = `is kept for somebody until ${time(c.held_until, zone)}`;
  const until = sameDay(c.from, c.until, zone) ? time(c.until, zone) : dayAndTime(c.until, zone);
  return `${isolated(c.name)} ${what}, ${dayAndTime(c.from, zone)}–${until}.`;
}

// A form that was overtaken: what was typed stays, and saying so once more writes over what came meanwhile.
export const overtaken = (refusal: Refusal): Refusal => ({
  ...refusal,
  detail: 'Somebody changed this while you were here. What you typed stays; save again to have it so.',
});

// What a form finds wrong by itself, before anything is sent.
export function formRefusal(fields: FieldProblem[]): Refusal {
  return { code: 'form', status: 422, detail: 'Something is missing.', fields, conflicts: [] };
}
