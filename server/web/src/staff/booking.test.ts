import { describe, expect, it } from 'vitest';
import { type BookingForm, bookWith, takeWish, toBooking, twice } from './booking';

const ny = 'America/New_York';
const form = (more: Partial<BookingForm> = {}): BookingForm => ({
  kind: 'one_on_one', service: 2, title: '', date: '2026-03-10', time: '18:00', secondOfTwo: false, duration: 50,
  room: null, link: '', facilitators: [{ id: 3, label: 'Nora' }], clients: [{ id: 7, label: 'Ana' }], overrideReason: '', ...more,
});
const messages = (more: Partial<BookingForm>) => toBooking(form(more), 1, ny).problems.map((p) => p.pointer);

describe('the booking form', () => {
  it('leaves out what was left empty', () => {
    expect(toBooking(form(), 1, ny).booking).toEqual({
      service: 2, kind: 'one_on_one', site: 1, starts_at: '2026-03-10T22:00:00Z', duration_minutes: 50, facilitators: [3], clients: [7],
    });
  });
  it('takes everything given, the leading facilitator first', () => {
    const { booking } = toBooking(form({
      kind: 'group', title: ' Coping ', room: 4, link: 'https://meet.example.org/1', overrideReason: 'agreed by phone',
      facilitators: [{ id: 5, label: '' }, { id: 3, label: '' }], clients: [{ id: 7, label: '' }, { id: 8, label: '' }],
    }), 1, ny);
    expect(booking).toMatchObject({
      title: 'Coping', room: 4, link: 'https://meet.example.org/1', facilitators: [5, 3], clients: [7, 8], override: { reason: 'agreed by phone' },
    });
  });
  it('says what is missing, each at its field', () => {
    expect(messages({ service: null, time: '', duration: 4, facilitators: [], clients: [] })).toEqual([
      '/service', '/starts_at', '/duration_minutes', '/facilitators', '/clients',
    ]);
    expect(messages({ date: '' })).toEqual(['/starts_at']);
  });
  it('lets a group begin without clients', () => {
    expect(messages({ kind: 'group', clients: [] })).toEqual([]);
  });
  it('refuses a time that the night skips', () => {
    const { problems } = toBooking(form({ date: '2026-03-08', time: '2:30' }), 1, ny);
    expect(problems).toMatchObject([{ pointer: '/starts_at', message: 'There is no 02:30 that day: the clocks go forward.' }]);
  });
  it('asks which of a repeated time is meant, and takes the answer', () => {
    const night = { date: '2026-11-01', time: '1:30' };
    expect(twice(form(night), ny)).toEqual({ first: 'EDT', second: 'EST' });
    expect(twice(form(), ny)).toBeNull();
    expect(toBooking(form(night), 1, ny).booking?.starts_at).toBe('2026-11-01T05:30:00Z');
    expect(toBooking(form({ ...night, secondOfTwo: true }), 1, ny).booking?.starts_at).toBe('2026-11-01T06:30:00Z');
  });
  it('forgets the second when the time is no longer repeated', () => {
    expect(toBooking(form({ secondOfTwo: true }), 1, ny).booking?.starts_at).toBe('2026-03-10T22:00:00Z');
  });
});

it('begins with what was wished for, once', () => {
  bookWith({ date: '2026-03-10', time: '18:00' }, 4);
  expect(takeWish()).toEqual({ site: 4, form: { date: '2026-03-10', time: '18:00' } });
  expect(takeWish()).toEqual({ form: {} });
});
