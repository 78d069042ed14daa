// The calls about a sheet. Every change wants the version that was seen, and answers the sheet anew.
import { type Answer, ask, http, items, match } from '../api';
import type { Mark, SheetVersion } from '../api-types';

const of = (session: number) => ({ path: { session } });
const seen = (session: number, version: number) => ({ ...of(session), header: match(version) });

// Those that are overdue, of the caller's site or, for who supervises, of all.
export const openSheets = (query: { mine: boolean; signature_missing: boolean; after?: string }) =>
  ask(http.GET('/api/v1/attendance/open-sheets', { params: { query: { limit: 50, ...query } } }));

export const sheet = (session: number) => ask(http.GET('/api/v1/sessions/{session}/attendance', { params: of(session) }));
export const mark = (session: number, version: number, marks: Mark[]) =>
  ask(http.PUT('/api/v1/sessions/{session}/attendance', { body: { marks }, params: seen(session, version) }));
export const close = (session: number, version: number) =>
  ask(http.POST('/api/v1/sessions/{session}/attendance/close', { params: seen(session, version) }));
export const reopen = (session: number, version: number, reason: string) =>
  ask(http.POST('/api/v1/sessions/{session}/attendance/reopen', { body: { reason }, params: seen(session, version) }));
export const undo = (session: number, version: number) =>
  ask(http.POST('/api/v1/sessions/{session}/attendance/undo', { params: seen(session, version) }));
export const walkIn = (session: number, version: number, who: { name: string; arrived_now?: boolean }) =>
  ask(http.POST('/api/v1/sessions/{session}/attendance/walk-in', { body: who, params: seen(session, version) }));
export const sign = (session: number, version: number, password: string) =>
  ask(http.POST('/api/v1/sessions/{session}/attendance/sign', { body: { password }, params: seen(session, version) }));
export const amend = (session: number, version: number, reason: string, marks: Mark[]) =>
  ask(http.POST('/api/v1/sessions/{session}/attendance/amend', { body: { reason, marks }, params: seen(session, version) }));

export const history = (session: number) =>
  items(ask(http.GET('/api/v1/sessions/{session}/attendance/history', { params: { ...of(session), query: { limit: 100 } } })));
export const versions = (session: number) =>
  items(ask(http.GET('/api/v1/sessions/{session}/attendance/versions', { params: of(session) }))) as Promise<Answer<SheetVersion[]>>;
