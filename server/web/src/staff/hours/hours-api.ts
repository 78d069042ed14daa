// The calls about hours: when a site is open and when it is closed, when somebody can be booked and for what.
import { ask, http, items, key, match } from '../../api';
import type { NewException, OpenTime, StaffCredential, WeeklyBlock, WorkingTime } from '../../api-types';

export const availability = (staff: number) =>
  ask(http.GET('/api/v1/staff/{staff}/availability', { params: { path: { staff } } }));
// What is left out stays.
export const setWeek = (staff: number, etag: string, body: { hours?: WorkingTime[]; blocks?: WeeklyBlock[] }) =>
  ask(http.PUT('/api/v1/staff/{staff}/availability', { body, params: { path: { staff }, header: match(etag) } }));
export const setCredentials = (staff: number, etag: string, credentials: StaffCredential[]) =>
  ask(http.PUT('/api/v1/staff/{staff}/credentials', { body: { credentials }, params: { path: { staff }, header: match(etag) } }));
export const addException = (staff: number, body: NewException, once: string) =>
  ask(http.POST('/api/v1/staff/{staff}/exceptions', { body, params: { path: { staff }, header: key(once) } }));
export const removeException = (staff: number, exception: number) =>
  ask(http.DELETE('/api/v1/staff/{staff}/exceptions/{exception}', { params: { path: { staff, exception } } }));

export const outsideCalendar = (staff: number) =>
  ask(http.GET('/api/v1/staff/{staff}/outside-calendar', { params: { path: { staff } } }));
export const setOutsideCalendar = (staff: number, body: { url: string } | { text: string }) =>
  ask(http.PUT('/api/v1/staff/{staff}/outside-calendar', { body, params: { path: { staff } } }));
export const removeOutsideCalendar = (staff: number) =>
  ask(http.DELETE('/api/v1/staff/{staff}/outside-calendar', { params: { path: { staff } } }));

export const siteHours = (site: number) => ask(http.GET('/api/v1/sites/{site}/hours', { params: { path: { site } } }));
export const setSiteHours = (site: number, etag: string, hours: OpenTime[]) =>
  ask(http.PUT('/api/v1/sites/{site}/hours', { body: { hours }, params: { path: { site }, header: match(etag) } }));
export const addClosure = (body: { site?: number; from_on: string; until_on: string; name: string }, once: string) =>
  ask(http.POST('/api/v1/closures', { body, params: { header: key(once) } }));
export const removeClosure = (closure: number) => ask(http.DELETE('/api/v1/closures/{closure}', { params: { path: { closure } } }));
export const importClosures = (body: { source: string; site?: number; text: string }) =>
  ask(http.POST('/api/v1/closures/import', { body }));

export const troubled = (of: { site: number } | { staff: number }) =>
  items(ask(http.GET('/api/v1/troubled-sessions', { params: { query: of } })));
