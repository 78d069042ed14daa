// Enquiries in words.
import type { EnquiryOutcome, Enquiry, EnquiryRow, EnquiryState, EnquiryWork } from '../../api-types';
import type { IconName } from '../../ui/icons';
import { lateness } from '../../words';

export const stateWords: Record<EnquiryState, string> = {
  open: 'Open', waiting: 'Waiting', admitted: 'Admitted', referred: 'Referred', declined: 'Declined',
};
export const workWords: Record<EnquiryWork, string> = {
  reached: 'Reached', no_answer: 'No answer', voicemail: 'Left a voicemail', wrong_number: 'Wrong number',
  assessment: 'Assessment booked', waiting: 'Waits', admitted: 'Admitted', referred: 'Referred elsewhere', declined: 'Declined',
};

// What may come of a call: a voicemail only where they allowed one.
export function outcomesOf(enquiry: Pick<Enquiry, 'voicemail'>): { outcome: EnquiryOutcome; icon: IconName }[] {
  return [
    { outcome: 'reached', icon: 'check' },
    { outcome: 'no_answer', icon: 'minus' },
    ...(enquiry.voicemail ? [{ outcome: 'voicemail', icon: 'sheet' } as const] : []),
    { outcome: 'wrong_number', icon: 'cross' },
  ];
}

// What to say, and what not, before it is sure who is on the line: that somebody asked us says something of them.
export const scriptWords = (enquiry: Pick<Enquiry, 'ask_for' | 'voicemail'>): string =>
  `“May I speak to ${enquiry.ask_for}?” Say nothing of who we are to anybody else. ${
    enquiry.voicemail ? 'You may leave a voicemail: your own name and a number to call back, and nothing more.' : 'Leave no voicemail.'
  }`;

export const whomWords = (enquiry: Pick<Enquiry, 'whom'>): string =>
  enquiry.whom === 'oneself' ? 'Asks for themselves' : 'Asks for somebody else';

// "Asked 3 hours ago": what the list is in the order of.
export function ageWords(enquiry: Pick<EnquiryRow, 'asked_at' | 'state' | 'state_at'>, now: number): string {
  const since = (at: string) => lateness(Math.max(0, (now - Date.parse(at)) / 1000));
  if (enquiry.state === 'open') return `Asked ${since(enquiry.asked_at)} ago`;
  if (enquiry.state === 'waiting') return `Has waited for ${since(enquiry.state_at)}`;
  return `${stateWords[enquiry.state]} ${since(enquiry.state_at)} ago`;
}
