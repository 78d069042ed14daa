// What is to be asked of the last days, and what was said of them. What one says and what somebody here has
// confirmed are two things, and nothing said is no "no".
import type { Occurrence } from '../api-types';

export const lookedBack = 7; // days

// What is over and took place, the latest first. What one said one can't come to is not asked about.
export function over(occurrences: Occurrence[], now: number): Occurrence[] {
  return occurrences
    .filter((o) => o.status === 'planned' && Date.parse(o.ends_at) <= now)
    .sort((a, b) => Date.parse(b.starts_at) - Date.parse(a.starts_at) || b.id - a.id);
}
export const open = (occurrences: Occurrence[], now: number): Occurrence[] =>
  over(occurrences, now).filter((o) => !o.went && o.answer !== 'cant_come');
export const answered = (occurrences: Occurrence[], now: number): Occurrence[] =>
  over(occurrences, now).filter((o) => o.went || o.verified_by);

export const saidWords = { yes: 'You said you went', no: 'You said you did not go' } as const;
