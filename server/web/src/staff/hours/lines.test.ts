import { expect, it } from 'vitest';
import { daysWords, lineProblems, linesOf, timesOf } from './lines';

const at = (weekday: number, from: string, until: string, tag = '') => ({ weekday, from, until, tag });

it('gathers times that are alike into one line', () => {
  expect(linesOf([at(0, '10:00', '14:00'), at(2, '09:00', '17:00'), at(1, '09:00', '17:00'), at(1, '18:00', '00:00')])).toEqual([
    { days: [1, 2], from: '09:00', until: '17:00', tag: '' },
    { days: [1], from: '18:00', until: '00:00', tag: '' },
    { days: [0], from: '10:00', until: '14:00', tag: '' },
  ]);
});
it('keeps apart what is at another place', () => {
  expect(linesOf([at(1, '09:00', '12:00', '1'), at(2, '09:00', '12:00', '2')])).toHaveLength(2);
});
it('says days as people do', () => {
  expect(daysWords([5, 1, 2, 3, 4])).toBe('Mon–Fri');
  expect(daysWords([1, 2])).toBe('Mon, Tue');
  expect(daysWords([1, 3, 6, 0])).toBe('Mon, Wed, Sat, Sun');
  expect(daysWords([0, 1, 2, 3, 4, 5, 6])).toBe('Every day');
});
it('makes times of lines as they are typed, the day’s end too', () => {
  expect(timesOf([{ days: [1, 2], from: '9', until: '24:00', tag: 'lunch' }]).times).toEqual([at(1, '09:00', '00:00', 'lunch'), at(2, '09:00', '00:00', 'lunch')]);
});
it('asks for nothing while a line is wrong', () => {
  const { times, problems } = timesOf([{ days: [1], from: '09:00', until: '17:00', tag: '' }, { days: [], from: 'early', until: '', tag: '' }, { days: [1], from: '12:00', until: '11:00', tag: '' }]);
  expect(times).toEqual([]);
  expect(problems.map((p) => p.pointer)).toEqual(['/1/days', '/1/from', '/1/until', '/2/until']);
});
it('finds the line that the server’s place belongs to', () => {
  const lines = [{ days: [1, 2, 3], from: '09:00', until: '17:00', tag: '' }, { days: [1, 4], from: '16:00', until: '18:00', tag: '' }];
  const fields = [{ pointer: '/hours/3', code: 'overlaps', message: 'Overlaps.' }, { pointer: '/hours/0/until', code: 'x', message: 'No.' }, { pointer: '/blocks/0', code: 'x', message: 'Else.' }];
  expect(lineProblems(fields, 'hours', lines).map((f) => f.pointer)).toEqual(['/1/days', '/0/until']);
});
