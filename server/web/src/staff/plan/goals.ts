// Goals and terms as a form holds them: a field that is empty is null or ''.
import type { GoalKind, PlanGoal, SelfCheckTerms, TemplateGoal } from '../../api-types';
import { parseTimeOfDay } from '../../time';

export interface EditedGoal {
  kind: GoalKind;
  every_days: number | null;
  until: string;
  months: number | null;
  then_every_days: number | null;
  per_week: number | null;
  group: number | null;
  words: string;
}

export function newGoal(kind: GoalKind): EditedGoal {
  return {
    kind, every_days: kind === 'visits' ? 14 : null, until: '', months: null, then_every_days: null,
    per_week: kind === 'meetings' ? 3 : null, group: null, words: '',
  };
}
export function edited(goal: Partial<PlanGoal & TemplateGoal> & { kind: GoalKind }): EditedGoal {
  return {
    kind: goal.kind, every_days: goal.every_days ?? null, until: goal.until ?? '', months: goal.months ?? null,
    then_every_days: goal.then_every_days ?? null, per_week: goal.per_week ?? null, group: goal.group ?? null, words: goal.words ?? '',
  };
}

// Only what belongs to the kind; what is left empty is left out, and the server says what is missing.
export function planGoal(g: EditedGoal): PlanGoal {
  return {
    kind: g.kind,
    ...(g.kind === 'visits' && {
      ...(g.every_days !== null && { every_days: g.every_days }),
      ...(g.until && { until: g.until }),
      ...(g.then_every_days !== null && { then_every_days: g.then_every_days }),
    }),
    ...(g.kind === 'meetings' && g.per_week !== null && { per_week: g.per_week }),
    ...(g.kind === 'group' && g.group !== null && { group: g.group }),
    ...(g.kind === 'text' && g.words.trim() && { words: g.words.trim() }),
  };
}
export function templateGoal(g: EditedGoal): TemplateGoal {
  const { until: _, ...rest } = planGoal(g);
  return { ...rest, ...(g.kind === 'visits' && g.months !== null && { months: g.months }) };
}

export interface EditedTerms {
  limit: number | null;
  rise: number | null;
  days: number[];
  at: string;
}
export const editedTerms = (terms: SelfCheckTerms): EditedTerms => ({ limit: terms.limit, rise: terms.rise ?? null, days: [...terms.days], at: terms.at });
// Null when something is missing or is no time.
export function writtenTerms(terms: EditedTerms): SelfCheckTerms | null {
  const at = parseTimeOfDay(terms.at);
  if (terms.limit === null || !at) return null;
  return { limit: terms.limit, ...(terms.rise !== null && { rise: terms.rise }), days: [...terms.days].sort(), at };
}
