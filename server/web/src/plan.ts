// What both pages say of plans, their goals and self-checks.
import type { GoalKind, GoalProgress, SelfCheck, SelfCheckTerms } from './api-types';
import { dayWords } from './sharing';
import { weekdays } from './time';
import { count } from './words';

// As staff write it, as a template has it, and as the client sees it.
export interface SaidGoal {
  kind: GoalKind;
  every_days?: number;
  until?: string;
  months?: number;
  then_every_days?: number;
  per_week?: number;
  group?: number | string;
  group_name?: string;
  words?: string;
}

export const goalKinds: Record<GoalKind, string> = { visits: 'Visits', meetings: 'Meetings', group: 'A group', text: 'In words' };

const every = (days: number) => (days === 1 ? 'every day' : days % 7 === 0 ? (days === 7 ? 'every week' : `every ${days / 7} weeks`) : `every ${days} days`);

// "A visit every 2 weeks until 10 Sep 2026, then every 30 days".
export function goalWords(goal: SaidGoal): string {
  switch (goal.kind) {
    case 'visits': {
      const until = goal.until ? ` until ${dayWords(goal.until)}` : goal.months ? ` for ${count(goal.months, 'month')}` : '';
      const then = goal.then_every_days ? `, then ${every(goal.then_every_days)}` : '';
      return `A visit ${every(goal.every_days ?? 0)}${until}${then}`;
    }
    case 'meetings':
      return `${count(goal.per_week ?? 0, 'meeting')} a week`;
    case 'group':
      return goal.group_name ?? (typeof goal.group === 'string' ? goal.group : 'A group, chosen with the plan');
    case 'text':
      return goal.words ?? '';
  }
}

// "12 of 14 weeks"; before a whole week has gone by nothing is judged.
export function progressWords(p: Pick<GoalProgress, 'weeks_met' | 'weeks_judged'>): string {
  return p.weeks_judged ? `${p.weeks_met} of ${count(p.weeks_judged, 'week')}` : 'No whole week yet';
}
// "30 meetings, 12 of them verified".
export function meetingsWords(p: Pick<GoalProgress, 'kind' | 'meetings_gone' | 'meetings_verified'>): string {
  if (p.kind !== 'meetings' || !p.meetings_gone) return '';
  return `${count(p.meetings_gone, 'meeting')}, ${p.meetings_verified || 'none'} of them verified`;
}
export const weekStates = { met: 'Met', missed: 'Not met', not_judged: 'Not judged' } as const;

// "Mon, Wed and Fri at 18:00", beginning with Monday.
export function askedWords(terms: SelfCheckTerms): string {
  const days = [...terms.days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map((d) => weekdays[d]!.slice(0, 3));
  if (!days.length) return 'Never';
  if (days.length === 7) return `Every day at ${terms.at}`;
  return `${days.length > 1 ? `${days.slice(0, -1).join(', ')} and ${days.at(-1)}` : days[0]} at ${terms.at}`;
}

// --- how somebody is ----------------------------------------------------------------------------

export const cravingWords = (n: number): string =>
  n === 0 ? 'none' : n <= 3 ? 'light' : n <= 6 ? 'clear' : n <= 8 ? 'strong' : 'very strong';
export const moods = ['Very low', 'Low', 'So-so', 'Good', 'Very good'] as const;
export const moodWords = (n: number): string => moods[n - 1] ?? '';

export interface Dot {
  x: number;
  y: number;
  check: SelfCheck;
}
// The last checks as a line of `width` by `height`, the earliest on the left, at equal distances: how often somebody
// says how they are is no measure of it. 10 is at the top.
export function trend(latestFirst: SelfCheck[], width: number, height: number): Dot[] {
  const checks = [...latestFirst].reverse();
  const step = checks.length > 1 ? width / (checks.length - 1) : 0;
  return checks.map((check, i) => ({ x: checks.length > 1 ? i * step : width / 2, y: height - (check.craving / 10) * height, check }));
}
export const line = (dots: Dot[]): string => dots.map((d) => `${d.x.toFixed(1)},${d.y.toFixed(1)}`).join(' ');
