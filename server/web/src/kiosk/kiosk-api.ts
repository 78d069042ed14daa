// What a kiosk may ask of the server: all of it.
import { ask, http } from '../api';

export const self = () => ask(http.GET('/api/v1/kiosk'));
export const enrol = (code: string) => ask(http.POST('/api/v1/kiosk/enrol', { body: { code, keep: 'cookie' } }));
export const checkIn = (number: string, pin: string) => ask(http.POST('/api/v1/kiosk/check-in', { body: { number, pin } }));
