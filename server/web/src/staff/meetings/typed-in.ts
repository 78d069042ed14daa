// A meeting as it is typed in, and what that asks of the server.
import type { FieldProblem, Meeting, NewMeeting } from '../../api-types';
import { parseTimeOfDay } from '../../time';
import { type RuleForm, fromRule, toRule, weekly } from '../groups/rules';

export interface MeetingForm {
  name: string;
  starts_on: string;
  time: string; // as typed
  duration: number;
  rule: RuleForm | null; // null: beyond these fields, kept as it is
  kept: string; // that rule
  in_person: boolean;
  place: string;
  address: string;
  town: string;
  online_url: string;
  notes: string;
  types: string[];
}

export const blank = (today: string): MeetingForm => ({
  name: '', starts_on: today, time: '', duration: 60, rule: weekly(today), kept: '', in_person: true,
  place: '', address: '', town: '', online_url: '', notes: '', types: ['open'],
});
export function formOf(m: Meeting, today: string): MeetingForm {
  const starts_on = m.starts_on ?? today;
  return {
    name: m.name, starts_on, time: m.time, duration: m.duration_minutes, rule: fromRule(m.rule, starts_on), kept: m.rule,
    in_person: m.in_person, place: m.place, address: m.address, town: m.town, online_url: m.online_url, notes: m.notes, types: m.types,
  };
}

const wrong = (pointer: string, message: string): FieldProblem => ({ pointer, code: 'form', message });

// `was`: what is edited; what this form has no field for stays as it is there.
export function toMeeting(form: MeetingForm, was: Meeting | null): { meeting: NewMeeting | null; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const time = parseTimeOfDay(form.time);
  if (!form.name.trim()) problems.push(wrong('/name', 'Give it a name.'));
  if (!form.starts_on) problems.push(wrong('/starts_on', 'Choose the first day.'));
  if (!time) problems.push(wrong('/time', 'Give a time such as 18:00.'));
  if (!(form.duration >= 5 && form.duration <= 720)) problems.push(wrong('/duration_minutes', 'A meeting lasts 5 to 720 minutes.'));
  if (form.rule?.every === 'week' && form.rule.days.length !== 1)
    problems.push(wrong('/rule', 'Choose one day of the week. What meets on several is entered once for each.'));
  if (form.in_person && !(form.place.trim() || form.address.trim() || form.town.trim())) problems.push(wrong('/place', 'Say where people meet.'));
  if (!form.in_person && !form.online_url.trim()) problems.push(wrong('/online_url', 'Say at which address people meet.'));
  if (problems.length) return { meeting: null, problems };
  const meeting: NewMeeting = {
    name: form.name.trim(), rule: form.rule ? toRule(form.rule, form.starts_on) : form.kept, starts_on: form.starts_on, time: time!,
    duration_minutes: form.duration, in_person: form.in_person, place: form.place.trim(), address: form.address.trim(),
    town: form.town.trim(), notes: form.notes.trim(), online_url: form.online_url.trim(), types: form.types.join(','),
  };
  if (was) meeting.zone = was.zone;
  if (was?.latitude !== undefined && was.longitude !== undefined && form.address.trim() === was.address && form.town.trim() === was.town)
    Object.assign(meeting, { latitude: was.latitude, longitude: was.longitude });
  return { meeting, problems };
}
