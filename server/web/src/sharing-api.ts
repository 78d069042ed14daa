// Consents and disclosures: what the API answers, by hand, and a function for each call. The generated types do
// not know these routes yet.
import { type Answer, ask, items, key, match, untyped as http } from './api';

export type Told = 'attendance' | 'hours' | 'phase' | 'enrolment';
export type ConsentState = 'live' | 'expired' | 'revoked';
export type Basis = 'consent' | 'medical_emergency' | 'child_abuse_report' | 'audit_evaluation' | 'court_order';
export type DisclosureState = 'draft' | 'approved' | 'handed_out';

export interface WrittenConsent {
  discloser: string;
  recipient: string;
  kinds: Told[];
  purpose: string;
  expires_on?: string;
  expires_when?: string;
  signed_on: string;
  signed_by: 'client' | 'representative';
  representative?: string;
  criminal_justice?: { revocable_on?: string; revocable_when?: string };
  paper?: string;
}
export interface Consent extends WrittenConsent {
  id: number;
  client: number;
  version: number;
  state: ConsentState;
  entered_at: string;
  entered_by_name: string;
  event_at?: string;
  revoked_at?: string;
}
export interface MyConsent {
  id: number;
  discloser: string;
  recipient: string;
  kinds: Told[];
  purpose: string;
  expires_on?: string;
  expires_when?: string;
  signed_on: string;
  signed_by: 'client' | 'representative';
  state: ConsentState;
  revoked_at?: string;
  revocable: boolean;
  revocable_on?: string;
  revocable_when?: string;
}
export interface MayBeTold {
  recipient: string;
  kinds: Told[];
}

export interface Disclosure {
  id: number;
  client: number;
  basis: Basis;
  state: DisclosureState;
  recipient: string;
  kinds: Told[];
  purpose?: string;
  consent?: number;
  from?: string;
  until?: string;
  made_at: string;
  made_by: number;
  made_by_name: string;
  approved_at?: string;
  approved_by_name?: string;
  told_at?: string;
  told_by_name?: string;
  digest?: string;
  affiliation?: string;
  nature?: string;
  docket?: string;
  ordered_on?: string;
  agreement?: string;
}
export interface Stretch {
  from: string;
  until?: string;
}
export interface Report {
  client_name: string;
  from: string;
  until: string;
  zone: string;
  as_of?: string;
  kinds: Told[];
  sessions?: { day: string; what: string; kind: string; verdict: string; credited_minutes?: number }[];
  attendance?: {
    sessions: number; attended: number; counted: number; excused: number; unexcused: number; turned_away: number;
    cancelled_by_program: number; not_recorded: number;
  };
  hours?: { credited_minutes: number; scheduled_minutes: number; attended: number; counted: number };
  phases?: (Stretch & { phase: 'detox' | 'treatment' | 'aftercare' })[];
  levels?: (Stretch & { level: string })[];
  enrolments?: (Stretch & { what: string })[];
  notice: string;
}
export interface DisclosureView {
  disclosure: Disclosure;
  report?: Report;
  obstacle?: string;
}
export interface MyDisclosure {
  id: number;
  told_at: string;
  recipient: string;
  basis: Basis;
  kinds: Told[];
  purpose?: string;
  from?: string;
  until?: string;
}
export interface NewDisclosure {
  consent: number;
  kinds: Told[];
  from: string;
  until: string;
}
export interface ExceptionRecord {
  basis: Basis;
  recipient: string;
  told_at: string;
  told_by: number;
  nature: string;
  affiliation?: string;
  agreement?: string;
  docket?: string;
  ordered_on?: string;
}

const of = (client: number) => ({ path: { client } });

// --- consents -----------------------------------------------------------------------------------

export const consentsOf = (client: number) =>
  items<Consent>(ask(http.GET('/api/v1/clients/{client}/consents', { params: of(client) })));
export const addConsent = (client: number, body: WrittenConsent, once: string): Promise<Answer<Consent>> =>
  ask(http.POST('/api/v1/clients/{client}/consents', { body, params: { ...of(client), header: key(once) } }));
export const revokeConsent = (client: number, consent: number, event_has_come: boolean): Promise<Answer<Consent>> =>
  ask(http.POST('/api/v1/clients/{client}/consents/{consent}/revoke', { body: { event_has_come }, params: { path: { client, consent } } }));
export const endConsent = (client: number, consent: number): Promise<Answer<Consent>> =>
  ask(http.POST('/api/v1/clients/{client}/consents/{consent}/end', { params: { path: { client, consent } } }));
export const whoMayBeTold = (client: number) =>
  items<MayBeTold>(ask(http.GET('/api/v1/clients/{client}/who-may-be-told', { params: of(client) })));

// --- disclosures --------------------------------------------------------------------------------

export const disclosuresOf = (client: number) =>
  items<Disclosure>(ask(http.GET('/api/v1/clients/{client}/disclosures', { params: of(client) })));
export const disclosure = (disclosure: number): Promise<Answer<DisclosureView>> =>
  ask(http.GET('/api/v1/disclosures/{disclosure}', { params: { path: { disclosure } } }));
export const draftDisclosure = (client: number, body: NewDisclosure, once: string): Promise<Answer<DisclosureView>> =>
  ask(http.POST('/api/v1/clients/{client}/disclosures', { body, params: { ...of(client), header: key(once) } }));
export const recordException = (client: number, body: ExceptionRecord, once: string): Promise<Answer<Disclosure>> =>
  ask(http.POST('/api/v1/clients/{client}/disclosures/exceptions', { body, params: { ...of(client), header: key(once) } }));
export const approveDisclosure = (disclosure: number, etag: string): Promise<Answer<DisclosureView>> =>
  ask(http.POST('/api/v1/disclosures/{disclosure}/approve', { params: { path: { disclosure }, header: match(etag) } }));
export const handOutDisclosure = (disclosure: number, etag: string): Promise<Answer<DisclosureView>> =>
  ask(http.POST('/api/v1/disclosures/{disclosure}/hand-out', { params: { path: { disclosure }, header: match(etag) } }));
export const discardDisclosure = (disclosure: number): Promise<Answer<unknown>> =>
  ask(http.DELETE('/api/v1/disclosures/{disclosure}', { params: { path: { disclosure } } }));
export const printPage = (disclosure: number, paper: 'letter' | 'a4') => `/api/v1/disclosures/${disclosure}/page?paper=${paper}`;

// --- the client's own ---------------------------------------------------------------------------

export const myConsents = () => items<MyConsent>(ask(http.GET('/api/v1/my/consents')));
export const myDisclosures = () => items<MyDisclosure>(ask(http.GET('/api/v1/my/disclosures')));
export const revokeMyConsent = (consent: number): Promise<Answer<MyConsent>> =>
  ask(http.POST('/api/v1/my/consents/{consent}/revoke', { params: { path: { consent } } }));
