import { describe, expect, it } from 'vitest';
import { ago, asOf } from './age';

const at = Date.parse('2026-03-10T18:05:40Z');
const minute = 60_000;

describe('an age', () => {
  it.each([
    [0, 'just now'], [59_999, 'just now'], [minute, '1 minute ago'], [59 * minute, '59 minutes ago'],
    [60 * minute, '1 hour ago'], [119 * minute, '1 hour ago'], [120 * minute, '2 hours ago'],
    [24 * 60 * minute, '1 day ago'], [72 * 60 * minute, '3 days ago'],
    [-5 * minute, 'just now'], // never from the future
  ])('%i ms', (passed, words) => expect(ago(at, at + passed)).toBe(words));
});

describe('what is shown', () => {
  const zone = 'America/New_York';
  it('says the time and the age', () => expect(asOf(at, at + 120 * minute, zone)).toBe('As of 14:05, 2 hours ago.'));
  it('says the day too when it was another', () =>
    expect(asOf(at, at + 26 * 60 * minute, zone)).toBe('As of Tue 10 Mar 14:05, 1 day ago.'));
  it('says no age when the clock cannot be believed', () => expect(asOf(at, null, zone)).toBe('As of Tue 10 Mar 14:05.'));
});
