// Hours by level of care and make-ups: what the API answers, by hand, and a function for each call. The
// generated types do not know these routes yet.
import { type Answer, ask, items, key, untyped as http } from '../../api';

export type HoursVerdict = 'at_risk' | 'missed' | 'over' | 'on_track' | 'met' | 'not_judged';
export type NotAsked = 'not_in_care' | 'on_hold' | 'closed' | 'no_level' | 'no_rule' | 'age_not_known';

// In minutes.
export interface Parts {
  minutes: number;
  individual_minutes: number;
  group_minutes: number;
  days: number;
}
export interface WeekHours {
  week: string; // its first day
  from: string;
  until: string;
  verdict: HoursVerdict;
  not_judged?: NotAsked;
  levels: string[];
  asked_days: number; // of seven
  required: Parts;
  most_minutes?: number;
  credited: Parts;
  unmarked: Parts;
  scheduled: Parts;
  rules: number[];
}
export interface ClientWeek extends WeekHours {
  client: number;
  preferred_name: string;
  family_name: string;
}
export type Totals = { clients: number } & Record<HoursVerdict, number>;
export interface Board {
  site: number;
  zone: string;
  week: string;
  from: string;
  until: string;
  totals: Totals;
  items: ClientWeek[];
  next?: string;
}
export interface OpenSession {
  session: number;
  title: string;
  topic: string;
  starts_at: string;
  ends_at: string;
  zone: string;
  place: string;
  group?: number;
  free_seats: number;
  likeness?: 'same_group' | 'same_topic' | 'same_service';
}
export interface ClientHours {
  client: number;
  site: number;
  zone: string;
  weeks: (WeekHours & { mends: OpenSession[] })[];
}
export type MakeUpState = 'open' | 'booked' | 'made_up' | 'expired';
export interface Absence {
  session: number;
  title: string;
  starts_at: string;
  ends_at: string;
  zone: string;
  kind: 'one_on_one' | 'group';
  verdict: 'excused' | 'unexcused';
  state: MakeUpState;
  make_up_before: string;
  made_up_by?: number;
  made_up_start?: string;
}

const path = (values: Record<string, number>) => ({ path: values });

export const board = (query: { site?: number; week?: string; after?: string }): Promise<Answer<Board>> =>
  ask<Board>(http.GET('/api/v1/hours', { params: { query: { ...query, limit: 50 } } }));
export const weeksOf = (client: number, from: string, until: string): Promise<Answer<ClientHours>> =>
  ask<ClientHours>(http.GET('/api/v1/clients/{client}/hours', { params: { ...path({ client }), query: { from, until } } }));
export const bookSeat = (client: number, session: number, once: string): Promise<Answer<OpenSession>> =>
  ask<OpenSession>(
    http.POST('/api/v1/clients/{client}/seats', { body: { session }, params: { ...path({ client }), header: key(once) } }),
  );

export const absences = (client: number): Promise<Answer<Absence[]>> =>
  items(ask<{ items: Absence[] }>(http.GET('/api/v1/clients/{client}/absences', { params: path({ client }) })));
export const makeUps = (client: number, session: number): Promise<Answer<OpenSession[]>> =>
  items(
    ask<{ items: OpenSession[] }>(
      http.GET('/api/v1/clients/{client}/absences/{session}/make-ups', { params: path({ client, session }) }),
    ),
  );
export const bookMakeUp = (client: number, missed: number, session: number, once: string): Promise<Answer<Absence>> =>
  ask<Absence>(
    http.POST('/api/v1/clients/{client}/absences/{session}/make-up', {
      body: { session },
      params: { ...path({ client, session: missed }), header: key(once) },
    }),
  );
export const cancelMakeUp = (client: number, missed: number): Promise<Answer<Absence>> =>
  ask<Absence>(
    http.DELETE('/api/v1/clients/{client}/absences/{session}/make-up', { params: path({ client, session: missed }) }),
  );
