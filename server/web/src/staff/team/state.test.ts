import { expect, test } from 'vitest';
import type { Availability, Session, StaffException } from '../../api-types';
import { nextOf, stateOf } from './state';

const zone = 'America/New_York';
// Tuesday, 10 March 2026: New York is four hours behind UTC.
const at = (time: string) => Date.parse(`2026-03-10T${time}:00-04:00`);
const iso = (time: string) => new Date(at(time)).toISOString().replace('.000Z', 'Z');
const away = (kind: StaffException['kind'], from: string, until: string): StaffException => ({ id: 1, kind, from: iso(from), until: iso(until), note: '' });
const works = (exceptions: StaffException[] = []): Availability => ({
  staff: 3, blocks: [], credentials: [], exceptions,
  hours: [{ site: 1, weekday: 2, from: '09:00', until: '12:00' }, { site: 1, weekday: 2, from: '12:00', until: '17:00' }, { site: 1, weekday: 3, from: '09:00', until: '17:00' }],
});
const session = (from: string, until: string): Session => ({
  id: 1, site: 1, zone, service: 1, service_name: 'Counseling', kind: 'group', title: 'Coping skills', link: '', starts_at: iso(from), ends_at: iso(until),
  status: 'scheduled', version: 1, seats: 10, closed: false, topic: '', expected: 3, confirmed: 0, cant_come: 0, facilitators: [],
});

test('hours that follow on one another are one stretch of work', () => {
  expect(stateOf(works(), [], zone, at('10:00'))).toEqual({ is: 'here', until: iso('17:00') });
  expect(stateOf(works(), [], zone, at('08:59'))).toEqual({ is: 'later', from: iso('09:00'), until: iso('17:00') });
  expect(stateOf(works(), [], zone, at('17:00'))).toEqual({ is: 'gone', since: iso('17:00') });
});

test('a time off ends the stretch, and is said while it lasts', () => {
  const doctor = works([away('off', '11:00', '13:00')]);
  expect(stateOf(doctor, [], zone, at('10:00'))).toEqual({ is: 'here', until: iso('11:00') });
  expect(stateOf(doctor, [], zone, at('11:00'))).toEqual({ is: 'away', kind: 'off', until: iso('13:00') });
  expect(stateOf(doctor, [], zone, at('13:00'))).toEqual({ is: 'here', until: iso('17:00') });
  expect(stateOf(works([away('leave', '00:00', '23:00')]), [], zone, at('10:00'))).toEqual({ is: 'away', kind: 'leave', until: iso('23:00') });
});

test('extra time makes the day longer', () => {
  expect(stateOf(works([away('extra', '17:00', '19:00')]), [], zone, at('18:00'))).toEqual({ is: 'here', until: iso('19:00') });
});

test('who is in a session is in it, whatever the hours say', () => {
  const one = session('18:00', '19:00');
  expect(stateOf(works(), [one], zone, at('18:30'))).toEqual({ is: 'in_session', session: one });
  expect(stateOf(undefined, [one], zone, at('18:30'))).toEqual({ is: 'in_session', session: one });
  expect(stateOf(works(), [{ ...one, status: 'cancelled' }], zone, at('18:30'))).toEqual({ is: 'gone', since: iso('17:00') });
});

test('a free day differs from hours that nobody entered', () => {
  const monday = Date.parse('2026-03-09T10:00:00-04:00');
  expect(stateOf(works(), [], zone, monday)).toEqual({ is: 'not_today' });
  expect(stateOf({ ...works(), hours: [] }, [], zone, monday)).toEqual({ is: 'unknown' });
});

test('the next session is the first that has not begun', () => {
  const all = [session('09:00', '10:00'), session('11:00', '12:00'), session('15:00', '16:00')];
  expect(nextOf(all, at('11:00'))).toBe(all[2]);
  expect(nextOf(all, at('15:00'))).toBe(undefined);
});
