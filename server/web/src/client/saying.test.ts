import { describe, expect, it } from 'vitest';
import type { Appointment } from '../api-types';
import type { Saying } from './queue';
import { of, outOfDate, saidIt } from './saying';

const saying: Saying = {
  id: 'k', at: 0, say: 'reply', about: 'session-41', title: 'Appointment', starts_at: '2026-03-10T22:00:00Z', zone: 'America/New_York', session: 41, reply: 'cant_come',
};
const appointment = { id: 41, starts_at: '2026-03-10T22:00:00Z', zone: 'America/New_York', status: 'scheduled' } as Appointment;

describe('what was said', () => {
  it.each([
    [saying, 'I can’t come', 'Appointment, Tue 10 Mar 18:00'],
    [{ ...saying, say: 'reply_to_reminder', reminder: 3, reply: 'running_late' } as Saying, 'Running late', 'Appointment, Tue 10 Mar 18:00'],
    [{ id: 'k', at: 0, say: 'went', about: 'went-7', title: 'Early Risers', occurrence: 7, went: 'no' } as Saying, 'I did not go', 'Early Risers'],
    [{ id: 'k', at: 0, say: 'offer', about: 'offer-7', title: 'Evening', entry: 7, take: true } as Saying, 'I take the place', 'Evening'],
    [{ id: 'k', at: 0, say: 'self_check', about: 'self-check-1', title: '', said: { craving: 1, mood: 3 } } as Saying, 'How I am', ''],
  ])('%#', (s, words, about) => {
    expect(saidIt(s)).toBe(words);
    expect(of(s)).toBe(about);
  });
});

describe('whether it still fits', () => {
  it.each([
    ['unchanged', saying, [appointment], null],
    ['the same instant, written otherwise', saying, [{ ...appointment, starts_at: '2026-03-10T18:00:00-04:00' }], null],
    ['moved', saying, [{ ...appointment, starts_at: '2026-03-11T23:00:00Z' }], 'It has moved to Wed 11 Mar 19:00 meanwhile. Please answer again.'],
    ['cancelled', saying, [{ ...appointment, status: 'cancelled' as const }], 'It was cancelled meanwhile. You do not need to answer.'],
    ['gone', saying, [], 'It is not in your week any more. Look at what comes next.'],
    ['a reminder of an appointment that has moved', { ...saying, say: 'reply_to_reminder', reminder: 3, reply: 'confirm' } as Saying,
      [{ ...appointment, starts_at: '2026-03-11T23:00:00Z' }], 'It has moved to Wed 11 Mar 19:00 meanwhile. Please answer again.'],
    ['a meeting: the server knows', { ...saying, say: 'went', about: 'went-7', occurrence: 7, went: 'yes' } as Saying, [], null],
  ])('%s', (_, s, appointments, words) => expect(outOfDate(s, appointments)).toBe(words));
});
