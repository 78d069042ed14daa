import { expect, test } from 'vitest';
import { bar, further, marked } from './places';

const pages = (role: Parameters<typeof further>[0]) => further(role).map((place) => place.page);

test('each role is led where the server lets it in', () => {
  expect(pages('front_desk')).toEqual(['hours', 'care-rules']);
  expect(pages('counselor')).toEqual(['open-sheets', 'weekly-hours', 'reports', 'hours', 'care-rules', 'follow-up-rules']);
  expect(pages('clinician')).toEqual(pages('counselor'));
  expect(pages('supervisor')).toEqual(['open-sheets', 'weekly-hours', 'reports', 'approvals', 'hours', 'terms', 'care-rules', 'follow-up-rules', 'plan-templates']);
  expect(pages('admin')).toEqual([...pages('supervisor'), 'kiosks']);
});

test('whatever is further on is marked as More, and what is in the bar as itself', () => {
  for (const place of further('admin')) expect(marked(place.page)).toBe('more');
  for (const place of bar('admin')) expect(marked(place.page)).toBe(place.page);
});
