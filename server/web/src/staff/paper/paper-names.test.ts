import { expect, test } from 'vitest';
import { paperLines, shortName } from './paper-names';

test('of a name the paper has the first word and an initial', () => {
  expect(shortName('Ana', 'Ruiz')).toBe('Ana R.');
  expect(shortName('María José', 'de la Cruz')).toBe('María D.');
  expect(shortName('Jean-Luc', 'O’Neill')).toBe('Jean-Luc O.');
  expect(shortName(' Ana  Ruiz ', 'Ruiz')).toBe('Ana R.'); // the family's, typed into both
});

test('a single name stays single, whichever of the two it was entered as', () => {
  expect(shortName('Cher', '')).toBe('Cher');
  expect(shortName('Cher', ' ')).toBe('Cher');
  expect(shortName('', 'Ruiz')).toBe('R.');
});

test('an initial keeps its accent, however it is written, and is a letter', () => {
  expect(shortName('Zoë', 'Élan')).toBe('Zoë É.');
  expect(shortName('Zoe\u0308', 'e\u0301lan')).toBe('Zoë É.');
  expect(shortName('Anna', 'Łukasz')).toBe('Anna Ł.');
  expect(shortName('Piet', '’t Hooft')).toBe('Piet T.');
  expect(shortName('Mai', '阮')).toBe('Mai 阮.');
  expect(shortName('Sam', '(none)')).toBe('Sam N.');
  expect(shortName('Sam', '—')).toBe('Sam');
});

const person = (client: number, preferred_name: string, family_name: string) => ({ client, preferred_name, family_name });

test('who would look the same gets a number, by record and not by place on the list', () => {
  const people = [person(9, 'Ana', 'Braun'), person(7, 'Zoë', 'Adler'), person(4, 'ana maria', 'Bell'), person(5, 'Ana', 'Clark')];
  const lines = (of: typeof people) => paperLines(of).map((l) => [l.name, l.person.client, l.alike]);
  const expected = [['ana B. 1', 4, true], ['Ana B. 2', 9, true], ['Ana C.', 5, false], ['Zoë A.', 7, false]];
  expect(lines(people)).toEqual(expected);
  expect(lines([...people].reverse())).toEqual(expected);
});

test('the order tells no more than the names: it is theirs, with ten after nine', () => {
  const many = Array.from({ length: 11 }, (_, index) => person(index + 1, 'Ana', 'Bell'));
  expect(paperLines(many).map((l) => l.name)).toEqual(Array.from({ length: 11 }, (_, index) => `Ana B. ${index + 1}`));
});

test('no two names on a sheet are the same, and none has a family name', () => {
  const people = [person(1, 'Ana', 'Bell'), person(2, 'Ana', 'Bell'), person(3, 'Ana', 'Böll'), person(4, 'Cher', ''), person(5, 'Cher', '')];
  const names = paperLines(people).map((l) => l.name);
  expect(new Set(names).size).toBe(5);
  expect(names.join()).not.toMatch(/Bell|Böll/);
});
