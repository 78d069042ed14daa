// The calls about the course of a client's care. Each change can be had as a preview first: what it would
// end, begin and excuse, with a digest as its ETag; applied with that, it does what was shown or refuses.
import { type Answer, ask, http, key, match } from '../../api';
import type { Course, DischargeType, HoldKind, NewClient, Phase } from '../../api-types';

export const careOf = (client: number) => ask(http.GET('/api/v1/clients/{client}/care', { params: { path: { client } } }));

export type Step =
  | { step: 'move'; body: { phase?: Phase; level?: string } }
  | { step: 'hold'; body: { kind: HoldKind; until?: string; keep_seats: boolean } }
  | { step: 'end-hold' }
  | { step: 'clear'; body: { expires_at?: string } }
  | { step: 'withdraw' }
  | { step: 'discharge'; body: { type: DischargeType } }
  | { step: 'readmit'; body: { phase: Phase; level?: string } };

// Without `seen` a preview; with it, and a key of its own, the change itself.
export function take(client: number, wanted: Step, seen?: { digest: string; once: string }): Promise<Answer<Course>> {
  const params = {
    path: { client },
    query: seen ? {} : { preview: true },
    header: seen ? { ...match(seen.digest), ...key(seen.once) } : key(crypto.randomUUID()),
  };
  switch (wanted.step) {
    case 'move': return ask(http.POST('/api/v1/clients/{client}/move', { body: wanted.body, params }));
    case 'hold': return ask(http.POST('/api/v1/clients/{client}/hold', { body: wanted.body, params }));
    case 'end-hold': return ask(http.DELETE('/api/v1/clients/{client}/hold', { params: { path: params.path, query: params.query }, headers: seen ? match(seen.digest) : {} }));
    case 'clear': return ask(http.POST('/api/v1/clients/{client}/clearance', { body: wanted.body, params }));
    case 'withdraw': return ask(http.POST('/api/v1/clients/{client}/clearance/withdraw', { params }));
    case 'discharge': return ask(http.POST('/api/v1/clients/{client}/discharge', { body: wanted.body, params }));
    case 'readmit': return ask(http.POST('/api/v1/clients/{client}/readmission', { body: wanted.body, params }));
  }
}

export const duplicatesOf = (body: { preferred_name: string; family_name: string; born_on?: string; phone?: string }) =>
  ask(http.POST('/api/v1/clients/duplicates', { body }));
export const addClient = (body: NewClient, once: string) => ask(http.POST('/api/v1/clients', { body, params: { header: key(once) } }));

export const previewHandOver = (staff: number, body: { to: number; clients?: number[]; from?: string }) =>
  ask(http.POST('/api/v1/staff/{staff}/hand-over', { body, params: { path: { staff }, query: { preview: true }, header: key(crypto.randomUUID()) } }));
export const handOver = (staff: number, body: { to: number; clients?: number[]; from?: string }, digest: string, once: string) =>
  ask(http.POST('/api/v1/staff/{staff}/hand-over', { body, params: { path: { staff }, header: { ...match(digest), ...key(once) } } }));
