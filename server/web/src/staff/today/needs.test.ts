import { expect, test } from 'vitest';
import type { Session } from '../../api-types';
import { doubleBooked, needsOf } from './needs';

const session = (id: number, from: string, until: string, more: Partial<Session> = {}): Session => ({
  id, site: 1, zone: 'America/New_York', service: 1, service_name: 'Counseling', kind: 'group', title: 'Coping skills', room: 7, link: '',
  starts_at: `2026-03-10T${from}:00Z`, ends_at: `2026-03-10T${until}:00Z`, status: 'scheduled', version: 1, seats: 8, closed: false, topic: '',
  expected: 6, confirmed: 6, cant_come: 0, facilitators: [], ...more,
});
const nothing = { doubled: new Set<number>(), overdue: new Set<number>(), waiting: new Map<number, number>() };
const now = Date.parse('2026-03-10T12:00:00Z');
const what = (s: Session, at: Partial<typeof nothing> = {}) => needsOf(s, now, { ...nothing, ...at }).map((n) => n.what);

test('a room is booked twice only while two are on in it', () => {
  const all = [
    session(1, '09:00', '10:00'), session(2, '09:30', '10:30'), session(3, '10:30', '11:00'),
    session(4, '09:30', '10:30', { room: 8 }), session(5, '09:30', '10:30', { status: 'cancelled' }), session(6, '09:30', '10:30', { room: undefined } as Partial<Session>),
  ];
  expect([...doubleBooked(all)]).toEqual([1, 2]);
});

test('a double booking matters until it is over', () => {
  expect(what(session(1, '11:00', '13:00'), { doubled: new Set([1]) })).toEqual(['room']);
  expect(what(session(1, '11:00', '12:00'), { doubled: new Set([1]) })).toEqual([]);
});

test('a free seat matters while somebody waits and the session has not begun', () => {
  const waiting = new Map([[1, 2]]);
  expect(needsOf(session(1, '13:00', '14:00'), now, { ...nothing, waiting }).map((n) => n.text)).toEqual(['2 seats free, 2 waiting']);
  expect(what(session(1, '13:00', '14:00', { expected: 8, confirmed: 8 }), { waiting })).toEqual([]);
  expect(what(session(1, '11:30', '14:00'), { waiting })).toEqual([]);
  expect(what(session(2, '13:00', '14:00'), { waiting })).toEqual([]);
});

test('who has not said anything is counted where others have', () => {
  expect(needsOf(session(1, '13:00', '14:00', { confirmed: 3, cant_come: 1 }), now, nothing).map((n) => n.text)).toEqual(['2 not confirmed']);
  expect(what(session(1, '13:00', '14:00', { confirmed: 0 }))).toEqual([]); // the row says that nobody has answered
  expect(what(session(1, '11:00', '14:00', { confirmed: 3 }))).toEqual([]);
});

test('a cancelled session needs nothing', () => {
  expect(what(session(1, '13:00', '14:00', { status: 'cancelled' }), { doubled: new Set([1]), overdue: new Set([1]) })).toEqual([]);
});
