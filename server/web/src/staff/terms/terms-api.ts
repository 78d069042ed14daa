// The terms of attendance: the programme's, or those of one group.
import { ask, http, match } from '../../api';
import type { NewPolicy } from '../../api-types';

export const policy = (group?: number) =>
  group === undefined
    ? ask(http.GET('/api/v1/attendance/policy'))
    : ask(http.GET('/api/v1/groups/{group}/attendance-policy', { params: { path: { group } } }));
export const setPolicy = (group: number | undefined, etag: string, body: NewPolicy) =>
  group === undefined
    ? ask(http.PUT('/api/v1/attendance/policy', { body, params: { header: match(etag) } }))
    : ask(http.PUT('/api/v1/groups/{group}/attendance-policy', { body, params: { path: { group }, header: match(etag) } }));
