import { expect, test } from 'vitest';
import { dayWords, kindsWords, revocableWords, untilWords } from './sharing';

test('kinds are one phrase', () => {
  expect(kindsWords([])).toBe('');
  expect(kindsWords(['hours'])).toBe('Hours');
  expect(kindsWords(['attendance', 'hours'])).toBe('Attendance and hours');
  expect(kindsWords(['attendance', 'hours', 'phase'])).toBe('Attendance, hours, and phase and level');
  expect(kindsWords(['attendance', 'hours', 'enrolment'])).toBe('Attendance, hours and groups');
  expect(kindsWords(['phase', 'enrolment'])).toBe('Phase and level, and groups');
});

test('a consent says how long it is in force', () => {
  expect(dayWords('2026-06-30')).toBe('30 Jun 2026');
  expect(untilWords({ expires_on: '2026-06-30' })).toBe('through 30 Jun 2026');
  expect(untilWords({ expires_when: 'the end of probation' })).toBe('until the end of probation');
  expect(untilWords({ expires_on: '2026-06-30', expires_when: 'x' })).toBe('through 30 Jun 2026, or until x');
});

test('only a consent that says so cannot be taken back at any time', () => {
  expect(revocableWords({})).toBe('');
  expect(revocableWords({ revocable_on: '2026-05-01' })).toBe('from 1 May 2026 on');
  expect(revocableWords({ revocable_when: 'final disposition' })).toBe('after: final disposition');
});
