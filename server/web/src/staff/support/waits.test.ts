import { expect, test } from 'vitest';
import type { Role, SupportRequest } from '../../api-types';
import { standingWords, waitsFor } from './waits';

const open: Pick<SupportRequest, 'state' | 'asked_me' | 'step' | 'due_at' | 'seen_by' | 'seen_by_name' | 'zone'> = {
  state: 'open', asked_me: true, step: 'counselor', due_at: '2026-03-10T12:05:00Z', zone: 'America/New_York',
};
const me = (role: Role) => ({ role, person: 3 });

test.each([
  ['counselor', { ...open }, true],
  ['counselor', { ...open, asked_me: false }, false],
  ['supervisor', { ...open, asked_me: false }, false],
  ['counselor', { ...open, state: 'unanswered' as const }, true],
  ['counselor', { ...open, state: 'unanswered' as const, asked_me: false }, false],
  ['supervisor', { ...open, state: 'unanswered' as const, asked_me: false }, true],
  ['counselor', { ...open, state: 'seen' as const }, false],
] as const)('%s, asked or not, as it stands', (role, request, waits) => {
  expect(waitsFor(me(role), request)).toBe(waits);
});

test('who is asked, until when and who comes next', () => {
  const words = (change: Partial<typeof open>) => standingWords({ ...open, ...change }, me('counselor'));
  expect(words({})).toBe('Their counselors are asked; at 08:05 it goes to whoever is on call');
  expect(words({ step: 'primary' })).toBe('Who is on call is asked; at 08:05 it goes to the backup');
  expect(words({ step: 'backup' })).toBe('The backup is asked; at 08:05 nobody is left');
  expect(words({ state: 'seen', seen_by: 4, seen_by_name: 'Nora Lindqvist' })).toBe('Nora Lindqvist has seen it and calls');
  expect(words({ state: 'seen', seen_by: 3, seen_by_name: 'Nora Lindqvist' })).toBe('You said that you call');
  expect(words({ state: 'unanswered' })).toBe('Nobody has answered, and nobody is left to ask');
});
