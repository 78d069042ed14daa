// Every call the pages make, one function each. A call never throws: it answers the data, or the refusal
// that a page can show. The browser's cookie says who is calling. What only one page of the dashboard calls is
// beside it (staff/groups-api.ts and others), over the same client.
import createClient from 'openapi-fetch';
import type { Booking, Change, paths } from './api-types';
import { heard } from './clock';
import { type Refusal, offline, refusalOf } from './problem';

export type Answer<V> = { ok: true; data: V; etag: string } | { ok: false; refusal: Refusal };

export const http = createClient<paths>({ baseUrl: '/', headers: { Accept: 'application/json' }, cache: 'no-store' });

// Told when the server says that nobody is signed in (any longer).
let signedOut: () => void = () => {};
export function whenSignedOut(tell: () => void): void {
  signedOut = tell;
}

export async function ask<V>(call: Promise<{ data?: V; error?: unknown; response: Response }>): Promise<Answer<V>> {
  try {
    const { data, error, response } = await call;
    heard(response.headers.get('Date'));
    if (response.ok) {
      const etag = (response.headers.get('ETag') ?? '').replace(/^W\//, '').replaceAll('"', '');
      return { ok: true, data: data as V, etag };
    }
    if (response.status === 401) signedOut();
    return { ok: false, refusal: refusalOf(response.status, error, response.headers.get('Retry-After')) };
  } catch {
    return { ok: false, refusal: offline };
  }
}

// The items of a list that comes in one piece.
export async function items<V>(call: Promise<Answer<{ items: V[] }>>): Promise<Answer<V[]>> {
  const answer = await call;
  return answer.ok ? { ok: true, data: answer.data.items, etag: '' } : answer;
}

// Every page of a list.
export async function all<V>(page: (after?: string) => Promise<Answer<{ items: V[]; next?: string }>>): Promise<Answer<V[]>> {
  const items: V[] = [];
  let after: string | undefined;
  do {
    const answer = await page(after);
    if (!answer.ok) return answer;
    items.push(...answer.data.items);
    after = answer.data.next;
  } while (after);
  return { ok: true, data: items, etag: '' };
}

export const key = (value: string) => ({ 'Idempotency-Key': value });
export const match = (etag: string | number) => ({ 'If-Match': `"${etag}"` });
// A key for one thing a person wants done: made once, sent again with every retry of it.
export const freshKey = (): string => crypto.randomUUID();

// --- signing in ---------------------------------------------------------------------------------

export const signIn = (login: string, password: string) =>
  ask(http.POST('/api/v1/sign-in', { body: { login, password } }));
export const choosePassword = (login: string, code: string, password: string) =>
  ask(http.POST('/api/v1/password-codes/use', { body: { login, code, password } }));
export const signOut = () => ask(http.POST('/api/v1/sign-out', {}));
export const me = () => ask(http.GET('/api/v1/me'));
export const enrolDevice = (code: string, device: string) =>
  ask(http.POST('/api/v1/devices', { body: { code, device, keep: 'cookie' } }));

// --- places and people --------------------------------------------------------------------------

export const sites = () => items(ask(http.GET('/api/v1/sites')));
export const rooms = (site: number) => items(ask(http.GET('/api/v1/sites/{site}/rooms', { params: { path: { site } } })));
export const services = () => items(ask(http.GET('/api/v1/services')));
export const staff = (site?: number) => items(ask(http.GET('/api/v1/staff', { params: { query: { site } } })));
export const searchClients = (text: string, limit: number, after?: string) =>
  ask(http.POST('/api/v1/clients/search', { body: { text: text || undefined, limit, after } }));
export const client = (client: number) => ask(http.GET('/api/v1/clients/{client}', { params: { path: { client } } }));
export const makeEnrolmentCode = (client: number) =>
  ask(http.POST('/api/v1/clients/{client}/enrolment-codes', { params: { path: { client } } }));
export const revokeDevices = (client: number) =>
  ask(http.DELETE('/api/v1/clients/{client}/sign-ins', { params: { path: { client } } }));
export const remindersOf = (client: number) =>
  items(ask(http.GET('/api/v1/clients/{client}/reminders', { params: { path: { client }, query: { limit: 30 } } })));
export const attention = () => items(ask(http.GET('/api/v1/reminders/attention', { params: { query: { limit: 10 } } })));

// --- calendar -----------------------------------------------------------------------------------

export const sessions = (from: string, until: string, of: { site?: number; staff?: number }) =>
  all((after) => ask(http.GET('/api/v1/sessions', { params: { query: { from, until, ...of, limit: 200, after } } })));
export const session = (session: number) => ask(http.GET('/api/v1/sessions/{session}', { params: { path: { session } } }));
export const roster = (session: number) =>
  ask(http.GET('/api/v1/sessions/{session}/roster', { params: { path: { session } } }));
export const book = (booking: Booking, once: string) =>
  ask(http.POST('/api/v1/sessions', { body: booking, params: { header: key(once) } }));
export const changeSession = (session: number, version: number, change: Change) =>
  ask(http.PATCH('/api/v1/sessions/{session}', { body: change, params: { path: { session }, header: match(version) } }));
export const cancelSession = (session: number, version: number, reason: string) =>
  ask(
    http.POST('/api/v1/sessions/{session}/cancel', {
      body: { reason: reason || undefined },
      params: { path: { session }, header: match(version) },
    }),
  );

// --- the client's own ---------------------------------------------------------------------------

// `fresh`: as it is now, or not at all.
export const appointments = (from: string, until: string, { fresh = false } = {}) =>
  items(ask(http.GET('/api/v1/my/appointments', { params: { query: { from, until } }, ...(fresh ? { cache: 'reload' } : {}) })));
export const occurrences = (from: string, until: string) =>
  items(ask(http.GET('/api/v1/my/occurrences', { params: { query: { from, until } } })));
export const myReminders = () => items(ask(http.GET('/api/v1/my/reminders', { params: { query: { limit: 100 } } })));

export const goal = () => ask(http.GET('/api/v1/my/goal'));
export const setGoal = (meetings_per_week: number) => ask(http.PUT('/api/v1/my/goal', { body: { meetings_per_week } }));
export const commitments = () => items(ask(http.GET('/api/v1/my/commitments')));
export const commit = (meeting: number, once: string) =>
  ask(http.POST('/api/v1/my/commitments', { body: { meeting }, params: { header: key(once) } }));
export const leave = (commitment: number) =>
  ask(http.DELETE('/api/v1/my/commitments/{commitment}', { params: { path: { commitment } } }));
