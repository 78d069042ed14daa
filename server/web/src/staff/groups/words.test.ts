import { expect, it } from 'vitest';
import { admitsWords, listed, sizeWords } from './words';

const nobody = { phases: [], levels: [], tags: [] };

it('says whom a group admits, and nothing for anybody', () => {
  expect(admitsWords(nobody)).toEqual([]);
  expect(admitsWords({ phases: ['treatment', 'aftercare'], levels: ['2.1'], tags: ['women'], youngest: 18, oldest: 25 })).toEqual([
    'In treatment or aftercare', 'Level of care 2.1', '18 to 25 years old', 'Marked women',
  ]);
  expect(admitsWords({ ...nobody, youngest: 18 })).toEqual(['18 or older']);
  expect(admitsWords({ ...nobody, oldest: 0 })).toEqual(['0 or younger']);
});

it('says how large it may be', () => {
  const group = { smallest: 4, largest: 10 } as Parameters<typeof sizeWords>[0];
  expect(sizeWords(group)).toBe('4 to 10 clients');
  expect(sizeWords({ ...group, smallest: 10, clients_per_facilitator: 8 })).toBe('10 clients, 8 for each who leads');
});

it('takes a list as people type it', () => {
  expect(listed(' a, b ,,c ')).toEqual(['a', 'b', 'c']);
  expect(listed('One, two\n\nThree', /\n/)).toEqual(['One, two', 'Three']);
});
