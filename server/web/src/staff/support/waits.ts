// How a request to talk stands, in words, and whether it waits for the reader.
import type { Me, SupportOutcome, SupportRequest } from '../../api-types';
import { time } from '../../time';
import { supervises } from '../roles';

export const outcomeWords: Record<SupportOutcome, string> = {
  talked: 'We talked',
  not_reached: 'Not reached',
  emergency: 'Emergency services',
  other: 'Something else',
};

type Standing = Pick<SupportRequest, 'state' | 'asked_me' | 'step' | 'due_at' | 'seen_by' | 'seen_by_name' | 'zone'>;

// Nobody calls yet, and the reader is one of those who should.
export const waitsFor = (me: Pick<Me, 'role'>, r: Standing): boolean =>
  (r.state === 'open' && r.asked_me) || (r.state === 'unanswered' && (r.asked_me || supervises(me.role)));

const asked = { counselor: 'Their counselors are asked', primary: 'Who is on call is asked', backup: 'The backup is asked' };
const next = { counselor: 'whoever is on call', primary: 'the backup', backup: 'nobody is left' };

export function standingWords(r: Standing, me: Pick<Me, 'person'>): string {
  if (r.state === 'seen') return r.seen_by === me.person ? 'You said that you call' : `${r.seen_by_name} has seen it and calls`;
  if (r.state !== 'open') return 'Nobody has answered, and nobody is left to ask';
  const at = r.due_at ? time(r.due_at, r.zone) : '';
  const step = r.step ?? 'counselor';
  return `${asked[step]}; at ${at} ${step === 'backup' ? next[step] : `it goes to ${next[step]}`}`;
}
