// What both pages say of consents and disclosures.
import { locale } from './languages/language';
import type { Basis, Told } from './api-types';

export const toldWords: Record<Told, string> = {
  attendance: 'Attendance',
  hours: 'Hours',
  phase: 'Phase and level',
  enrolment: 'Groups',
};
export const basisWords: Record<Basis, string> = {
  consent: 'With consent',
  medical_emergency: 'Medical emergency',
  child_abuse_report: 'Report of child abuse',
  audit_evaluation: 'Audit or evaluation',
  court_order: 'Court order',
};

const days = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
// "30 Jun 2026": what is agreed reaches beyond a year.
export function dayWords(date: string): string {
  return days.format(Date.parse(`${date}T00:00:00Z`));
}

// "Attendance and hours"; "Attendance, hours, and phase and level".
export function kindsWords(kinds: Told[]): string {
  const words = kinds.map((k, i) => (i ? toldWords[k].toLowerCase() : toldWords[k]));
  if (words.length < 2) return words[0] ?? '';
  const and = ' and ';
  const last = words.some((word) => word.split(and).length > 1) ? ', and ' : and;
  return words.slice(0, -1).join(', ') + last + words.at(-1);
}

// Until when it is in force: a day, an event, or whichever comes first.
export function untilWords(c: { expires_on?: string; expires_when?: string }): string {
  const parts = [c.expires_on && `through ${dayWords(c.expires_on)}`, c.expires_when && `until ${c.expires_when}`];
  return parts.filter(Boolean).join(', or ');
}

// From when on it can be taken back, where that is not at any time.
export function revocableWords(c: { revocable_on?: string; revocable_when?: string }): string {
  if (c.revocable_on) return `from ${dayWords(c.revocable_on)} on`;
  return c.revocable_when ? `after: ${c.revocable_when}` : '';
}
