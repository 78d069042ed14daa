// The API's types, and the only place that says where they come from: `npm run types` generates
// openapi.d.ts from schema/openapi.json; the names below are how the pages speak of its parts.
import type { components } from './openapi.d.ts';

export type { paths } from './openapi.d.ts';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Role = Me['role'];
export type Site = Schemas['Site'];
export type Room = Schemas['Room'];
export type Service = Schemas['Service'];
export type Staff = Schemas['Staff'];
export type ClientSummary = Schemas['ClientSummary'];
export type Client = Schemas['Client'];
export type Phase = NonNullable<ClientSummary['phase']>;
export type EnrolmentCode = Schemas['EnrolmentCode'];

export type Session = Schemas['Session'];
export type SessionKind = Session['kind'];
export type Roster = Schemas['Roster'];
export type Booking = Schemas['Booking'];
export type Change = Schemas['Change'];
export type Sheet = Schemas['Sheet'];
export type SheetLine = Schemas['Line'];
export type Stay = Schemas['Stay'];
export type Mark = Schemas['Mark'];
export type Verdict = Mark['verdict'];
export type Answer = SheetLine['answer'];

export type Reminder = Schemas['MyReminder'];
export type ClientReminder = Schemas['ClientReminder'];
export type Unheard = Schemas['Unheard'];
export type ReminderState = Reminder['state'];
export type SubjectKind = Reminder['subject_kind'];
export type Appointment = Schemas['Appointment'];
export type Occurrence = Schemas['Occurrence'];
export type Meeting = Schemas['Meeting'];
export type Commitment = Schemas['Commitment'];
export type Goal = Schemas['Goal'];

export type Problem = Schemas['Problem'];
export type FieldProblem = NonNullable<Problem['errors']>[number];

// What `booking_conflict` adds to a problem; the document leaves such members open.
export interface Conflict {
  owner_kind: 'staff' | 'client' | 'room';
  owner: number;
  name: string;
  pointer?: string;
  from: string;
  until: string;
  session?: number;
  title?: string;
}

// What `unavailable` adds: one thing that is wrong with a time or with its people.
export interface Trouble {
  why: string;
  staff?: number;
  text: string;
}

// What `not_eligible` adds: why a client may not join. The law's nobody overrides, the house's a supervisor may.
export interface Objection {
  code: string;
  message: string;
  overridable: boolean;
}
