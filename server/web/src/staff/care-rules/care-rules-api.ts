// What levels of care ask for in a week, and how a site cuts its weeks.
import { ask, http, items, key, match } from '../../api';
import type { CarePolicy, NewCareRule } from '../../api-types';

export const careRules = () => items(ask(http.GET('/api/v1/care-rules')));
export const addRule = (body: NewCareRule, once: string) => ask(http.POST('/api/v1/care-rules', { body, params: { header: key(once) } }));
export const endRule = (rule: number, until: string) =>
  ask(http.POST('/api/v1/care-rules/{rule}/end', { body: { until }, params: { path: { rule } } }));

export const sitePolicy = (site: number) => ask(http.GET('/api/v1/sites/{site}/care-policy', { params: { path: { site } } }));
export const setSitePolicy = (site: number, etag: string, body: CarePolicy) =>
  ask(http.PUT('/api/v1/sites/{site}/care-policy', { body, params: { path: { site }, header: match(etag) } }));
