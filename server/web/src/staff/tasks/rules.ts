// When attendance opens a task by itself, in words.
import type { FollowUpRule } from '../../api-types';
import { count } from '../../words';

// Those of attendance; other tasks are opened by hand, or by what a client says.
export type RuleName = Extract<FollowUpRule['rule'], 'unexcused_in_a_row' | 'days_without_service' | 'often_late'>;

// Which of the two numbers a rule asks for, and what it begins with again after it was switched off.
export const about: Record<RuleName, { title: string; asks: readonly ('times' | 'days')[]; times: number }> = {
  unexcused_in_a_row: { title: 'Missed without excuse', asks: ['times'], times: 2 },
  days_without_service: { title: 'Not seen for long', asks: ['days'], times: 1 },
  often_late: { title: 'Often late', asks: ['times', 'days'], times: 4 },
};

export function opensWhen(rule: Pick<FollowUpRule, 'rule' | 'times' | 'days'>): string {
  if (rule.times === 0) return 'Never.';
  switch (rule.rule) {
    case 'unexcused_in_a_row':
      return rule.times === 1 ? 'At the first session missed without excuse.' : `At ${count(rule.times, 'session')} in a row missed without excuse.`;
    case 'days_without_service':
      return `After ${count(rule.days, 'day')} without a session attended.`;
    case 'often_late':
      return `When somebody was late ${count(rule.times, 'time')} within ${count(rule.days, 'day')}.`;
    default:
      return 'When somebody opens it.';
  }
}
