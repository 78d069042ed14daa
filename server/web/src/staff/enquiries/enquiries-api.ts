// The calls about whoever asked for help. Every change wants the version that was seen, and answers the enquiry
// anew.
import { ask, http, key, match } from '../../api';
import type { EnquiryOutcome, Enquiry, EnquiryKeeping, EnquiryState, NewClient } from '../../api-types';

export const enquiries = (query: { site?: number; state: EnquiryState; after?: number }) =>
  ask(http.GET('/api/v1/enquiries', { params: { query: { limit: 50, ...query } } }));
export const enquiry = (enquiry: number) => ask(http.GET('/api/v1/enquiries/{enquiry}', { params: { path: { enquiry } } }));

type Seen = Pick<Enquiry, 'id' | 'version'>;
const of = (seen: Seen, once: string) => ({ path: { enquiry: seen.id }, header: { ...match(seen.version), ...key(once) } });
export const noteCall = (seen: Seen, outcome: EnquiryOutcome, note: string, once: string) =>
  ask(http.POST('/api/v1/enquiries/{enquiry}/calls', { body: { outcome, ...(note ? { note } : {}) }, params: of(seen, once) }));
export const linkAssessment = (seen: Seen, session: number, once: string) =>
  ask(http.POST('/api/v1/enquiries/{enquiry}/assessment', { body: { session }, params: of(seen, once) }));
export const decide = (seen: Seen, outcome: 'waiting' | 'referred' | 'declined', note: string, once: string) =>
  ask(http.POST('/api/v1/enquiries/{enquiry}/decide', { body: { outcome, note }, params: of(seen, once) }));
export const admit = (seen: Seen, who: { new_client: NewClient } | { client: number }, once: string) =>
  ask(http.POST('/api/v1/enquiries/{enquiry}/admit', { body: who, params: of(seen, once) }));

export const keeping = () => ask(http.GET('/api/v1/enquiry-keeping'));
export const setKeeping = (etag: string, body: EnquiryKeeping) =>
  ask(http.PUT('/api/v1/enquiry-keeping', { body, params: { header: match(etag) } }));
