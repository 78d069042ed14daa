// Checking in and joining online, typed by hand: the generated types do not know these routes yet.
import { type Answer, ask, key, untyped as http } from '../api';

export interface CheckedIn {
  session: number;
  arrived_at: string;
  text: string;
}
export interface Joined extends CheckedIn {
  link: string;
}

export const checkIn = (session: number, once: string): Promise<Answer<CheckedIn>> =>
  ask<CheckedIn>(http.POST('/api/v1/my/appointments/{session}/check-in', { params: { path: { session }, header: key(once) } }));
export const join = (session: number, where: { town: string; call_back: string }): Promise<Answer<Joined>> =>
  ask<Joined>(http.POST('/api/v1/my/appointments/{session}/join', { body: where, params: { path: { session } } }));
