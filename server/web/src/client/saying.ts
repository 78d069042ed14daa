// What somebody said, in words; and whether it still fits what is so now.
import type { Appointment } from '../api-types';
import { dayAndTime } from '../time';
import type { Saying } from './queue';

const replies = { confirm: 'I’ll be there', running_late: 'Running late', cant_come: 'I can’t come' } as const;

export function saidIt(s: Saying): string {
  switch (s.say) {
    case 'reply':
    case 'reply_to_reminder':
      return replies[s.reply];
    case 'went':
      return s.went === 'yes' ? 'I went' : 'I did not go';
    case 'offer':
      return s.take ? 'I take the place' : 'I don’t want the place';
    case 'self_check':
      return 'How I am';
  }
}
// "Appointment, Tue 10 Mar 18:00"
export const of = (s: Saying): string => [s.title, s.starts_at && s.zone && dayAndTime(s.starts_at, s.zone)].filter(Boolean).join(', ');

export const sessionOf = (s: Saying): number | null => {
  const found = /^session-(\d+)$/.exec(s.about);
  return found ? Number(found[1]) : null;
};
// An answer is to a time. When there is another by now it is asked for anew, and never given for that one unseen.
export function outOfDate(s: Saying, appointments: Appointment[]): string | null {
  const session = sessionOf(s);
  if (session === null || !s.starts_at) return null;
  const now = appointments.find((a) => a.id === session);
  if (!now) return 'It is not in your week any more. Look at what comes next.';
  if (now.status === 'cancelled') return 'It was cancelled meanwhile. You do not need to answer.';
  if (Date.parse(now.starts_at) !== Date.parse(s.starts_at))
    return `It has moved to ${dayAndTime(now.starts_at, now.zone)} meanwhile. Please answer again.`;
  return null;
}
