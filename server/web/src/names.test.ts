import { expect, test } from 'vitest';
import { isolated } from './names';

test('a name that is written from right to left keeps to itself', () => {
  const wrapped = (name: string) => `\u2068${name}\u2069`;
  expect(isolated('Lucía Fernández')).toBe('Lucía Fernández');
  expect(isolated('ليلى')).toBe(wrapped('ليلى'));
  expect(isolated('Noa נועה')).toBe(wrapped('Noa נועה'));
});
