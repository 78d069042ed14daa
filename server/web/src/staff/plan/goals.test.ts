import { expect, test } from 'vitest';
import { edited, editedTerms, newGoal, planGoal, templateGoal, writtenTerms } from './goals';

test('a goal that was read is written as it was', () => {
  for (const goal of [
    { kind: 'visits' as const, every_days: 14, until: '2026-09-10', then_every_days: 30 },
    { kind: 'meetings' as const, per_week: 3 },
    { kind: 'group' as const, group: 4 },
    { kind: 'text' as const, words: 'Call home' },
  ])
    expect(planGoal(edited(goal))).toEqual(goal);
  const template = { kind: 'visits' as const, every_days: 14, months: 6, then_every_days: 30 };
  expect(templateGoal(edited(template))).toEqual(template);
});

test('what belongs to another kind, or is empty, is left out', () => {
  const goal = { ...newGoal('visits'), per_week: 3, words: ' ', months: 6 };
  expect(planGoal(goal)).toEqual({ kind: 'visits', every_days: 14 });
  expect(templateGoal({ ...goal, until: '2026-09-10' })).toEqual({ kind: 'visits', every_days: 14, months: 6 });
  expect(planGoal({ ...goal, kind: 'meetings' })).toEqual({ kind: 'meetings', per_week: 3 });
  expect(planGoal({ ...goal, kind: 'text' })).toEqual({ kind: 'text' });
  expect(templateGoal(newGoal('group'))).toEqual({ kind: 'group' });
});

test('terms want a limit and a time', () => {
  const terms = editedTerms({ limit: 8, rise: 3, days: [5, 1], at: '18:00' });
  expect(writtenTerms(terms)).toEqual({ limit: 8, rise: 3, days: [1, 5], at: '18:00' });
  expect(writtenTerms({ ...terms, rise: null, at: '6 pm' })).toEqual({ limit: 8, days: [1, 5], at: '18:00' });
  expect(writtenTerms({ ...terms, at: '25:70' })).toBeNull();
  expect(writtenTerms({ ...terms, limit: null })).toBeNull();
});
