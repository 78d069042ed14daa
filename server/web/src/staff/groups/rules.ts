// A series as typed, and what it asks of the server; rules in words; what a preview says, in numbers.
import type { Affected, Deciding, FieldProblem, NewSeries, Outcome, Series, SeriesEdit } from '../../api-types';
import { addDays, dateWords, parseTimeOfDay, weekdays as dayNames } from '../../time';
import { count } from '../../words';
import type { Choice } from '../booking';

// As RFC 5545 writes them, Monday first.
export const ruleDays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type RuleDay = (typeof ruleDays)[number];
export const ruleDayName = (day: RuleDay): string => dayNames[(ruleDays.indexOf(day) + 1) % 7]!;
export const ruleDayOf = (date: string): RuleDay => ruleDays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]!;

export interface RuleForm {
  every: 'day' | 'week' | 'month';
  interval: number;
  days: RuleDay[]; // of every week
  nth: number; // of every month: the first, …, the fourth, -1 the last such weekday; 0: the same date
  ends: 'never' | 'count' | 'until';
  count: number;
  until: string; // the last day
}
export const weekly = (date: string): RuleForm => ({
  every: 'week', interval: 1, days: [ruleDayOf(date)], nth: nthOf(date), ends: 'never', count: 10, until: addDays(date, 84),
});

// Which such weekday of its month a date is; a fifth one is the last.
export function nthOf(date: string): number {
  const nth = Math.ceil(Number(date.slice(8)) / 7);
  return nth > 4 ? -1 : nth;
}
const ordinals: Record<number, string> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', [-1]: 'last' };
export const ordinal = (nth: number): string => ordinals[nth] ?? `${nth}th`;

// The RRULE; `date` is the first day, which a monthly rule takes its weekday or its date from.
export function toRule(form: RuleForm, date: string): string {
  const parts = [`FREQ=${{ day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY' }[form.every]}`];
  if (form.interval > 1) parts.push(`INTERVAL=${form.interval}`);
  if (form.every === 'week' && form.days.length) parts.push(`BYDAY=${ruleDays.filter((d) => form.days.includes(d)).join(',')}`);
  if (form.every === 'month') parts.push(form.nth ? `BYDAY=${form.nth}${ruleDayOf(date)}` : `BYMONTHDAY=${Number(date.slice(8))}`);
  if (form.ends === 'count') parts.push(`COUNT=${form.count}`);
  if (form.ends === 'until') parts.push(`UNTIL=${form.until.replaceAll('-', '')}`);
  return parts.join(';');
}

function partsOf(rule: string): Map<string, string> {
  return new Map(rule.toUpperCase().split(';').map((part) => part.split('=', 2) as [string, string]));
}
const dateIn = (text: string): string => `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;

// Back into the form, or null for a rule that it has no fields for.
export function fromRule(rule: string, date: string): RuleForm | null {
  const parts = partsOf(rule);
  const form: RuleForm = { ...weekly(date), interval: Number(parts.get('INTERVAL') ?? 1) };
  const byday = parts.get('BYDAY');
  const freq = parts.get('FREQ');
  if (freq === 'DAILY' && !byday) form.every = 'day';
  else if (freq === 'WEEKLY') {
    if (byday) {
      form.days = byday.split(',') as RuleDay[];
      if (!form.days.every((d) => ruleDays.includes(d))) return null;
    }
  } else if (freq === 'MONTHLY') {
    form.every = 'month';
    const found = /^(-1|[1-4])([A-Z]{2})$/.exec(byday ?? '');
    if (parts.has('BYSETPOS') || (byday && parts.has('BYMONTHDAY'))) return null;
    if (byday && !found) return null;
    if (found && found[2] !== ruleDayOf(date)) return null;
    if (!byday && parts.has('BYMONTHDAY') && Number(parts.get('BYMONTHDAY')) !== Number(date.slice(8))) return null;
    form.nth = found ? Number(found[1]) : 0;
  } else return null;
  const times = parts.get('COUNT');
  const until = parts.get('UNTIL');
  if (times) Object.assign(form, { ends: 'count', count: Number(times) });
  if (until) Object.assign(form, { ends: 'until', until: dateIn(until) });
  return form;
}

const and = (words: string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);

// "Every 2 weeks on Monday and Thursday, 10 times". A rule beyond these words is shown as it is.
export function ruleWords(rule: string): string {
  const parts = partsOf(rule);
  const every = {
    DAILY: (n: number) => (n === 1 ? 'Every day' : `Every ${n} days`),
    WEEKLY: (n: number) => (n === 1 ? 'Every week' : `Every ${n} weeks`),
    MONTHLY: (n: number) => (n === 1 ? 'Every month' : `Every ${n} months`),
  }[parts.get('FREQ') ?? ''];
  if (!every || parts.has('BYSETPOS')) return rule;
  let words = every(Number(parts.get('INTERVAL') ?? 1));
  const days = (parts.get('BYDAY') ?? '').split(',').filter(Boolean).map((text) => {
    const found = /^(-?\d+)?([A-Z]{2})$/.exec(text);
    const day = ruleDays.find((d) => d === found?.[2]);
    if (!day) return text;
    return found?.[1] ? `the ${ordinal(Number(found[1]))} ${ruleDayName(day)}` : ruleDayName(day);
  });
  if (days.length) words += ` on ${and(days)}`;
  const dates = parts.get('BYMONTHDAY');
  if (dates) words += ` on day ${and(dates.split(','))}`;
  if (parts.has('COUNT')) words += `, ${count(Number(parts.get('COUNT')), 'time')}`;
  const until = parts.get('UNTIL');
  if (until) words += `, until ${dateWords(dateIn(until))} ${until.slice(0, 4)}`;
  return words;
}

// --- the form of a series -----------------------------------------------------------------------

export interface SeriesForm {
  title: string;
  starts_on: string;
  time: string; // as typed
  duration: number;
  rule: RuleForm | null; // null: kept as it is
  room: number | null;
  link: string;
  facilitators: Choice[]; // the first leads
  leaveOut: boolean; // dates that collide
  overrideReason: string;
}

const wrong = (pointer: string, message: string): FieldProblem => ({ pointer, code: 'form', message });

function problemsOf(form: SeriesForm): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!form.starts_on) problems.push(wrong('/starts_on', 'Choose the first day.'));
  if (!parseTimeOfDay(form.time)) problems.push(wrong('/time', 'Give a time such as 18:00.'));
  if (!(form.duration >= 5 && form.duration <= 720)) problems.push(wrong('/duration_minutes', 'A session lasts 5 to 720 minutes.'));
  if (form.rule?.every === 'week' && !form.rule.days.length) problems.push(wrong('/rule', 'Choose a day of the week.'));
  if (form.rule && !(form.rule.interval >= 1)) problems.push(wrong('/rule', 'Every how many? At least 1.'));
  if (form.rule?.ends === 'count' && !(form.rule.count >= 1)) problems.push(wrong('/rule', 'How many times? At least once.'));
  if (form.rule?.ends === 'until' && !form.rule.until) problems.push(wrong('/rule', 'Choose the last day.'));
  if (!form.facilitators.length) problems.push(wrong('/facilitators', 'Somebody has to lead it.'));
  return problems;
}
function deciding(form: SeriesForm): Deciding {
  return {
    ...(form.leaveOut ? { leave_out_conflicts: true } : {}),
    ...(form.overrideReason.trim() ? { override: { reason: form.overrideReason.trim() } } : {}),
  };
}

export function toNewSeries(form: SeriesForm, group: { id: number; site: number }): { series: NewSeries | null; problems: FieldProblem[] } {
  const problems = problemsOf(form);
  if (problems.length || !form.rule) return { series: null, problems };
  const series: NewSeries = {
    group: group.id,
    site: group.site,
    starts_on: form.starts_on,
    time: parseTimeOfDay(form.time)!,
    duration_minutes: form.duration,
    rule: toRule(form.rule, form.starts_on),
    facilitators: form.facilitators.map((f) => f.id),
    ...deciding(form),
  };
  if (form.title.trim()) series.title = form.title.trim();
  if (form.room !== null) series.room = form.room;
  if (form.link.trim()) series.link = form.link.trim();
  return { series, problems };
}

// Only what differs from the series as it is. `from`: that session and the following; all to come without.
export function toSeriesEdit(
  form: SeriesForm, series: Series, from: number | null, end: boolean,
): { edit: SeriesEdit | null; problems: FieldProblem[] } {
  const scope = from === null ? {} : { from };
  if (end) return { edit: { ...scope, end: true }, problems: [] };
  const problems = problemsOf(form);
  if (problems.length) return { edit: null, problems };
  const edit: SeriesEdit = { ...scope, ...deciding(form) };
  const time = parseTimeOfDay(form.time)!;
  if (time !== series.time) edit.time = time;
  if (form.duration !== series.duration_minutes) edit.duration_minutes = form.duration;
  const rule = form.rule && toRule(form.rule, form.starts_on);
  const before = fromRule(series.rule, series.starts_on);
  if (rule && (!before || rule !== toRule(before, series.starts_on))) edit.rule = rule;
  if (form.room !== null && form.room !== series.room) edit.room = form.room;
  if (form.title.trim() !== series.title) edit.title = form.title.trim();
  if (form.link.trim() !== series.link) edit.link = form.link.trim();
  const facilitators = form.facilitators.map((f) => f.id);
  if (facilitators.join() !== series.facilitators.join()) edit.facilitators = facilitators;
  return { edit, problems };
}
// Whether an edit asks for anything.
export const changesNothing = (edit: SeriesEdit): boolean =>
  Object.keys(edit).every((name) => ['from', 'leave_out_conflicts', 'override'].includes(name));

// --- what a preview says ------------------------------------------------------------------------

export const outcomeWords: Record<Outcome, string> = {
  fine: 'Takes place',
  conflict: 'Collides',
  closed: 'Closed that day',
  started: 'Has begun, stays',
  own: 'Was changed by itself, keeps that',
  ends: 'No longer takes place',
  unchanged: 'As before',
};
export function tally(dates: Affected[]): { outcome: Outcome; count: number }[] {
  const order = Object.keys(outcomeWords) as Outcome[];
  return order
    .map((outcome) => ({ outcome, count: dates.filter((d) => d.outcome === outcome).length }))
    .filter((t) => t.count);
}
