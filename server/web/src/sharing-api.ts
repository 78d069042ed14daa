// The calls about consents and disclosures, of staff and of the client's own app.
import { ask, http, items, key, match } from './api';
import type { ExceptionRecord, NewDisclosure, WrittenConsent } from './api-types';

const of = (client: number) => ({ path: { client } });

// --- consents -----------------------------------------------------------------------------------

export const consentsOf = (client: number) => items(ask(http.GET('/api/v1/clients/{client}/consents', { params: of(client) })));
export const addConsent = (client: number, body: WrittenConsent, once: string) =>
  ask(http.POST('/api/v1/clients/{client}/consents', { body, params: { ...of(client), header: key(once) } }));
// `seen` is the version that was read: what was entered meanwhile is not written over unseen.
export const rewriteConsent = (client: number, consent: number, seen: number, body: WrittenConsent) =>
  ask(http.PUT('/api/v1/clients/{client}/consents/{consent}', { body, params: { path: { client, consent }, header: match(seen) } }));
export const consentVersions = (client: number, consent: number) =>
  items(ask(http.GET('/api/v1/clients/{client}/consents/{consent}/versions', { params: { path: { client, consent } } })));
export const revokeConsent = (client: number, consent: number, event_has_come: boolean) =>
  ask(http.POST('/api/v1/clients/{client}/consents/{consent}/revoke', { body: { event_has_come }, params: { path: { client, consent } } }));
export const endConsent = (client: number, consent: number) =>
  ask(http.POST('/api/v1/clients/{client}/consents/{consent}/end', { params: { path: { client, consent } } }));
export const whoMayBeTold = (client: number) => items(ask(http.GET('/api/v1/clients/{client}/who-may-be-told', { params: of(client) })));

// --- disclosures --------------------------------------------------------------------------------

export const disclosuresOf = (client: number) => items(ask(http.GET('/api/v1/clients/{client}/disclosures', { params: of(client) })));
export const waitingDisclosures = (state: 'draft' | 'approved', after?: string) =>
  ask(http.GET('/api/v1/disclosures', { params: { query: { state, limit: 50, ...(after ? { after: Number(after) } : {}) } } }));
export const disclosure = (disclosure: number) => ask(http.GET('/api/v1/disclosures/{disclosure}', { params: { path: { disclosure } } }));
export const draftDisclosure = (client: number, body: NewDisclosure, once: string) =>
  ask(http.POST('/api/v1/clients/{client}/disclosures', { body, params: { ...of(client), header: key(once) } }));
export const recordException = (client: number, body: ExceptionRecord, once: string) =>
  ask(http.POST('/api/v1/clients/{client}/disclosures/exceptions', { body, params: { ...of(client), header: key(once) } }));
export const approveDisclosure = (disclosure: number, etag: string) =>
  ask(http.POST('/api/v1/disclosures/{disclosure}/approve', { params: { path: { disclosure }, header: match(etag) } }));
export const handOutDisclosure = (disclosure: number, etag: string) =>
  ask(http.POST('/api/v1/disclosures/{disclosure}/hand-out', { params: { path: { disclosure }, header: match(etag) } }));
export const discardDisclosure = (disclosure: number) => ask(http.DELETE('/api/v1/disclosures/{disclosure}', { params: { path: { disclosure } } }));
export const printPage = (disclosure: number, paper: 'letter' | 'a4') => `/api/v1/disclosures/${disclosure}/page?paper=${paper}`;

// --- the client's own ---------------------------------------------------------------------------

export const myConsents = () => items(ask(http.GET('/api/v1/my/consents')));
export const myDisclosures = () => items(ask(http.GET('/api/v1/my/disclosures')));
export const revokeMyConsent = (consent: number) => ask(http.POST('/api/v1/my/consents/{consent}/revoke', { params: { path: { consent } } }));
