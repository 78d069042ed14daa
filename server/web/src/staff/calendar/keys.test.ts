import { expect, it } from 'vitest';
import { askedBy } from './keys';

const press = (key: string, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, defaultPrevented: false, isComposing: false, ...more });

it('knows letters in either case, arrows and the question mark', () => {
  expect(['ArrowLeft', 't', 'T', 'n', '?', 'x'].map((key) => askedBy(press(key), false))).toEqual(['before', 'today', 'today', 'new', 'keys', null]);
});
it('leaves combinations and what is typed alone', () => {
  expect(askedBy(press('n', { ctrlKey: true }), false)).toBeNull();
  expect(askedBy(press('ArrowRight', { altKey: true }), false)).toBeNull();
  expect(askedBy(press('t', { metaKey: true }), false)).toBeNull();
  expect(askedBy(press('t', { defaultPrevented: true }), false)).toBeNull();
  expect(askedBy(press('t', { isComposing: true }), false)).toBeNull();
  expect(askedBy(press('t'), true)).toBeNull();
});
