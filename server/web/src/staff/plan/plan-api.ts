// A client's plan and what came of it, and the templates plans begin with.
import { ask, http, items, key, match } from '../../api';
import type { NewTemplate, WrittenPlan } from '../../api-types';

const of = (client: number) => ({ params: { path: { client } } });

export const plan = (client: number) => ask(http.GET('/api/v1/clients/{client}/plan', of(client)));
export const writePlan = (client: number, version: number, body: WrittenPlan) =>
  ask(http.PUT('/api/v1/clients/{client}/plan', { body, params: { path: { client }, header: match(version) } }));
export const planVersions = (client: number) => items(ask(http.GET('/api/v1/clients/{client}/plan/versions', of(client))));
export const draftPlan = (client: number, from: number) =>
  ask(http.GET('/api/v1/clients/{client}/plan/draft', { params: { path: { client }, query: { from } } }));
export const planProgress = (client: number) => items(ask(http.GET('/api/v1/clients/{client}/plan/progress', of(client))));
export const selfChecks = (client: number) =>
  items(ask(http.GET('/api/v1/clients/{client}/self-checks', { params: { path: { client }, query: { limit: 30 } } })));

export const templates = () => items(ask(http.GET('/api/v1/plan-templates')));
export const addTemplate = (body: NewTemplate, once: string) => ask(http.POST('/api/v1/plan-templates', { body, params: { header: key(once) } }));
export const changeTemplate = (template: number, version: number, body: NewTemplate) =>
  ask(http.PUT('/api/v1/plan-templates/{template}', { body, params: { path: { template }, header: match(version) } }));
export const retireTemplate = (template: number) => ask(http.DELETE('/api/v1/plan-templates/{template}', { params: { path: { template } } }));
