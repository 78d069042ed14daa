// The API's types, and the only place that says where they come from: `paths` is generated from
// schema/openapi.json (`npm run types`), the names below are how the pages speak of its parts.
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  request_id: string;
  errors?: FieldProblem[];
  conflicts?: Conflict[];
  clients?: unknown;
}
export interface FieldProblem {
  pointer: string;
  code: string;
  message: string;
}
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

export type Role =
  | 'admin' | 'supervisor' | 'clinician' | 'counselor' | 'front_desk' | 'kiosk' | 'service_account' | 'client';
export interface Me {
  account: number;
  person: number;
  role: Role;
  name: string;
  site?: number;
  site_name?: string;
  zone: string;
}
export interface Site {
  id: number;
  name: string;
  zone: string;
  break_minutes: number;
  emergency_number: string;
  crisis_line: string;
  helpline: string;
}
export interface Room { id: number; site: number; name: string; seats: number }
export interface Service { id: number; code: string; name: string; neutral_name: string; counts: boolean }
export interface Staff { id: number; name: string; role: Role; site: number; active: boolean }
export type Phase = 'detox' | 'treatment' | 'aftercare';
export interface ClientSummary {
  id: number;
  preferred_name: string;
  family_name: string;
  phase?: Phase;
  site: number;
}
export interface Client extends ClientSummary {
  zone: string;
  phone: string;
  counselors: { staff: number; name: string; since: string }[];
}
export interface EnrolmentCode { code: string; expires_at: string }

export type SessionKind = 'one_on_one' | 'group';
export type SessionStatus = 'scheduled' | 'completed' | 'cancelled';
export type Answer = 'none' | 'confirmed' | 'cant_come';
export type Verdict = 'expected' | 'attended' | 'excused' | 'unexcused' | 'turned_away' | 'cancelled_by_program';
export interface Facilitator { staff: number; name: string; leads: boolean }
export interface Session {
  id: number;
  site: number;
  zone: string;
  service: number;
  service_name: string;
  kind: SessionKind;
  title: string;
  room?: number;
  room_name?: string;
  link: string;
  starts_at: string;
  ends_at: string;
  status: SessionStatus;
  version: number;
  seats: number;
  closed: boolean;
  expected: number;
  confirmed: number;
  cant_come: number;
  facilitators: Facilitator[];
}
export interface Participant {
  client: number;
  preferred_name: string;
  family_name: string;
  answer: Answer;
  verdict: Verdict;
}
export interface Roster { session: number; participants: Participant[] }
export interface Override { reason: string }
export interface Booking {
  service: number;
  kind: SessionKind;
  title?: string;
  site: number;
  room?: number;
  link?: string;
  starts_at: string;
  duration_minutes: number;
  seats?: number;
  facilitators: number[];
  clients: number[];
  override?: Override;
}
export interface Change {
  starts_at?: string;
  duration_minutes?: number;
  room?: number;
  title?: string;
  link?: string;
  override?: Override;
}

// A reminder as staff see it.
export interface ClientReminder {
  id: number;
  subject_kind: SubjectKind;
  subject: number;
  starts_at: string;
  due_at: string;
  zone: string;
  state: ReminderState;
  sent_at?: string;
  late_by_s: number;
  acknowledged_at?: string;
  answer?: Answer;
}
// A reminder that somebody should look after.
export interface Unheard {
  id: number;
  client: number;
  preferred_name: string;
  family_name: string;
  subject_kind: SubjectKind;
  subject: number;
  starts_at: string;
  zone: string;
  state: ReminderState;
}
export interface Stay { arrived_at: string; departed_at?: string }
export interface SheetLine {
  client: number;
  preferred_name: string;
  family_name: string;
  answer: Answer;
  verdict: Verdict;
  stays: Stay[];
  late_minutes: number;
  left_early_minutes: number;
  credited_minutes: number;
}
export interface Sheet {
  session: number;
  version: number;
  title: string;
  starts_at: string;
  ends_at: string;
  zone: string;
  closed: boolean;
  closed_at?: string;
  closed_by_name?: string;
  lines: SheetLine[];
}
export interface Mark { client: number; verdict: Verdict; stays?: Stay[] }

export type SubjectKind = 'session' | 'occurrence';
export type ReminderState =
  | 'pending' | 'leased' | 'sent' | 'acknowledged' | 'expired' | 'cancelled' | 'unconfirmed' | 'uncertain';
export interface Reminder {
  id: number;
  subject_kind: SubjectKind;
  subject: number;
  text: string;
  starts_at: string;
  due_at: string;
  zone: string;
  state: ReminderState;
  late_by_s: number;
  answer?: Answer;
}
export interface Appointment {
  id: number;
  title: string;
  starts_at: string;
  ends_at: string;
  zone: string;
  place: string;
  link: string;
  status: SessionStatus;
  answer: Answer;
}
export interface Occurrence {
  id: number;
  commitment: number;
  meeting: number;
  name: string;
  starts_at: string;
  ends_at: string;
  zone: string;
  place: string;
  online_url: string;
  status: string;
  answer: Answer;
}
export interface Meeting {
  id: number;
  name: string;
  weekday: number;
  time: string;
  duration_minutes: number;
  zone: string;
  place: string;
  address: string;
  town: string;
  online_url: string;
  in_person: boolean;
  notes: string;
  types: string[];
  latitude?: number;
  longitude?: number;
  gone: boolean;
}
export interface Commitment { id: number; meeting: Meeting; made_at: string; next?: string }
export interface Goal { meetings_per_week: number; since_at?: string; committed: number }
export interface Page<T> { items: T[]; next?: string }

// --- paths, in the shape openapi-typescript gives them ------------------------------------------

type Part<K extends string, V> = [V] extends [never] ? { [P in K]?: never } : { [P in K]: V };
type Loose<K extends string, V> = [V] extends [never] ? { [P in K]?: never } : Partial<V> extends V ? { [P in K]?: V } : { [P in K]: V };
type Op<R, B = never, P = never, Q = never, H = never> = {
  parameters: Part<'path', P> & Loose<'query', Q> & Loose<'header', H> & { cookie?: never };
  responses: {
    200: { headers: Record<string, unknown>; content: [R] extends [never] ? Record<string, never> : { 'application/json': R } };
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': Problem } };
  };
} & ([B] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': B } } });
interface Key { 'Idempotency-Key': string }
interface MaybeKey { 'Idempotency-Key'?: string }
interface IfMatch { 'If-Match': string }
type Get<R, P = never, Q = never> = { get: Op<R, never, P, Q> };
export interface paths {
  '/api/v1/sign-in': { post: Op<Me, { login: string; password: string }> };
  '/api/v1/sign-out': { post: Op<never, never, never, never, MaybeKey> };
  '/api/v1/me': Get<Me>;
  '/api/v1/devices': { post: Op<{ token?: string; expires_at: string; me: Me }, { code: string; device: string; keep: 'token' | 'cookie' }> };
  '/api/v1/sites': Get<Page<Site>>;
  '/api/v1/sites/{site}/rooms': Get<Page<Room>, { site: number }>;
  '/api/v1/services': Get<Page<Service>>;
  '/api/v1/staff': Get<Page<Staff>, never, { site?: number }>;
  '/api/v1/clients/search': { post: Op<Page<ClientSummary>, { text?: string; limit?: number; after?: string }, never, never, MaybeKey> };
  '/api/v1/clients/{client}': Get<Client, { client: number }>;
  '/api/v1/clients/{client}/enrolment-codes': { post: Op<EnrolmentCode, never, { client: number }> };
  '/api/v1/clients/{client}/sign-ins': { delete: Op<never, never, { client: number }> };
  '/api/v1/clients/{client}/commitments': Get<Page<Commitment>, { client: number }>;
  '/api/v1/clients/{client}/reminders': Get<Page<ClientReminder>, { client: number }, { limit?: number; after?: string }>;
  '/api/v1/sessions': {
    get: Op<Page<Session>, never, never, { from: string; until: string; site?: number; staff?: number; limit?: number; after?: string }>;
    post: Op<Session, Booking, never, never, Key>;
  };
  '/api/v1/sessions/{session}': {
    get: Op<Session, never, { session: number }>;
    patch: Op<Session, Change, { session: number }, never, IfMatch>;
  };
  '/api/v1/sessions/{session}/roster': Get<Roster, { session: number }>;
  '/api/v1/sessions/{session}/cancel': { post: Op<Session, { reason?: string }, { session: number }, never, IfMatch & MaybeKey> };
  '/api/v1/sessions/{session}/attendance': {
    get: Op<Sheet, never, { session: number }>;
    put: Op<Sheet, { marks: Mark[] }, { session: number }, never, IfMatch>;
  };
  '/api/v1/sessions/{session}/attendance/close': { post: Op<Sheet, Record<string, never>, { session: number }, never, IfMatch & MaybeKey> };
  '/api/v1/sessions/{session}/attendance/reopen': { post: Op<Sheet, { reason: string }, { session: number }, never, IfMatch & MaybeKey> };
  '/api/v1/my/appointments': Get<Page<Appointment>, never, { from?: string; until?: string }>;
  '/api/v1/my/appointments/{session}/confirm': { post: Op<Appointment, never, { session: number }, never, MaybeKey> };
  '/api/v1/my/appointments/{session}/cant-come': { post: Op<Appointment, never, { session: number }, never, MaybeKey> };
  '/api/v1/my/occurrences': Get<Page<Occurrence>, never, { from?: string; until?: string }>;
  '/api/v1/my/reminders': Get<Page<Reminder>, never, { limit?: number; after?: string }>;
  '/api/v1/reminders/attention': Get<Page<Unheard>, never, { limit?: number; after?: string }>;
  '/api/v1/my/reminders/{reminder}/confirm': { post: Op<{ reminder: number; answer: Answer }, never, { reminder: number }, never, MaybeKey> };
  '/api/v1/my/reminders/{reminder}/cant-come': { post: Op<{ reminder: number; answer: Answer }, never, { reminder: number }, never, MaybeKey> };
  '/api/v1/meetings': Get<Page<Meeting>, never, { weekday?: number; from?: string; until?: string; text?: string; online?: boolean; in_person?: boolean; limit?: number; after?: string }>;
  '/api/v1/my/goal': { get: Op<Goal>; put: Op<Goal, { meetings_per_week: number }> };
  '/api/v1/my/commitments': { get: Op<Page<Commitment>>; post: Op<Commitment, { meeting: number }, never, never, Key> };
  '/api/v1/my/commitments/{commitment}': { delete: Op<never, never, { commitment: number }> };
}
