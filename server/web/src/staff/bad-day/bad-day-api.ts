// The calls about a bad day: what it concerns, and what is done about it.
import { ask, http, key, match } from '../../api';
import type { BadDay, BadDayDecisions } from '../../api-types';

// Its digest is the ETag that applying asks for.
export const previewBadDay = (body: BadDay) => ask(http.POST('/api/v1/bad-days/preview', { body }));
export const applyBadDay = (body: BadDayDecisions, digest: string, once: string) =>
  ask(http.POST('/api/v1/bad-days', { body, params: { header: { ...match(digest), ...key(once) } } }));
