import { expect, it } from 'vitest';
import type { Conflict } from './api-types';
import { conflictSentence, fieldMessage, otherMessages, refusalOf } from './problem';

const ny = 'America/New_York';
const taken: Conflict = {
  owner_kind: 'staff', owner: 3, name: 'Nora Lindqvist', pointer: '/facilitators/0', from: '2026-03-10T22:00:00Z', until: '2026-03-10T23:30:00Z',
};

it('says what collides, as far as it is known', () => {
  expect(conflictSentence({ ...taken, session: 41, title: 'Coping skills' }, ny)).toBe(
    'Nora Lindqvist is in “Coping skills”, Tue 10 Mar 18:00–19:30.',
  );
  expect(conflictSentence(taken, ny)).toBe('Nora Lindqvist is taken, Tue 10 Mar 18:00–19:30.');
  expect(conflictSentence({ ...taken, owner_kind: 'room', name: 'Maple room', title: 'Coping skills' }, ny)).toBe(
    'Maple room is taken by “Coping skills”, Tue 10 Mar 18:00–19:30.',
  );
});
it('says that a time is only kept for somebody', () => {
  expect(conflictSentence({ ...taken, held_until: '2026-03-10T15:05:00Z' }, ny)).toBe(
    'Nora Lindqvist is kept for somebody until 11:05, Tue 10 Mar 18:00–19:30.',
  );
});
it('names the day where it changes', () => {
  expect(conflictSentence({ ...taken, from: '2026-03-11T03:30:00Z', until: '2026-03-11T04:30:00Z' }, ny)).toBe(
    'Nora Lindqvist is taken, Tue 10 Mar 23:30–Wed 11 Mar 00:30.',
  );
});

it('reads a problem document', () => {
  const refusal = refusalOf(409, { type: 'urn:circled:problem:booking_conflict', detail: 'Already taken.', conflicts: [taken] }, null);
  expect(refusal).toMatchObject({ code: 'booking_conflict', status: 409, detail: 'Already taken.', conflicts: [taken] });
});
it('keeps what a refusal is about, and nothing that it is not', () => {
  const objections = [{ code: 'phase', message: 'Not in treatment.', overridable: true }];
  expect(refusalOf(409, { type: 'urn:circled:problem:not_eligible', objections }, null).objections).toEqual(objections);
  const troubles = [{ why: 'site_closed', text: 'The site is closed: Holidays.' }];
  expect(refusalOf(409, { type: 'urn:circled:problem:unavailable', troubles }, null).troubles).toEqual(troubles);
  expect(refusalOf(412, { preview: { dates: [] } }, null).preview).toEqual({ dates: [] });
  expect(refusalOf(404, {}, null)).not.toHaveProperty('objections');
});
it('makes a sentence of what is none', () => {
  expect(refusalOf(502, '<html>', null)).toMatchObject({ code: 'status_502', fields: [], detail: 'The server answered 502. Try again in a moment.' });
});
it('says when to try again', () => {
  expect(refusalOf(429, { detail: 'Too many tries.' }, '30').detail).toBe('Too many tries. Try again in 30 seconds.');
  expect(refusalOf(429, { detail: 'Too many tries.' }, '600').detail).toBe('Too many tries. Try again in 10 minutes.');
});

it('puts messages at their fields, and the others elsewhere', () => {
  const refusal = refusalOf(422, {
    errors: [
      { pointer: '/clients/2', code: 'not_found', message: 'There is no such client.' },
      { pointer: '/clients', code: 'too_many', message: 'There are 8 seats.' },
      { pointer: '/starts_at', code: 'in_the_past', message: 'This time has passed.' },
      { pointer: '/seats', code: 'room_too_small', message: 'The room has 8 seats.' },
    ],
  }, null);
  expect(fieldMessage(refusal, '/clients')).toBe('There is no such client. There are 8 seats.');
  expect(fieldMessage(refusal, '/starts')).toBe('');
  expect(fieldMessage(null, '/clients')).toBe('');
  expect(otherMessages(refusal, ['/clients', '/starts_at'])).toEqual(['seats: The room has 8 seats.']);
});
