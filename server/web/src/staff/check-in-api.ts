// The calls about cards, kiosks and arrivals at the desk, and how the pages speak of them.
import { ask, freshKey, http, items, key } from '../api';
import type { CardState, How, KioskState } from '../api-types';

export const howWords: Record<How, string> = { app: 'by app', kiosk: 'at a kiosk', telehealth: 'online', front_desk: 'at the desk' };
export const cardWords: Record<CardState, string> = {
  good: 'Good', locked: 'Locked: five wrong PINs', lost: 'Blocked: lost', replaced: 'Replaced', ended: 'Blocked',
};
export const kioskWords: Record<KioskState, string> = {
  unset: 'Not set up', waiting: 'Waiting for its code', enrolled: 'In use', revoked: 'Revoked',
};
// "1234 5672", as it is printed.
export const spaced = (number: string): string => `${number.slice(0, 4)} ${number.slice(4)}`;

export const cards = (client: number) => items(ask(http.GET('/api/v1/clients/{client}/cards', { params: { path: { client } } })));
export const issueCard = (client: number) => ask(http.POST('/api/v1/clients/{client}/cards', { params: { path: { client } } }));
export const replaceCard = (card: number) => ask(http.POST('/api/v1/cards/{card}/replace', { params: { path: { card } } }));
export const resetPin = (card: number) => ask(http.POST('/api/v1/cards/{card}/pin', { params: { path: { card } } }));
export const blockCard = (card: number, why: 'lost' | 'ended') =>
  ask(http.POST('/api/v1/cards/{card}/block', { body: { why }, params: { path: { card } } }));
export const unlockCard = (card: number) => ask(http.POST('/api/v1/cards/{card}/unlock', { params: { path: { card } } }));

export const kiosks = () => items(ask(http.GET('/api/v1/kiosks')));
export const makeKiosk = (site: number, name: string) => ask(http.POST('/api/v1/kiosks', { body: { site, name } }));
export const makeKioskCode = (kiosk: number) => ask(http.POST('/api/v1/kiosks/{kiosk}/codes', { params: { path: { kiosk } } }));
export const revokeKiosk = (kiosk: number) => ask(http.POST('/api/v1/kiosks/{kiosk}/revoke', { params: { path: { kiosk } } }));

export const arrivals = (session: number) => ask(http.GET('/api/v1/sessions/{session}/arrivals', { params: { path: { session } } }));
export const arrive = (session: number, client: number) =>
  ask(http.POST('/api/v1/sessions/{session}/arrivals', { body: { client }, params: { path: { session }, header: key(freshKey()) } }));
export const arriveUnexpected = (session: number, client: number, as: string) =>
  ask(http.POST('/api/v1/sessions/{session}/arrivals/walk-in', { body: { client }, params: { path: { session }, header: key(as) } }));
export const takeBack = (session: number, client: number) =>
  ask(http.DELETE('/api/v1/sessions/{session}/arrivals/{client}', { params: { path: { session, client } } }));
