// How people are reminded, as a form has it and as a sentence says it. What a rule leaves open the wider one says.
import type { Channel, EffectiveRule, FieldProblem, Language, NewReminderRule, ReminderRule, ReminderScope } from '../api-types';
import { parseTimeOfDay, wallOf } from '../time';
import { channelWords, count } from '../words';

export type Members = Pick<ReminderRule, 'offsets_minutes' | 'channels' | 'wait_minutes' | 'quiet' | 'language'>;

// What the server comes with (server/reminders/rules.hpp).
export const comesWith: Members = {
  offsets_minutes: [1440, 120],
  channels: ['push', 'sms', 'email'],
  wait_minutes: 30,
  quiet: { from: '21:00', until: '08:00' },
  language: 'en',
};
const scopes: ReminderScope[] = ['person', 'plan', 'group', 'programme'];

// What holds where a rule of `scope` leaves something open, as far as it shows: what the rule itself says hides it.
export function wider(rule: EffectiveRule, scope: ReminderScope): Members {
  const shows = (by: ReminderScope) => scopes.indexOf(by) > scopes.indexOf(scope);
  return {
    ...(shows(rule.offsets_by) && { offsets_minutes: rule.offsets_minutes }),
    ...(shows(rule.channels_by) && { channels: rule.channels }),
    ...(shows(rule.wait_by) && { wait_minutes: rule.wait_minutes }),
    ...(shows(rule.quiet_by) && { quiet: rule.quiet }),
    ...(shows(rule.language_by) && { language: rule.language }),
  };
}
// What a reminder says where a rule has no words of its own, as far as it is known.
export type UsualWords = Partial<Record<Language, string>>;
export const widerWords = (rule: EffectiveRule, scope: ReminderScope): UsualWords =>
  scopes.indexOf(rule.words_by) > scopes.indexOf(scope) ? { [rule.language]: rule.example } : {};
export const wordsOf = (rule: ReminderRule): UsualWords => Object.fromEntries(rule.words.map((w) => [w.language, w.text]));

// `rule`, and `under` where it leaves something open.
export const over = (rule: Members, under: Members): Members => ({
  offsets_minutes: rule.offsets_minutes ?? under.offsets_minutes,
  channels: rule.channels ?? under.channels,
  wait_minutes: rule.wait_minutes ?? under.wait_minutes,
  quiet: rule.quiet ?? under.quiet,
  language: rule.language ?? under.language,
});
export const saysNothing = (rule: ReminderRule): boolean =>
  !rule.offsets_minutes && !rule.channels && !rule.wait_minutes && !rule.quiet && !rule.language && !rule.words.length;

// --- in words -----------------------------------------------------------------------------------

function long(minutes: number): string {
  if (minutes % 10_080 === 0) return minutes === 10_080 ? 'a week' : count(minutes / 10_080, 'week');
  if (minutes % 1440 === 0) return minutes === 1440 ? 'a day' : count(minutes / 1440, 'day');
  if (minutes % 60 === 0) return minutes === 60 ? 'an hour' : count(minutes / 60, 'hour');
  return minutes < 60 ? count(minutes, 'minute') : `${count(Math.floor(minutes / 60), 'hour')} ${count(minutes % 60, 'minute')}`;
}
export const first = (words: string): string => words.replace(/^./, (letter) => letter.toUpperCase());
export const offsetWords = (minutes: number): string => `${long(minutes)} before`;
// "a day and 2 hours before"
export function offsetsWords(offsets: number[]): string {
  const all = [...offsets].sort((a, b) => b - a).map(long);
  const last = all.pop();
  return all.length ? `${all.join(', ')} and ${last} before` : `${last} before`;
}
export const waitWords = long;
export function channelsWords(channels: Channel[]): string {
  return channels.length ? channels.map((c) => channelWords[c].toLowerCase()).join(', then ') : 'in the app alone';
}
export const quietWords = ({ from, until }: { from: string; until: string }): string =>
  from === until ? 'never quiet' : `${from}–${until}`;
// @as-is: each names itself.
export const languageWords: Record<Language, string> = { en: 'English', es: 'Español' };

// --- what can be chosen -------------------------------------------------------------------------

const usualOffsets = [10_080, 2880, 1440, 720, 240, 120, 60, 30, 15];
// The plain ones, and whatever else is chosen already.
export function offsetChoices(chosen: number[]): { minutes: number; label: string }[] {
  return [...new Set([...usualOffsets, ...chosen])]
    .sort((a, b) => b - a)
    .map((minutes) => ({ minutes, label: first(offsetWords(minutes)) }));
}
// A device that is woken comes first or not at all: it is the one the app is on.
const written: Channel[][] = [['sms', 'email'], ['email', 'sms'], ['sms'], ['email'], []];
const orders: Channel[][] = [...written.map((order): Channel[] => ['push', ...order]), ...written];
// Those for which the server has the ways, and whatever is chosen already. The value names the ways in order.
export function orderChoices(ways: Channel[], chosen: string): { value: string; label: string }[] {
  return orders
    .filter((order) => order.every((channel) => ways.includes(channel)) || order.join() === chosen)
    .map((order) => ({ value: order.join(), label: first(channelsWords(order)) }));
}
export function waitChoices(chosen: string): { value: string; label: string }[] {
  const all = new Set([5, 15, 30, 60, 120, 240, ...(chosen === usual ? [] : [Number(chosen)])]);
  return [...all].sort((a, b) => a - b).map((minutes) => ({ value: String(minutes), label: waitWords(minutes) }));
}

// --- the form -----------------------------------------------------------------------------------

export const usual = 'usual'; // of a choice that is left to the wider rule
export interface Draft {
  offsets: number[] | null; // null: left to the wider rule
  channels: string;
  wait: string;
  quiet: { from: string; until: string } | null;
  language: string;
  words: Record<Language, string>; // empty: left
}
export const draftOf = (rule: ReminderRule): Draft => ({
  offsets: rule.offsets_minutes ? [...rule.offsets_minutes] : null,
  channels: rule.channels ? rule.channels.join() : usual,
  wait: String(rule.wait_minutes ?? usual),
  quiet: rule.quiet ? { ...rule.quiet } : null,
  language: rule.language ?? usual,
  words: { en: '', es: '', ...Object.fromEntries(rule.words.map((w) => [w.language, w.text])) },
});
export function ruleOf(draft: Draft): NewReminderRule {
  const words = (Object.keys(draft.words) as Language[])
    .map((language) => ({ language, text: draft.words[language].trim() }))
    .filter((w) => w.text);
  return {
    words,
    ...(draft.offsets && { offsets_minutes: [...draft.offsets].sort((a, b) => b - a) }),
    ...(draft.channels !== usual && { channels: draft.channels.split(',').filter(Boolean) as Channel[] }),
    ...(draft.wait !== usual && { wait_minutes: Number(draft.wait) }),
    ...(draft.quiet && { quiet: { from: parseTimeOfDay(draft.quiet.from) ?? '', until: parseTimeOfDay(draft.quiet.until) ?? '' } }),
    ...(draft.language !== usual && { language: draft.language as Language }),
  };
}
export function problemsOf(draft: Draft): FieldProblem[] {
  const found: FieldProblem[] = [];
  const wrong = (pointer: string, message: string) => found.push({ pointer, code: 'form', message });
  if (draft.offsets && !draft.offsets.length) wrong('/offsets_minutes', 'Choose one at least.');
  if (draft.offsets && draft.offsets.length > 6) wrong('/offsets_minutes', 'Six at most.');
  for (const end of ['from', 'until'] as const)
    if (draft.quiet && !parseTimeOfDay(draft.quiet[end])) wrong(`/quiet/${end}`, 'A time such as 21:00.');
  return found;
}

// --- what it will say ---------------------------------------------------------------------------

// As server/reminders/texts.cpp has them, each language for itself. @as-is
export const sentences: Record<Language, { reminder: string; spoken: string; weekdays: string; months: string }> = {
  en: {
    reminder: 'You have an appointment on {when}.',
    spoken: '{day} at {time}',
    weekdays: 'Sun Mon Tue Wed Thu Fri Sat',
    months: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec',
  },
  es: {
    reminder: 'Tiene una cita el {when}.',
    spoken: '{day} a las {time}',
    weekdays: 'dom lun mar mié jue vie sáb',
    months: 'ene feb mar abr may jun jul ago sep oct nov dic',
  },
};
// A reminder of something at `at`, in these words or, when they are empty, in the language's own.
export function example(words: string, language: Language, at: number, zone: string): string {
  const say = sentences[language];
  const { date, time } = wallOf(at, zone);
  const weekday = say.weekdays.split(' ')[new Date(`${date}T00:00:00Z`).getUTCDay()];
  const day = `${weekday} ${Number(date.slice(8))} ${say.months.split(' ')[Number(date.slice(5, 7)) - 1]}`;
  const when = say.spoken.replace('{day}', day).replace('{time}', time);
  return (words.trim() || say.reminder).replaceAll('{when}', when);
}
// The one the server's own examples are of: late tomorrow, in UTC.
export const exampleAt = (now: number): number => Math.ceil(now / 86_400_000) * 86_400_000 + 22 * 3_600_000;
