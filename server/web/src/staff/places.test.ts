import { expect, test } from 'vitest';
import { bar, further, marked } from './places';

const pages = (role: Parameters<typeof further>[0]) => further(role).map((place) => place.page);

test('each role is led where the server lets it in', () => {
  expect(pages('front_desk')).toEqual(['team', 'on-call', 'enquiries', 'calls', 'reminders', 'hours', 'meetings', 'care-rules', 'own']);
  expect(pages('counselor')).toEqual(['support', 'desk', 'team', 'on-call', 'open-sheets', 'weekly-hours', 'reports', 'enquiries', 'calls', 'reminders', 'hours', 'meetings', 'care-rules', 'follow-up-rules', 'own']);
  expect(pages('clinician')).toEqual(pages('counselor'));
  expect(pages('supervisor')).toEqual(['support', 'desk', 'team', 'on-call', 'open-sheets', 'weekly-hours', 'reports', 'approvals', 'enquiries', 'calls', 'reminders', 'reminder-rule', 'hours', 'terms', 'meetings', 'lists', 'care-rules', 'follow-up-rules', 'plan-templates', 'own']);
  expect(pages('admin')).toEqual([...pages('supervisor'), 'help-numbers', 'kiosks']);
});

test('whatever is further on is marked as More, and what is in the bar as itself', () => {
  for (const role of ['admin', 'front_desk'] as const) {
    for (const place of further(role)) expect(marked(place.page, role)).toBe('more');
    for (const place of bar(role)) expect(marked(place.page, role)).toBe(place.page);
  }
});
