// What a level of care asks for, in words, and hours as they are typed.
import type { CareRule, PartialWeek } from '../../api-types';
import { count } from '../../words';

export const partialWords: Record<PartialWeek, string> = {
  prorated: 'A week that is not whole is asked for by its days',
  not_judged: 'A week that is not whole is not judged',
};
export const everywhere = 'Wherever no jurisdiction has its own';

// "9 h", "8 h 59 min".
export function hours(minutes: number): string {
  const rest = minutes % 60;
  return [minutes >= 60 || !rest ? `${Math.floor(minutes / 60)} h` : '', rest ? `${rest} min` : ''].filter(Boolean).join(' ');
}

// Typed "9", "8:59" or "8.5"; minutes, or null when it is none of these.
export function minutesOf(typed: string): number | null {
  const clock = /^\s*(\d{1,3}):([0-5]\d)\s*$/.exec(typed);
  if (clock) return Number(clock[1]) * 60 + Number(clock[2]);
  return /^\s*\d{1,3}([.,]\d+)?\s*$/.test(typed) ? Math.round(Number(typed.replace(',', '.')) * 60) : null;
}
// As it would be typed again.
export function typedHours(minutes: number): string {
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

export function agesWords({ youngest, oldest }: Pick<CareRule, 'youngest' | 'oldest'>): string {
  if (oldest === undefined) return youngest ? `${youngest} and older` : 'Any age';
  return youngest ? `${youngest} to ${oldest} years` : `Up to ${oldest} years`;
}

// "9 h to 19 h a week; on at least 3 days; at least 1 h one-on-one".
export function asksWords(rule: CareRule): string {
  const { least_minutes: least, most_minutes: most } = rule;
  const week =
    most === undefined ? (least ? `at least ${hours(least)} a week` : 'no hours') : least ? `${hours(least)} to ${hours(most)} a week` : `at most ${hours(most)} a week`;
  const parts = [
    week,
    rule.least_days ? `on at least ${count(rule.least_days, 'day')}` : '',
    rule.least_individual_minutes ? `at least ${hours(rule.least_individual_minutes)} one-on-one` : '',
    rule.least_group_minutes ? `at least ${hours(rule.least_group_minutes)} in groups` : '',
  ].filter(Boolean);
  const text = parts.join('; ');
  return text[0]!.toUpperCase() + text.slice(1);
}

export type RuleState = 'in_force' | 'coming' | 'ended';
export function stateOf(rule: Pick<CareRule, 'from' | 'until'>, today: string): RuleState {
  if (rule.from > today) return 'coming';
  return rule.until !== undefined && rule.until < today ? 'ended' : 'in_force';
}

// By jurisdiction, in the order they come in; those of none first.
export function byJurisdiction(rules: CareRule[]): { jurisdiction: string; rules: CareRule[] }[] {
  const found = new Map<string, CareRule[]>();
  for (const rule of rules) found.set(rule.jurisdiction, [...(found.get(rule.jurisdiction) ?? []), rule]);
  return [...found].map(([jurisdiction, rules]) => ({ jurisdiction, rules })).sort((a, b) => a.jurisdiction.localeCompare(b.jurisdiction));
}
