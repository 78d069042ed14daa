// The calls about times: closed days, what a move would do, free slots, and keeping one of those for a few minutes.
import { ask, http, items, key } from '../../api';
import type { Change, NewSlotHold, SlotWish } from '../../api-types';

// Days on which the site is closed, both days included.
export const closures = (from: string, until: string, site: number) =>
  items(ask(http.GET('/api/v1/closures', { params: { query: { from, until, site } } })));

export const slots = (wish: SlotWish) => items(ask(http.GET('/api/v1/slots', { params: { query: wish } })));
export const holdSlot = (wanted: NewSlotHold, once: string) =>
  ask(http.POST('/api/v1/holds', { body: wanted, params: { header: key(once) } }));
export const releaseSlot = (hold: number) => ask(http.DELETE('/api/v1/holds/{hold}', { params: { path: { hold } } }));

export const previewSession = (session: number, change: Change) =>
  ask(http.POST('/api/v1/sessions/{session}/preview', { body: change, params: { path: { session } } }));
