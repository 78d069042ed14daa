import { expect, test } from 'vitest';
import { telOf } from './phone';

test('what people write for a number can be dialled', () => {
  expect(telOf('911')).toBe('tel:911');
  expect(telOf('(555) 010-0123')).toBe('tel:5550100123');
  expect(telOf(' +1 555.010.0123')).toBe('tel:+15550100123');
  expect(telOf('555 0100 ext. 12')).toBe('tel:5550100,12');
  expect(telOf('555 0100x7')).toBe('tel:5550100,7');
});
