// The calls about outside meetings, their lists, and what clients say of having gone to them.
import { ask, http, items, key, match } from '../../api';
import type { NearSearch, NewMeeting, NewMeetingFeed, OccurrenceProof } from '../../api-types';

export const findMeetings = (body: NearSearch) => ask(http.POST('/api/v1/meetings/search', { body }));
export const meeting = (id: number) => ask(http.GET('/api/v1/meetings/{meeting}', { params: { path: { meeting: id } } }));
export const addMeeting = (body: NewMeeting, once: string) =>
  ask(http.POST('/api/v1/meetings', { body, params: { header: key(once) } }));
export const editMeeting = (id: number, etag: string, body: NewMeeting) =>
  ask(http.PUT('/api/v1/meetings/{meeting}', { body, params: { path: { meeting: id }, header: match(etag) } }));
export const closeMeeting = (id: number) => ask(http.POST('/api/v1/meetings/{meeting}/close', { params: { path: { meeting: id } } }));
export const reopenMeeting = (id: number) => ask(http.POST('/api/v1/meetings/{meeting}/reopen', { params: { path: { meeting: id } } }));

export const lists = () => items(ask(http.GET('/api/v1/meeting-lists')));
export const feeds = () => items(ask(http.GET('/api/v1/meeting-feeds')));
export const addFeed = (body: NewMeetingFeed, once: string) =>
  ask(http.POST('/api/v1/meeting-feeds', { body, params: { header: key(once) } }));
const of = (feed: number) => ({ path: { feed } });
export const removeFeed = (feed: number) => ask(http.DELETE('/api/v1/meeting-feeds/{feed}', { params: of(feed) }));
export const fetchFeed = (feed: number, allow_shrink: boolean) =>
  ask(http.POST('/api/v1/meeting-feeds/{feed}/fetch', { body: allow_shrink ? { allow_shrink } : {}, params: of(feed) }));
export const feedRuns = (feed: number) => items(ask(http.GET('/api/v1/meeting-feeds/{feed}/runs', { params: of(feed) })));

export const commitmentsOf = (client: number) =>
  items(ask(http.GET('/api/v1/clients/{client}/commitments', { params: { path: { client } } })));
export const occurrencesOf = (client: number, from: string, until: string) =>
  items(ask(http.GET('/api/v1/clients/{client}/occurrences', { params: { path: { client }, query: { from, until } } })));
export const verify = (client: number, occurrence: number, body: OccurrenceProof) =>
  ask(http.PUT('/api/v1/clients/{client}/occurrences/{occurrence}/verification', { body, params: { path: { client, occurrence } } }));
export const takeBack = (client: number, occurrence: number) =>
  ask(http.DELETE('/api/v1/clients/{client}/occurrences/{occurrence}/verification', { params: { path: { client, occurrence } } }));
