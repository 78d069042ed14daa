// A group in words.
import type { Admission, Admits, GroupRow, GroupState, SkipReason } from '../../api-types';
import { phaseWords } from '../../words';

export const admissionWords: Record<Admission, string> = {
  open: 'Open: anybody it admits drops in',
  rolling: 'Rolling: may be joined at any time',
  closed: 'Closed: fixed once it has begun',
};
export const admissionWord: Record<Admission, string> = { open: 'Open', rolling: 'Rolling', closed: 'Closed' };
export const stateWords: Record<GroupState, string> = { running: 'Running', paused: 'Paused', ended: 'Ended' };
export const skipWords: Record<SkipReason, string> = {
  closed: 'The site is closed',
  conflict: 'Collided when it was made',
  by_hand: 'Left out by hand',
  paused: 'The group is paused',
};

// "4 to 10, one counselor for 8 clients"
export function sizeWords(group: GroupRow): string {
  const size = group.smallest === group.largest ? `${group.largest}` : `${group.smallest} to ${group.largest}`;
  return `${size} clients${group.clients_per_facilitator ? `, ${group.clients_per_facilitator} for each who leads` : ''}`;
}

// Whom it admits, one line for each thing asked; empty: anybody.
export function admitsWords(admits: Admits): string[] {
  const lines: string[] = [];
  if (admits.phases.length) lines.push(`In ${admits.phases.map((p) => phaseWords[p].toLowerCase()).join(' or ')}`);
  if (admits.levels.length) lines.push(`Level of care ${admits.levels.join(' or ')}`);
  if (admits.youngest !== undefined && admits.oldest !== undefined) lines.push(`${admits.youngest} to ${admits.oldest} years old`);
  else if (admits.youngest !== undefined) lines.push(`${admits.youngest} or older`);
  else if (admits.oldest !== undefined) lines.push(`${admits.oldest} or younger`);
  if (admits.tags.length) lines.push(`Marked ${admits.tags.join(' and ')}`);
  return lines;
}

// "a, b" or lines, as typed in one field.
export const listed = (text: string, by: RegExp = /[,\n]/): string[] => text.split(by).map((t) => t.trim()).filter(Boolean);
