// What a kiosk may ask of the server, typed by hand: all of it.
import { type Answer, ask, untyped as http } from '../api';

export interface Self {
  name: string;
  zone: string;
}
export type Outcome = 'checked_in' | 'ask_at_desk' | 'not_accepted';

export const self = (): Promise<Answer<Self>> => ask<Self>(http.GET('/api/v1/kiosk'));
export const enrol = (code: string): Promise<Answer<unknown>> =>
  ask<unknown>(http.POST('/api/v1/kiosk/enrol', { body: { code, keep: 'cookie' } }));
export const checkIn = (number: string, pin: string): Promise<Answer<{ outcome: Outcome }>> =>
  ask<{ outcome: Outcome }>(http.POST('/api/v1/kiosk/check-in', { body: { number, pin } }));
