// The calls about hours by level of care, and about making up for what was missed.
import { ask, http, items, key } from '../../api';

export const board = (query: { site?: number; week?: string; after?: string }) =>
  ask(http.GET('/api/v1/hours', { params: { query: { ...query, limit: 50 } } }));
export const weeksOf = (client: number, from: string, until: string) =>
  ask(http.GET('/api/v1/clients/{client}/hours', { params: { path: { client }, query: { from, until } } }));
export const bookSeat = (client: number, session: number, once: string) =>
  ask(http.POST('/api/v1/sessions/{session}/participants', { body: { client }, params: { path: { session }, header: key(once) } }));

export const absences = (client: number) => items(ask(http.GET('/api/v1/clients/{client}/absences', { params: { path: { client } } })));
export const makeUps = (client: number, session: number) =>
  items(ask(http.GET('/api/v1/clients/{client}/absences/{session}/make-ups', { params: { path: { client, session } } })));
export const bookMakeUp = (client: number, missed: number, session: number, once: string) =>
  ask(http.POST('/api/v1/clients/{client}/absences/{session}/make-up', {
    body: { session }, params: { path: { client, session: missed }, header: key(once) },
  }));
export const cancelMakeUp = (client: number, missed: number) =>
  ask(http.DELETE('/api/v1/clients/{client}/absences/{session}/make-up', { params: { path: { client, session: missed } } }));
