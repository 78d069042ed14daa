import { describe, expect, it } from 'vitest';
import type { Session } from '../api-types';
import { asksNothing, changeOf, editOf, startOf } from './move';

// Tuesday 10 March 2026, 18:00 to 18:50 in New York.
const session = {
  id: 41, zone: 'America/New_York', starts_at: '2026-03-10T22:00:00Z', ends_at: '2026-03-10T22:50:00Z', room: 2,
  facilitators: [{ staff: 3, name: 'Nora', leads: true }],
} as Session;
const as = (more = {}) => ({ date: '2026-03-10', time: '18:00', minutes: 50, room: 2, facilitators: [3], ...more });

describe('one session', () => {
  it('asks for what differs alone', () => {
    expect(changeOf(session, as())).toEqual({});
    expect(changeOf(session, as({ time: '6 pm' }))).toEqual({});
    expect(changeOf(session, as({ time: '1930', minutes: 60, room: 4, facilitators: [3, 5] }))).toEqual({
      starts_at: '2026-03-10T23:30:00Z', duration_minutes: 60, room: 4, facilitators: [3, 5],
    });
    expect(changeOf(session, as({ room: null }))).toEqual({});
  });
  it('knows no time that the clocks skip, and none that is no time', () => {
    expect(startOf(session, as({ date: '2026-03-08', time: '02:30' }))).toBeNull();
    expect(changeOf(session, as({ time: 'noon' }))).toBeNull();
  });
});

describe('this and the following', () => {
  it('asks for a time of day, not for an instant', () => {
    expect(editOf(session, as({ time: '17:30', room: 4 }))).toEqual({ from: 41, time: '17:30', room: 4 });
    expect(asksNothing(editOf(session, as())!)).toBe(true);
  });
  it('leaves the weekday to the rule', () => expect(editOf(session, as({ date: '2026-03-11' }))).toBeNull());
});
