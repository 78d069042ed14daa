// Groups, their enrolments and their series: what the API answers, by hand, and a function for each call.
// The generated types do not know these routes yet.
import { type Answer, all, ask, items, key, match, untyped as http } from '../api';
import type { Conflict, Phase, Session } from '../api-types';

export type Admission = 'open' | 'rolling' | 'closed';
export type GroupState = 'running' | 'paused' | 'ended';

export interface Admits {
  phases: Phase[];
  levels: string[];
  tags: string[];
  youngest?: number;
  oldest?: number;
}
export interface NewGroup {
  site: number;
  service: number;
  name: string;
  alias: string;
  admission: Admission;
  smallest: number;
  largest: number;
  clients_per_facilitator?: number;
  admits: Admits;
  topics: string[];
}
export type GroupChange = Partial<Omit<NewGroup, 'site' | 'service'>>;
export interface GroupRow {
  id: number;
  site: number;
  zone: string;
  service: number;
  service_name: string;
  name: string;
  alias: string;
  admission: Admission;
  smallest: number;
  largest: number;
  clients_per_facilitator?: number;
  state: GroupState;
  version: number;
  enrolled: number;
}
export interface Group extends GroupRow {
  admits: Admits;
  topics: string[];
}

export interface Override {
  reason: string;
}
export interface NewEnrolment {
  client: number;
  from?: string;
  until?: string;
  mandatory?: boolean;
  override?: Override;
  leave_out_conflicts?: boolean;
}
export interface EnrolmentChange {
  until?: string;
  mandatory?: boolean;
  open?: boolean;
}
export interface Enrolment {
  id: number;
  group: number;
  client: number;
  preferred_name: string;
  family_name: string;
  from: string;
  until?: string; // the last day
  mandatory: boolean;
  made_at: string;
}

export interface Deciding {
  override?: Override;
  leave_out_conflicts?: boolean;
}
export interface NewSeries extends Deciding {
  group?: number;
  client?: number;
  service?: number;
  site: number;
  title?: string;
  room?: number;
  link?: string;
  starts_on: string;
  time: string;
  duration_minutes: number;
  rule: string;
  facilitators: number[];
}
export interface SeriesEdit extends Deciding {
  from?: number; // this session and the following; all to come when left out
  time?: string;
  duration_minutes?: number;
  rule?: string;
  room?: number;
  title?: string;
  link?: string;
  facilitators?: number[];
  seats?: number;
  end?: boolean;
}
export type SkipReason = 'closed' | 'conflict' | 'by_hand' | 'paused';
export interface Skip {
  original_at: string;
  why: SkipReason;
  detail: string;
}
export interface SeriesRow {
  id: number;
  site: number;
  service: number;
  group?: number;
  client?: number;
  title: string;
  room?: number;
  link: string;
  starts_on: string;
  time: string;
  duration_minutes: number;
  zone: string;
  rule: string;
  seats: number;
  follows?: number;
  expanded_until: string;
  until_at?: string;
  version: number;
}
export interface Series extends SeriesRow {
  facilitators: number[]; // the first leads
  skips: Skip[];
}
export type Outcome = 'fine' | 'conflict' | 'closed' | 'started' | 'own' | 'ends' | 'unchanged';
export interface Affected {
  session?: number; // absent: a new one
  was?: string;
  starts_at?: string; // absent: does not take place
  outcome: Outcome;
  detail: string;
  conflicts: Conflict[];
  clients: number;
  reminders: number;
}
export interface Preview {
  dates: Affected[];
  clients: number;
  reminders: number;
  digest: string;
}
export interface Applied {
  series: Series;
  dates: Affected[];
}

// A session of a series says which instance of it it is.
export type GroupSession = Session;

const path = (ids: Record<string, number>) => ({ path: ids });

export const groups = (site: number): Promise<Answer<GroupRow[]>> =>
  items(ask<{ items: GroupRow[] }>(http.GET('/api/v1/groups', { params: { query: { site } } })));
export const addGroup = (body: NewGroup, once: string) =>
  ask<Group>(http.POST('/api/v1/groups', { body, params: { header: key(once) } }));
export const group = (group: number) => ask<Group>(http.GET('/api/v1/groups/{group}', { params: path({ group }) }));
export const changeGroup = (group: number, version: number, body: GroupChange) =>
  ask<Group>(http.PATCH('/api/v1/groups/{group}', { body, params: { ...path({ group }), header: match(version) } }));
export const pauseGroup = (group: number, version: number) =>
  ask<Group>(http.POST('/api/v1/groups/{group}/pause', { params: { ...path({ group }), header: match(version) } }));
export const resumeGroup = (group: number, version: number) =>
  ask<Group>(http.POST('/api/v1/groups/{group}/resume', { params: { ...path({ group }), header: match(version) } }));

export const enrolments = (group: number): Promise<Answer<Enrolment[]>> =>
  items(ask<{ items: Enrolment[] }>(http.GET('/api/v1/groups/{group}/enrolments', { params: path({ group }) })));
export const enrol = (group: number, body: NewEnrolment, once: string) =>
  ask<Enrolment>(http.POST('/api/v1/groups/{group}/enrolments', { body, params: { ...path({ group }), header: key(once) } }));
export const changeEnrolment = (enrolment: number, body: EnrolmentChange) =>
  ask<Enrolment>(http.PATCH('/api/v1/enrolments/{enrolment}', { body, params: path({ enrolment }) }));

export const seriesOf = (group: number): Promise<Answer<SeriesRow[]>> =>
  items(ask<{ items: SeriesRow[] }>(http.GET('/api/v1/groups/{group}/series', { params: path({ group }) })));
export const series = (series: number) => ask<Series>(http.GET('/api/v1/series/{series}', { params: path({ series }) }));
export const previewSeries = (body: NewSeries) => ask<Preview>(http.POST('/api/v1/series/preview', { body }));
export const addSeries = (body: NewSeries, once: string) =>
  ask<Applied>(http.POST('/api/v1/series', { body, params: { header: key(once) } }));
export const previewEdit = (series: number, body: SeriesEdit) =>
  ask<Preview>(http.POST('/api/v1/series/{series}/preview', { body, params: path({ series }) }));
export const applyEdit = (series: number, digest: string, body: SeriesEdit, once: string) =>
  ask<Applied>(
    http.POST('/api/v1/series/{series}/edit', { body, params: { ...path({ series }), header: { ...match(digest), ...key(once) } } }),
  );
export const skip = (series: number, original_at: string) =>
  ask<Series>(http.POST('/api/v1/series/{series}/skip', { body: { original_at }, params: path({ series }) }));
export const putBack = (series: number, original_at: string) =>
  ask<Series>(http.POST('/api/v1/series/{series}/put-back', { body: { original_at }, params: path({ series }) }));

export const sessionsOf = (group: number, from: string, until: string): Promise<Answer<GroupSession[]>> =>
  all((after) =>
    ask<{ items: GroupSession[]; next?: string }>(
      http.GET('/api/v1/groups/{group}/sessions', { params: { ...path({ group }), query: { from, until, after } } }),
    ),
  );
