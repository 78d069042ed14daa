// The client's own calls about being there: "I'm here", and joining online.
import { ask, http, key } from '../api';

export const checkIn = (session: number, once: string) =>
  ask(http.POST('/api/v1/my/appointments/{session}/check-in', { params: { path: { session }, header: key(once) } }));
export const join = (session: number, where: { town: string; call_back: string }) =>
  ask(http.POST('/api/v1/my/appointments/{session}/join', { body: where, params: { path: { session } } }));
