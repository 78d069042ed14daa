// The API's codes in words.
import type {
  AddressState, CallOutcome, Channel, ExcusedBy, Flag, Phase, ReminderState, Role, Said, SessionKind, SubjectKind, Unreached, Verdict,
} from './api-types';

export const roleWords: Record<Role, string> = {
  admin: 'Administrator',
  supervisor: 'Supervisor',
  clinician: 'Clinician',
  counselor: 'Counselor',
  front_desk: 'Front desk',
  kiosk: 'Kiosk',
  service_account: 'Service account',
  client: 'Client',
};
export const phaseWords: Record<Phase, string> = {
  detox: 'Detox',
  treatment: 'Treatment',
  aftercare: 'Aftercare',
};
export const kindWords: Record<SessionKind, string> = { one_on_one: 'One-on-one', group: 'Group' };
export const answerWords: Record<Said, string> = {
  none: 'No answer yet',
  confirmed: 'Confirmed',
  running_late: 'Coming, late',
  cant_come: 'Can’t come',
};
export const verdictWords: Record<Verdict, string> = {
  expected: 'Expected',
  attended: 'Attended',
  excused: 'Excused',
  unexcused: 'Unexcused',
  turned_away: 'Turned away',
  cancelled_by_program: 'Cancelled by us',
};
export const flagWords: Record<Flag, string> = {
  over_capacity: 'Over capacity',
  not_eligible: 'Not eligible',
  not_enrolled: 'Not enrolled then',
  after_door_closed: 'After the door closed',
};
export const excusedWords: Record<ExcusedBy, string> = {
  in_advance: 'said so in time',
  afterwards: 'by staff',
  hold: 'stay on hold',
  clearance: 'not cleared',
};
export const subjectWords: Record<SubjectKind, string> = { session: 'Appointment', occurrence: 'Meeting', check_in: 'Question' };
export const reminderWords: Record<ReminderState, string> = {
  pending: 'Planned',
  sending: 'Being sent',
  sent: 'Sent, not seen yet',
  acknowledged: 'Seen',
  expired: 'Too late to send',
  cancelled: 'Taken back',
  unconfirmed: 'Sent, never seen',
  uncertain: 'Unknown whether it arrived',
  failed: 'Refused',
};
// How each looks, and the order in which a day's are counted.
export const reminderTones: Record<ReminderState, '' | 'good' | 'warn' | 'bad'> = {
  pending: '', sending: '', sent: '', acknowledged: 'good', unconfirmed: 'warn', uncertain: 'warn', failed: 'bad', expired: 'warn', cancelled: '',
};
export const reminderStates = Object.keys(reminderTones) as ReminderState[];
export const channelWords: Record<Channel, string> = { live: 'In the app', push: 'By notification', sms: 'By text message', email: 'By mail' };
export const addressWords: Record<AddressState, string> = {
  none: 'None',
  unverified: 'Waits for its code',
  good: 'Good',
  stopped: 'Stopped',
  failed: 'Cannot be reached',
};
export const unreachedWords: Record<Unreached, string> = {
  stopped: 'They want no messages.',
  refused: 'Nothing sent to their address arrives.',
  uncertain: 'Nobody knows whether the last message arrived.',
  no_channel: 'They have neither the app nor an address that works.',
};
export const callWords: Record<CallOutcome, string> = {
  reached: 'Reached', voicemail: 'Left a word', no_answer: 'No answer', wrong_number: 'Wrong number',
};

export function count(n: number, one: string, many = one + 's'): string {
  return `${n} ${n === 1 ? one : many}`;
}
// "3 minutes", "2 hours", "5 days": how late something was said, how long it has waited.
export function lateness(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return count(Math.max(1, minutes), 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? count(hours, 'hour') : count(Math.round(hours / 24), 'day');
}

// "ABCD EFGH JKMN", to be read out.
export const inFours = (code: string): string[] => code.match(/.{1,4}/g) ?? [];
