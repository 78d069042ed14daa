// The calls about groups: who is in them, who waits for a seat, and the series that make their sessions.
import { all, ask, http, items, key, match } from '../api';
import type { EnrolmentChange, GroupChange, NewEnrolment, NewGroup, NewSeries, NewWait, SeriesEdit } from '../api-types';

export const groups = (site: number) => items(ask(http.GET('/api/v1/groups', { params: { query: { site } } })));
export const addGroup = (body: NewGroup, once: string) => ask(http.POST('/api/v1/groups', { body, params: { header: key(once) } }));
export const group = (group: number) => ask(http.GET('/api/v1/groups/{group}', { params: { path: { group } } }));
export const changeGroup = (group: number, version: number, body: GroupChange) =>
  ask(http.PATCH('/api/v1/groups/{group}', { body, params: { path: { group }, header: match(version) } }));
export const pauseGroup = (group: number, version: number) =>
  ask(http.POST('/api/v1/groups/{group}/pause', { params: { path: { group }, header: match(version) } }));
export const resumeGroup = (group: number, version: number) =>
  ask(http.POST('/api/v1/groups/{group}/resume', { params: { path: { group }, header: match(version) } }));

export const enrolments = (group: number) =>
  items(ask(http.GET('/api/v1/groups/{group}/enrolments', { params: { path: { group } } })));
export const enrol = (group: number, body: NewEnrolment, once: string) =>
  ask(http.POST('/api/v1/groups/{group}/enrolments', { body, params: { path: { group }, header: key(once) } }));
export const changeEnrolment = (enrolment: number, body: EnrolmentChange) =>
  ask(http.PATCH('/api/v1/enrolments/{enrolment}', { body, params: { path: { enrolment } } }));

// What is waited for: a group, or one session.
export type Awaited = { group: number } | { session: number };
export const waitlist = (of: Awaited) =>
  'group' in of
    ? items(ask(http.GET('/api/v1/groups/{group}/waitlist', { params: { path: of } })))
    : items(ask(http.GET('/api/v1/sessions/{session}/waitlist', { params: { path: of } })));
export const putOnWaitlist = (of: Awaited, body: NewWait, once: string) =>
  'group' in of
    ? ask(http.POST('/api/v1/groups/{group}/waitlist', { body, params: { path: of, header: key(once) } }))
    : ask(http.POST('/api/v1/sessions/{session}/waitlist', { body, params: { path: of, header: key(once) } }));
export const takeOffWaitlist = (entry: number) =>
  ask(http.DELETE('/api/v1/waitlist/{entry}', { params: { path: { entry } } }));
export const acceptOffer = (entry: number) => ask(http.POST('/api/v1/waitlist/{entry}/accept', { params: { path: { entry } } }));
export const declineOffer = (entry: number) => ask(http.POST('/api/v1/waitlist/{entry}/decline', { params: { path: { entry } } }));

export const seriesOf = (group: number) => items(ask(http.GET('/api/v1/groups/{group}/series', { params: { path: { group } } })));
export const series = (series: number) => ask(http.GET('/api/v1/series/{series}', { params: { path: { series } } }));
export const previewSeries = (body: NewSeries) => ask(http.POST('/api/v1/series/preview', { body }));
export const addSeries = (body: NewSeries, once: string) => ask(http.POST('/api/v1/series', { body, params: { header: key(once) } }));
export const previewEdit = (series: number, body: SeriesEdit) =>
  ask(http.POST('/api/v1/series/{series}/preview', { body, params: { path: { series } } }));
export const applyEdit = (series: number, digest: string, body: SeriesEdit, once: string) =>
  ask(http.POST('/api/v1/series/{series}/edit', { body, params: { path: { series }, header: { ...match(digest), ...key(once) } } }));
export const skip = (series: number, original_at: string) =>
  ask(http.POST('/api/v1/series/{series}/skip', { body: { original_at }, params: { path: { series } } }));
export const putBack = (series: number, original_at: string) =>
  ask(http.POST('/api/v1/series/{series}/put-back', { body: { original_at }, params: { path: { series } } }));

export const sessionsOf = (group: number, from: string, until: string) =>
  all(() => ask(http.GET('/api/v1/groups/{group}/sessions', { params: { path: { group }, query: { from, until } } })));
