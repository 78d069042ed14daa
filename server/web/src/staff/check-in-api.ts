// Cards, kiosks and arrivals at the desk, typed by hand: the generated types do not know these routes yet.
import { type Answer, ask, freshKey, items, key, untyped as http } from '../api';
import type { Answer as Coming } from '../api-types';

export type CardState = 'good' | 'locked' | 'lost' | 'replaced' | 'ended';
export interface Card {
  id: number;
  client: number;
  number: string;
  state: CardState;
  issued_at: string;
  issued_by_name: string;
  blocked_at?: string;
}
export interface CardWithPin {
  card: Card;
  pin: string;
}
export type KioskState = 'unset' | 'waiting' | 'enrolled' | 'revoked';
export interface KioskRow {
  id: number;
  site: number;
  site_name: string;
  name: string;
  state: KioskState;
  enrolled_at?: string;
  revoked_at?: string;
}
export interface KioskWithCode {
  kiosk: KioskRow;
  code: string;
  expires_at: string;
}
export type How = 'app' | 'kiosk' | 'telehealth' | 'front_desk';
export interface Expected {
  client: number;
  preferred_name: string;
  family_name: string;
  answer: Coming;
  arrived_at?: string;
  how?: How;
}
export interface Arrivals {
  session: number;
  opens_at: string;
  zone: string;
  expected: Expected[];
}
// What a line of the sheet says of a check-in.
export interface Proposed {
  arrived_at: string;
  how: How;
  town?: string;
  call_back?: string;
}

export const howWords: Record<How, string> = { app: 'by app', kiosk: 'at a kiosk', telehealth: 'online', front_desk: 'at the desk' };
export const cardWords: Record<CardState, string> = {
  good: 'Good', locked: 'Locked: five wrong PINs', lost: 'Blocked: lost', replaced: 'Replaced', ended: 'Blocked',
};
export const kioskWords: Record<KioskState, string> = {
  unset: 'Not set up', waiting: 'Waiting for its code', enrolled: 'In use', revoked: 'Revoked',
};
// "1234 5672", as it is printed.
export const spaced = (number: string): string => `${number.slice(0, 4)} ${number.slice(4)}`;

const path = (ids: Record<string, number>) => ({ path: ids });

export const cards = (client: number): Promise<Answer<Card[]>> =>
  items(ask<{ items: Card[] }>(http.GET('/api/v1/clients/{client}/cards', { params: path({ client }) })));
export const issueCard = (client: number): Promise<Answer<CardWithPin>> =>
  ask<CardWithPin>(http.POST('/api/v1/clients/{client}/cards', { params: path({ client }) }));
export const replaceCard = (card: number): Promise<Answer<CardWithPin>> =>
  ask<CardWithPin>(http.POST('/api/v1/cards/{card}/replace', { params: path({ card }) }));
export const resetPin = (card: number): Promise<Answer<CardWithPin>> =>
  ask<CardWithPin>(http.POST('/api/v1/cards/{card}/pin', { params: path({ card }) }));
export const blockCard = (card: number, why: 'lost' | 'ended'): Promise<Answer<Card>> =>
  ask<Card>(http.POST('/api/v1/cards/{card}/block', { body: { why }, params: path({ card }) }));
export const unlockCard = (card: number): Promise<Answer<Card>> =>
  ask<Card>(http.POST('/api/v1/cards/{card}/unlock', { params: path({ card }) }));

export const kiosks = (): Promise<Answer<KioskRow[]>> => items(ask<{ items: KioskRow[] }>(http.GET('/api/v1/kiosks')));
export const makeKiosk = (site: number, name: string): Promise<Answer<KioskWithCode>> =>
  ask<KioskWithCode>(http.POST('/api/v1/kiosks', { body: { site, name } }));
export const makeKioskCode = (kiosk: number): Promise<Answer<KioskWithCode>> =>
  ask<KioskWithCode>(http.POST('/api/v1/kiosks/{kiosk}/codes', { params: path({ kiosk }) }));
export const revokeKiosk = (kiosk: number): Promise<Answer<KioskRow>> =>
  ask<KioskRow>(http.POST('/api/v1/kiosks/{kiosk}/revoke', { params: path({ kiosk }) }));

export const arrivals = (session: number): Promise<Answer<Arrivals>> =>
  ask<Arrivals>(http.GET('/api/v1/sessions/{session}/arrivals', { params: path({ session }) }));
export const arrive = (session: number, client: number): Promise<Answer<Arrivals>> =>
  ask<Arrivals>(http.POST('/api/v1/sessions/{session}/arrivals', {
    body: { client }, params: { ...path({ session }), header: key(freshKey()) },
  }));
export const takeBack = (session: number, client: number): Promise<Answer<Arrivals>> =>
  ask<Arrivals>(http.DELETE('/api/v1/sessions/{session}/arrivals/{client}', { params: path({ session, client }) }));
