// Hours in words, and how wide each part of a week's bar is.
import type { HoursVerdict, MakeUpState, NotAsked, OpenSession, WeekHours } from '../../api-types';

export const verdictWords: Record<HoursVerdict, string> = {
  at_risk: 'At risk',
  missed: 'Missed',
  over: 'Over',
  on_track: 'On track',
  met: 'Met',
  not_judged: 'Not judged',
};
export const verdictTone: Record<HoursVerdict, '' | 'good' | 'warn' | 'bad' | 'info'> = {
  at_risk: 'warn',
  missed: 'bad',
  over: 'info',
  on_track: 'good',
  met: 'good',
  not_judged: '',
};
// Names of Icon.svelte's signs.
export const verdictIcon = {
  at_risk: 'warning',
  missed: 'cross',
  over: 'plus',
  on_track: 'clock',
  met: 'check',
  not_judged: 'minus',
} as const satisfies Record<HoursVerdict, string>;
export const verdictOrder: HoursVerdict[] = ['at_risk', 'missed', 'over', 'on_track', 'met', 'not_judged'];

export const whyNot: Record<NotAsked, string> = {
  not_in_care: 'not in care for the whole week',
  on_hold: 'on hold',
  closed: 'the site is closed',
  no_level: 'no level of care is set',
  no_rule: 'no rule for this level',
  age_not_known: 'the rule asks for an age, and the date of birth is not known',
};
export const likenessWords: Record<NonNullable<OpenSession['likeness']>, string> = {
  same_group: 'same group',
  same_topic: 'same topic',
  same_service: 'same service',
};
export const makeUpWords: Record<MakeUpState, string> = {
  open: 'Can be made up',
  booked: 'Make-up booked',
  made_up: 'Made up',
  expired: 'Too late to make up',
};

// "9 h", "8 h 59", "45 min".
export function hours(minutes: number): string {
  const h = Math.floor(minutes / 60);
  const m = minutes % 60;
  if (h === 0) return `${m} min`;
  return m === 0 ? `${h} h` : `${h} h ${String(m).padStart(2, '0')}`;
}

export interface Parts {
  credited: number;
  unmarked: number;
  scheduled: number;
  mark: number | null; // where the requirement stands
}
// In hundredths of the bar, which is as long as the largest of what is required, what may be at most, and what
// there is.
export function bar(week: WeekHours): Parts {
  const all = week.credited.minutes + week.unmarked.minutes + week.scheduled.minutes;
  const full = Math.max(all, week.required.minutes, week.verdict === 'over' ? (week.most_minutes ?? 0) : 0, 1);
  const part = (minutes: number) => (100 * minutes) / full;
  return {
    credited: part(week.credited.minutes),
    unmarked: part(week.unmarked.minutes),
    scheduled: part(week.scheduled.minutes),
    mark: week.required.minutes > 0 ? part(week.required.minutes) : null,
  };
}
