import { expect, test } from 'vitest';
import { type Numbers, about, keep, kept, lines, tel, usual } from './help';

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const held = new Map<string, string>();
  return { getItem: (k) => held.get(k) ?? null, setItem: (k, v) => void held.set(k, v) };
}
const nurse: Numbers = { ...usual, helpline: '716 555 0100', helpline_who: 'A nurse answers', helpline_hours: 'Every day, 8 to 20', helpline_cost: 'free' };

test('a device that never heard any has 911 and 988', () => {
  expect(kept(storage())).toEqual([usual]);
  expect(lines(kept(storage())).map((l) => l.number)).toEqual(['911', '988']);
});

test('what was heard last is kept', () => {
  const device = storage();
  keep(device, [nurse]);
  expect(kept(device)).toEqual([nurse]);
  keep(device, []);
  expect(kept(device)).toEqual([nurse]);
});

test('whatever stands there, there are numbers', () => {
  for (const text of ['', 'x', 'null', '{}', '[]', '[null]', '[{}]', '[1]', '[{"emergency_number":911}]', '"911"'])
    expect(kept({ getItem: () => text })).toEqual([usual]);
  expect(kept({ getItem: () => '[{"emergency_number":"112","crisis_line":"113"}]' })).toEqual([{ ...usual, emergency_number: '112', crisis_line: '113' }]);
  expect(kept({ getItem: () => { throw new Error('forbidden'); } })).toEqual([usual]);
  keep({ setItem: () => { throw new Error('full'); } }, [nurse]);
});

test('each number stands once, the emergency first', () => {
  const other = { ...usual, helpline: '716 555 0200' };
  expect(lines([nurse, other, nurse]).map((l) => l.number)).toEqual(['911', '988', '716 555 0100', '716 555 0200']);
  expect(lines([usual, { ...usual, emergency_number: '112' }]).map((l) => l.number)).toEqual(['911', '112', '988']);
});

test('who answers, when, and what it costs are sentences, and unsaid where nobody said it', () => {
  expect(about(nurse)).toBe('A nurse answers. Every day, 8 to 20. The call is free.');
  expect(about({ ...nurse, helpline_who: '', helpline_cost: 'charged' })).toBe('Every day, 8 to 20. The call costs something.');
  expect(about(usual)).toBe('');
});

test('a link holds what a telephone takes', () => {
  expect(tel('+1 (716) 555-0134')).toBe('tel:+17165550134');
  expect(tel('*86')).toBe('tel:*86');
});
