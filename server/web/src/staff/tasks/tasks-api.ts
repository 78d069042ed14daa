// The calls about what is to be done. Every change wants the version that was seen, and answers the task anew.
import { ask, http, items, key, match } from '../../api';
import type { Task, Threshold } from '../../api-types';

export const tasks = (query: { show?: 'mine' | 'all'; snoozed?: boolean; client?: number; after?: number }) =>
  ask(http.GET('/api/v1/tasks', { params: { query: { limit: 50, ...query } } }));
export const openTask = (body: { client: number; reason: string; staff?: number }, once: string) =>
  ask(http.POST('/api/v1/tasks', { body, params: { header: key(once) } }));

const of = (task: Task) => ({ path: { task: task.id }, header: match(task.version) });
export const finish = (task: Task, outcome: string) =>
  ask(http.POST('/api/v1/tasks/{task}/finish', { body: outcome ? { outcome } : {}, params: of(task) }));
export const reopen = (task: Task) => ask(http.POST('/api/v1/tasks/{task}/reopen', { params: of(task) }));
export const snooze = (task: Task, until: string) =>
  ask(http.POST('/api/v1/tasks/{task}/snooze', { body: { until }, params: of(task) }));
export const handOver = (task: Task, staff: number) =>
  ask(http.POST('/api/v1/tasks/{task}/hand-over', { body: { staff }, params: of(task) }));

export const followUpRules = () => items(ask(http.GET('/api/v1/follow-up-rules')));
export const setFollowUpRule = (version: number, body: Threshold) =>
  ask(http.PUT('/api/v1/follow-up-rules', { body, params: { header: match(version) } }));
