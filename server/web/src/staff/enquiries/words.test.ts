import { expect, test } from 'vitest';
import { ageWords, outcomesOf, scriptWords } from './words';

test('a voicemail is offered where they allowed one, and said to be forbidden elsewhere', () => {
  const outcomes = (voicemail: boolean) => outcomesOf({ voicemail }).map((o) => o.outcome);
  expect(outcomes(true)).toEqual(['reached', 'no_answer', 'voicemail', 'wrong_number']);
  expect(outcomes(false)).toEqual(['reached', 'no_answer', 'wrong_number']);
  expect(scriptWords({ ask_for: 'Maria', voicemail: true })).toContain('may leave a voicemail');
  expect(scriptWords({ ask_for: 'Maria', voicemail: false })).toMatch(/Leave no voicemail\.$/);
});

test('the age is of the wait that goes on', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  const asked = { asked_at: '2026-03-10T09:00:00Z', state: 'open', state_at: '2026-03-10T09:00:00Z' } as const;
  expect(ageWords(asked, now)).toBe('Asked 3 hours ago');
  expect(ageWords({ ...asked, state: 'waiting', state_at: '2026-03-07T12:00:00Z' }, now)).toBe('Has waited for 3 days');
  expect(ageWords({ ...asked, state: 'referred', state_at: '2026-03-10T11:00:00Z' }, now)).toBe('Referred 60 minutes ago');
  expect(ageWords({ ...asked, asked_at: '2026-03-10T12:00:05Z' }, now)).toBe('Asked 1 minute ago'); // a clock that is behind
});
