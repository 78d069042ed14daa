import { expect, it } from 'vitest';
import type { Appointment, Occurrence, Reminder } from '../api-types';
import { merge, next, running, thisWeek } from './week';

const ny = 'America/New_York';
const appointment = (id: number, starts_at: string, more: Partial<Appointment> = {}): Appointment => ({
  id, title: 'Appointment', starts_at, ends_at: new Date(Date.parse(starts_at) + 3_000_000).toISOString(), zone: ny,
  place: 'Room 2', online: false, on_site: true, status: 'scheduled', answer: 'none', ...more,
});
const occurrence = (id: number, starts_at: string): Occurrence => ({
  id, commitment: 1, meeting: 2, name: 'Early Risers', starts_at, ends_at: new Date(Date.parse(starts_at) + 3_600_000).toISOString(),
  zone: ny, place: '', address: '', town: '', online_url: 'https://zoom.example.org/1', status: 'planned', answer: 'none',
});
const reminder = (id: number, subject: number, state: Reminder['state']): Reminder => ({
  id, subject_kind: 'occurrence', subject, text: '', starts_at: '2026-03-11T11:30:00Z', due_at: '2026-03-10T11:30:00Z',
  zone: ny, state, late_by_s: 0,
});
const now = Date.parse('2026-03-10T16:00:00Z'); // Tuesday noon in New York

it('says of an appointment that its client runs late, until they say otherwise', () => {
  const late = { late_said_at: '2026-03-10T13:50:00Z' };
  const [a, b, c] = merge([
    appointment(1, '2026-03-10T14:00:00Z', { answer: 'confirmed', ...late }),
    appointment(2, '2026-03-10T15:00:00Z', { answer: 'confirmed' }),
    appointment(3, '2026-03-10T16:00:00Z', { answer: 'cant_come', ...late }),
  ], [], []);
  expect([a!.answer, b!.answer, c!.answer]).toEqual(['running_late', 'confirmed', 'cant_come']);
});

it('puts appointments and meetings in one order', () => {
  const all = merge([appointment(41, '2026-03-10T22:00:00Z')], [occurrence(7, '2026-03-10T11:30:00Z')], []);
  expect(all.map((c) => c.key)).toEqual(['occurrence-7', 'session-41']);
});
it('answers about a meeting by the reminder that was sent about it', () => {
  const all = merge([], [occurrence(7, '2026-03-11T11:30:00Z'), occurrence(8, '2026-03-12T11:30:00Z')], [
    reminder(1, 7, 'sent'), reminder(2, 8, 'pending'),
  ]);
  expect(all.map((c) => c.reminder)).toEqual([1, undefined]);
});
it('takes as next what has not begun, and passes over what is off or refused', () => {
  const all = merge([
    appointment(1, '2026-03-10T12:00:00Z'), // over
    appointment(2, '2026-03-10T17:00:00Z', { status: 'cancelled' }),
    appointment(3, '2026-03-10T18:00:00Z', { answer: 'cant_come' }),
    appointment(4, '2026-03-10T20:00:00Z'),
  ], [], []);
  expect(next(all, now)?.key).toBe('session-4');
  const begun = merge([appointment(5, '2026-03-10T15:30:00Z'), appointment(6, '2026-03-10T16:30:00Z')], [], []);
  expect(running(begun, now)?.key).toBe('session-5');
  expect(next(begun, now)?.key).toBe('session-6');
  expect(running(all, now)).toBeUndefined();
  expect(next([], now)).toBeUndefined();
});
it('shows the week from Monday to Sunday, without empty days gone by', () => {
  const all = merge([
    appointment(1, '2026-03-09T22:00:00Z'), // Monday
    appointment(2, '2026-03-11T02:30:00Z'), // still Tuesday in New York
    appointment(3, '2026-03-16T22:00:00Z'), // next Monday
  ], [], []);
  const week = thisWeek(all, ny, now);
  expect(week.map((d) => [d.date, d.items.length])).toEqual([
    ['2026-03-09', 1], ['2026-03-10', 1], ['2026-03-11', 0], ['2026-03-12', 0], ['2026-03-13', 0], ['2026-03-14', 0], ['2026-03-15', 0],
  ]);
  const later = thisWeek([], ny, Date.parse('2026-03-14T16:00:00Z'));
  expect(later.map((d) => d.date)).toEqual(['2026-03-14', '2026-03-15']);
});
