import { expect, test } from 'vitest';
import { bar, further, marked, settings } from './places';

type Role = Parameters<typeof further>[0];
const pages = (role: Role) => further(role).map((place) => place.page);
const set = (role: Role) => settings(role).flatMap(({ places }) => places.map((place) => place.page));

test('each role is led where the server lets it in', () => {
  expect(pages('front_desk')).toEqual(['team', 'on-call', 'enquiries', 'calls', 'reminders', 'hours', 'meetings', 'settings']);
  expect(pages('counselor')).toEqual(['support', 'desk', 'team', 'on-call', 'open-sheets', 'weekly-hours', 'reports', 'enquiries', 'calls', 'reminders', 'hours', 'meetings', 'open-record', 'settings']);
  expect(pages('clinician')).toEqual(pages('counselor'));
  expect(pages('supervisor')).toEqual(['support', 'desk', 'team', 'on-call', 'open-sheets', 'weekly-hours', 'reports', 'approvals', 'openings', 'enquiries', 'calls', 'reminders', 'hours', 'meetings', 'settings']);
  expect(pages('admin')).toEqual(pages('supervisor'));
});

test('settings are gathered by what somebody looks for, without an empty heading', () => {
  expect(set('front_desk')).toEqual(['settings/you', 'care-rules']);
  expect(set('counselor')).toEqual(['settings/you', 'care-rules', 'follow-up-rules']);
  expect(set('supervisor')).toEqual(['settings/you', 'audit', 'settings/sites', 'settings/services', 'terms', 'care-rules', 'follow-up-rules', 'plan-templates', 'reminder-rule', 'lists', 'settings/keeping']);
  expect(set('admin').filter((page) => !set('supervisor').includes(page))).toEqual(['settings/accounts', 'kiosks', 'help-numbers']);
  for (const role of ['front_desk', 'counselor', 'admin'] as const)
    for (const section of settings(role)) expect(section.places).not.toEqual([]);
});

test('whatever is further on is marked as More, and what is in the bar as itself', () => {
  for (const role of ['admin', 'front_desk'] as const) {
    for (const place of further(role)) expect(marked(place.page, role)).toBe('more');
    for (const place of settings(role).flatMap(({ places }) => places)) expect(marked(place.page.split('/')[0]!, role)).toBe('more');
    for (const place of bar(role)) expect(marked(place.page, role)).toBe(place.page);
  }
});
