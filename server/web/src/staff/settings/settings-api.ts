// The calls of the settings' own pages: accounts, the trail, records opened without being assigned, places, services.
import { ask, freshKey, http, items, key, match } from '../../api';
import type { NewOpening, Review, RoomSettings, ServiceWords, SiteSettings, StaffChange, paths } from '../../api-types';

export const accounts = () => items(ask(http.GET('/api/v1/staff-accounts')));
export const account = (staff: number) => ask(http.GET('/api/v1/staff/{staff}/account', { params: { path: { staff } } }));
export const addStaff = (body: StaffChange, once: string) => ask(http.POST('/api/v1/staff', { body, params: { header: key(once) } }));
export const changeStaff = (staff: number, etag: string, body: StaffChange) =>
  ask(http.PUT('/api/v1/staff/{staff}', { body, params: { path: { staff }, header: match(etag) } }));
export const deactivate = (staff: number, etag: string) =>
  ask(http.POST('/api/v1/staff/{staff}/deactivate', { params: { path: { staff }, header: match(etag) } }));
export const reactivate = (staff: number, etag: string) =>
  ask(http.POST('/api/v1/staff/{staff}/reactivate', { params: { path: { staff }, header: match(etag) } }));
export const makeAccount = (staff: number, login: string) =>
  ask(http.POST('/api/v1/staff/{staff}/account', { body: { login }, params: { path: { staff } } }));
export const makePasswordCode = (staff: number) =>
  ask(http.POST('/api/v1/staff/{staff}/password-codes', { params: { path: { staff } } }));
export const signInsOf = (staff: number) => items(ask(http.GET('/api/v1/staff/{staff}/sign-ins', { params: { path: { staff } } })));
export const endSignInOf = (staff: number, sign_in: number) =>
  ask(http.DELETE('/api/v1/staff/{staff}/sign-ins/{sign_in}', { params: { path: { staff, sign_in } } }));
export const endSignInsOf = (staff: number) => ask(http.DELETE('/api/v1/staff/{staff}/sign-ins', { params: { path: { staff } } }));

export const mySignIns = () => items(ask(http.GET('/api/v1/sign-ins', { params: { query: { limit: 100 } } })));
export const endMySignIn = (sign_in: number) => ask(http.DELETE('/api/v1/sign-ins/{sign_in}', { params: { path: { sign_in } } }));
export const changeMyPassword = (password: string, new_password: string) =>
  ask(http.PUT('/api/v1/my/password', { body: { password, new_password } }));

export type AuditQuery = NonNullable<paths['/api/v1/audit']['get']['parameters']['query']>;
export const trail = (query: AuditQuery) => ask(http.GET('/api/v1/audit', { params: { query } }));
export function trailFile(query: AuditQuery): string {
  const asked = new URLSearchParams({ format: 'csv' });
  for (const name of ['subject_kind', 'subject_id', 'person', 'from', 'until'] as const)
    if (query[name] !== undefined) asked.set(name, String(query[name]));
  return `/api/v1/exports/audit?${asked}`;
}

export const openRecord = (body: NewOpening, once: string) => ask(http.POST('/api/v1/record-openings', { body, params: { header: key(once) } }));
export const openings = (show: 'mine' | 'to_review' | 'all', after?: string) =>
  ask(http.GET('/api/v1/record-openings', { params: { query: { show, ...(after ? { after: Number(after) } : {}) } } }));
export const endOpening = (opening: number) => ask(http.POST('/api/v1/record-openings/{opening}/end', { params: { path: { opening } } }));
export const reviewOpening = (opening: number, body: Review) =>
  ask(http.POST('/api/v1/record-openings/{opening}/review', { body, params: { path: { opening } } }));

export const siteDetail = (site: number) => ask(http.GET('/api/v1/sites/{site}', { params: { path: { site } } }));
export const changeSite = (site: number, etag: string, body: SiteSettings) =>
  ask(http.PUT('/api/v1/sites/{site}', { body, params: { path: { site }, header: match(etag) } }));
export const addSite = (body: { name: string; zone: string; break_minutes: number }) =>
  ask(http.POST('/api/v1/sites', { body, params: { header: key(freshKey()) } }));
export const addRoom = (site: number, body: RoomSettings) =>
  ask(http.POST('/api/v1/sites/{site}/rooms', { body, params: { path: { site }, header: key(freshKey()) } }));
export const roomDetail = (room: number) => ask(http.GET('/api/v1/rooms/{room}', { params: { path: { room } } }));
export const changeRoom = (room: number, etag: string, body: RoomSettings) =>
  ask(http.PUT('/api/v1/rooms/{room}', { body, params: { path: { room }, header: match(etag) } }));
export const retireRoom = (room: number, etag: string) =>
  ask(http.POST('/api/v1/rooms/{room}/retire', { params: { path: { room }, header: match(etag) } }));
export const reopenRoom = (room: number, etag: string) =>
  ask(http.POST('/api/v1/rooms/{room}/reopen', { params: { path: { room }, header: match(etag) } }));

export const service = (service: number) => ask(http.GET('/api/v1/services/{service}', { params: { path: { service } } }));
export const addService = (body: ServiceWords, once: string) => ask(http.POST('/api/v1/services', { body, params: { header: key(once) } }));
export const changeService = (service: number, etag: string, body: ServiceWords) =>
  ask(http.PUT('/api/v1/services/{service}', { body, params: { path: { service }, header: match(etag) } }));
export const credential = (service: number) => ask(http.GET('/api/v1/services/{service}/credential', { params: { path: { service } } }));
export const setCredential = (service: number, etag: string, credential: string) =>
  ask(http.PUT('/api/v1/services/{service}/credential', { body: { credential }, params: { path: { service }, header: match(etag) } }));
export const selfBooking = (service: number) => ask(http.GET('/api/v1/services/{service}/self-booking', { params: { path: { service } } }));
export const setSelfBooking = (service: number, etag: string, clients_book: boolean) =>
  ask(http.PUT('/api/v1/services/{service}/self-booking', { body: { clients_book }, params: { path: { service }, header: match(etag) } }));
