import { expect, test } from 'vitest';
import { language, locale } from './language';
import { inSpanish } from './problems';
import { staffInSpanish } from './staff-problems';

test('tests see the pages in English', () => {
  expect([language, locale]).toEqual(['en', 'en-GB']);
});
test('a Spanish date has the order and the words of the server’s own sentences', () => {
  const day = new Intl.DateTimeFormat('es', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' });
  expect(day.format(Date.UTC(2026, 2, 10)).replace(',', '')).toBe('mar 10 mar');
});
test('problems are whole sentences', () => {
  for (const words of [...Object.values(inSpanish), ...Object.values(staffInSpanish)]) expect(words).toMatch(/^[¿A-ZÁÉÍÓÚ].*[.?]$/);
});
