import { expect, test } from 'vitest';
import type { Meeting } from '../../api-types';
import { blank, formOf, toMeeting } from './typed-in';

const filled = () => ({ ...blank('2026-03-06'), name: 'Alumni', time: '7pm', place: 'Room 2' }); // a Friday
const problems = (form: ReturnType<typeof blank>) => toMeeting(form, null).problems.map((p) => p.pointer);

test('a weekly meeting, and the first Friday of the month', () => {
  expect(toMeeting(filled(), null).meeting).toMatchObject({ rule: 'FREQ=WEEKLY;BYDAY=FR', time: '19:00', types: 'open', in_person: true });
  const monthly = filled();
  monthly.rule!.every = 'month';
  expect(toMeeting(monthly, null).meeting!.rule).toBe('FREQ=MONTHLY;BYDAY=1FR');
});

test('what is missing is said where it is', () => {
  expect(problems({ ...blank('2026-03-06') })).toEqual(['/name', '/time', '/place']);
  expect(problems({ ...filled(), in_person: false })).toEqual(['/online_url']);
  const twice = filled();
  twice.rule!.days = ['MO', 'FR'];
  expect(problems(twice)).toEqual(['/rule']);
});

test('a rule beyond the form stays as it is, and so does the point while the address does', () => {
  const was = {
    id: 1, name: 'Alumni', weekday: 5, rule: 'FREQ=MONTHLY;BYDAY=FR;BYSETPOS=1', starts_on: '2026-03-06', time: '19:00',
    duration_minutes: 60, zone: 'America/Chicago', place: 'Room 2', address: '1 Oak St', town: 'Riverton', notes: '', online_url: '',
    in_person: true, types: ['open'], latitude: 40, longitude: -74, by_hand: true, gone: false, closed: false,
  } as Meeting;
  const form = formOf(was, '2026-03-10');
  expect(form.rule).toBeNull();
  expect(toMeeting(form, was).meeting).toMatchObject({ rule: was.rule, zone: 'America/Chicago', latitude: 40, longitude: -74 });
  expect(toMeeting({ ...form, address: '2 Elm St' }, was).meeting).not.toHaveProperty('latitude');
});
