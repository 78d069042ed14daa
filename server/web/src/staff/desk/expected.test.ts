import { expect, test } from 'vitest';
import type { Arrivals, Session } from '../../api-types';
import { aboutSession, named, seesList, soon, visitors } from './expected';

const session = (id: number, starts_at: string, ends_at: string, more: Partial<Session> = {}): Session => ({
  id, site: 1, zone: 'America/New_York', service: 1, service_name: 'Counseling', kind: 'group', title: 'Coping skills', link: '', starts_at, ends_at,
  status: 'scheduled', version: 1, seats: 10, closed: false, topic: '', expected: 3, confirmed: 0, cant_come: 0,
  facilitators: [{ staff: 3, name: 'Nora Lindqvist', leads: true }], ...more,
});
const list = (id: number, ...names: [number, string, string][]): Arrivals => ({
  session: id, opens_at: '2026-03-10T12:00:00Z', zone: 'America/New_York',
  expected: names.map(([client, preferred_name, family_name]) => ({ client, preferred_name, family_name, answer: 'none' })),
});

test('what runs and what begins soon is expected; what is over, cancelled or empty is not', () => {
  const now = Date.parse('2026-03-10T14:00:00Z');
  const all = [
    session(1, '2026-03-10T12:00:00Z', '2026-03-10T14:00:00Z'),
    session(2, '2026-03-10T13:30:00Z', '2026-03-10T15:00:00Z'),
    session(3, '2026-03-10T16:59:00Z', '2026-03-10T18:00:00Z'),
    session(4, '2026-03-10T17:00:00Z', '2026-03-10T18:00:00Z'),
    session(5, '2026-03-10T15:00:00Z', '2026-03-10T16:00:00Z', { status: 'cancelled' }),
    session(6, '2026-03-10T15:00:00Z', '2026-03-10T16:00:00Z', { expected: 0 }),
  ];
  expect(soon(all, now, 3).map((s) => s.id)).toEqual([2, 3]);
});

test('people are found by the beginning of any of their names, accents or not', () => {
  const one = session(1, '2026-03-10T18:00:00Z', '2026-03-10T19:00:00Z');
  const people = visitors([one], new Map([[1, list(1, [7, 'Lucía', 'Fernández-Montgomery'], [8, 'Ana', 'Ruiz'], [9, 'Anders', 'Luc'])]]));
  const found = (text: string) => named(people, text).map((v) => v.expected.client);
  expect(found('')).toEqual([7, 8, 9]);
  expect(found('luc')).toEqual([7, 9]);
  expect(found('mont')).toEqual([7]);
  expect(found('an ru')).toEqual([8]);
  expect(found('uiz')).toEqual([]);
});

test('a session whose list has not come yet has nobody', () => {
  expect(visitors([session(1, '2026-03-10T18:00:00Z', '2026-03-10T19:00:00Z')], new Map())).toEqual([]);
});

test('where somebody goes is said in their site’s time', () => {
  expect(aboutSession(session(1, '2026-03-10T18:00:00Z', '2026-03-10T19:00:00Z', { room_name: 'Maple room' }))).toBe('14:00 Coping skills, Maple room, with Nora Lindqvist');
  expect(aboutSession(session(1, '2026-03-10T18:00:00Z', '2026-03-10T19:00:00Z', { link: 'https://x', facilitators: [] }))).toBe('14:00 Coping skills, online');
});

test('a counselor sees who comes to their own sessions, the desk to all', () => {
  const one = session(1, '2026-03-10T18:00:00Z', '2026-03-10T19:00:00Z');
  expect([seesList({ role: 'counselor', person: 3 }, one), seesList({ role: 'counselor', person: 4 }, one), seesList({ role: 'front_desk', person: 4 }, one)]).toEqual([true, false, true]);
});
