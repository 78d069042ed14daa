// The client's own plan, the visits it asks for, and what they say of how they are.
import { ask, http, items, key, match } from '../api';

export const myPlan = () => ask(http.GET('/api/v1/my/plan'));
export const agreeToPlan = (version: number) => ask(http.POST('/api/v1/my/plan/agree', { params: { header: match(version) } }));
export const showProgress = (shows_progress: boolean) => ask(http.PUT('/api/v1/my/plan/shows-progress', { body: { shows_progress } }));
export const myProgress = () => ask(http.GET('/api/v1/my/progress'));
export const myVisit = () => ask(http.GET('/api/v1/my/visit'));
export const takeVisit = (starts_at: string, once: string) =>
  ask(http.POST('/api/v1/my/visit', { body: { starts_at }, params: { header: key(once) } }));
export const mySelfChecks = () => items(ask(http.GET('/api/v1/my/self-checks', { params: { query: { limit: 30 } } })));
export const myTriggers = () => items(ask(http.GET('/api/v1/my/triggers')));
export const dropTrigger = (trigger: number) => ask(http.DELETE('/api/v1/my/triggers/{trigger}', { params: { path: { trigger } } }));
