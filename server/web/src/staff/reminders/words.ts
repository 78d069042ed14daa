// Reminders, as staff read of them.
import type { ReminderScope, SubjectKind } from '../../api-types';

export const scopeWords: Record<ReminderScope, string> = {
  person: 'their own', plan: 'as agreed', group: 'by the group’s rule', programme: 'by the programme',
};
// A number as a link takes it (RFC 3966 §5.1.1), without what people write between the digits.
export const telLink = (phone: string): string => `tel:${phone.replace(/[\s().-]/g, '')}`;
// Where the story of a reminder is told; of a check-in there is none.
export const storyPath = (kind: SubjectKind, subject: number, client: number): string =>
  kind === 'check_in' ? '' : `#/reminders/of/${kind}/${subject}/${client}`;
