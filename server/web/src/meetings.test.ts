import { expect, test } from 'vitest';
import { distance, typeWord, when, where } from './meetings';

const at = (weekday: number, rule: string) => when({ weekday, rule, time: '19:00' });

test('when a meeting is, in words', () => {
  expect(at(2, 'FREQ=WEEKLY;BYDAY=TU')).toBe('Tuesdays 19:00');
  expect(at(2, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU')).toBe('Every 2 weeks, Tuesday 19:00');
  expect(at(5, 'FREQ=MONTHLY;BYDAY=1FR')).toBe('First Friday of the month 19:00');
  expect(at(0, 'FREQ=MONTHLY;BYDAY=-1SU')).toBe('Last Sunday of the month 19:00');
  expect(at(5, 'FREQ=MONTHLY;INTERVAL=3;BYDAY=2FR')).toBe('Second Friday of every 3 months 19:00');
  expect(at(5, 'FREQ=MONTHLY;BYDAY=FR;BYSETPOS=1')).toBe('Friday, some weeks, 19:00');
  expect(at(2, 'FREQ=DAILY;INTERVAL=7')).toBe('Tuesday, some weeks, 19:00');
});

test('where it is, each part once', () => {
  expect(where({ place: 'Grace Church', address: '1 Oak St', town: 'Riverton' })).toBe('Grace Church, 1 Oak St, Riverton');
  expect(where({ place: 'Riverton', address: '', town: 'Riverton' })).toBe('Riverton');
  expect(where({ place: '', address: '', town: '' })).toBe('');
});

test('how far it is', () => {
  expect(distance(0)).toBe('50 m');
  expect(distance(0.32)).toBe('300 m');
  expect(distance(1)).toBe('1.0 km');
  expect(distance(9.9)).toBe('9.9 km');
  expect(distance(24.6)).toBe('25 km');
});

test('a type without a word is shown as its list has it', () => {
  expect(typeWord('language_es')).toBe('Spanish');
  expect(typeWord('RF')).toBe('RF');
});
