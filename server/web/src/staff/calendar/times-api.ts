// Closed days and free times, with their types by hand: the generated ones do not know these routes yet.
import { type Answer, ask, items, untyped as http } from '../../api';
import type { Closure } from './blocks';

// Days on which the site is closed, both days included.
export const closures = (from: string, until: string, site: number): Promise<Answer<Closure[]>> =>
  items(ask<{ items: Closure[] }>(http.GET('/api/v1/closures', { params: { query: { from, until, site } } })));

export interface Slot {
  starts_at: string;
  ends_at: string;
  zone: string;
  staff: number[]; // the first leads
  room?: number; // the smallest that is free, when one is wanted
}
export interface SlotWish {
  service: number;
  site: number;
  duration_minutes: number;
  from: string;
  until: string;
  staff: string; // "3,5"
  together?: boolean;
  client?: number;
  seats?: number; // of a room that is wanted
  rank?: 'soonest';
  limit?: number;
}
export const slots = (wish: SlotWish): Promise<Answer<Slot[]>> =>
  items(ask<{ items: Slot[] }>(http.GET('/api/v1/slots', { params: { query: { ...wish } } })));
