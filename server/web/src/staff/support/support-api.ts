// The calls about clients who asked to talk, who is on call, and the numbers of a site.
import { ask, http, items, key, match } from '../../api';
import type { HelpSettings, NewOnCallShift, SupportOutcome } from '../../api-types';

export const supportRequests = () => items(ask(http.GET('/api/v1/support-requests')));
export const see = (request: number) =>
  ask(http.POST('/api/v1/support-requests/{request}/see', { params: { path: { request } } }));
export const close = (request: number, outcome: SupportOutcome, note: string) =>
  ask(http.POST('/api/v1/support-requests/{request}/close', { body: { outcome, note: note || undefined }, params: { path: { request } } }));

export const rota = (site: number) => ask(http.GET('/api/v1/sites/{site}/on-call', { params: { path: { site }, query: {} } }));
export const addShift = (site: number, body: NewOnCallShift, once: string) =>
  ask(http.POST('/api/v1/sites/{site}/on-call', { body, params: { path: { site }, header: key(once) } }));
export const changeShift = (shift: number, version: number, body: NewOnCallShift) =>
  ask(http.PUT('/api/v1/on-call/{shift}', { body, params: { path: { shift }, header: match(version) } }));
export const removeShift = (shift: number) => ask(http.DELETE('/api/v1/on-call/{shift}', { params: { path: { shift } } }));

export const siteHelp = (site: number) => ask(http.GET('/api/v1/sites/{site}/help', { params: { path: { site } } }));
export const setSiteHelp = (site: number, etag: string, body: HelpSettings) =>
  ask(http.PUT('/api/v1/sites/{site}/help', { body, params: { path: { site }, header: match(etag) } }));
