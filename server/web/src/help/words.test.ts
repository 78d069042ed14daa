import { expect, test } from 'vitest';
import { usual } from './help-api';
import { crisisWords, helplineWords, signs, verdict } from './words';

test('there are eight signs, each said of oneself and of somebody else', () => {
  expect(signs).toHaveLength(8);
  expect(new Set(signs.map((s) => s.id)).size).toBe(8);
  for (const sign of signs) {
    expect(sign.about.other).not.toMatch(/\b(I|my|me|myself)\b/);
    expect(sign.title.other).not.toMatch(/\b(I|my|me|myself)\b/);
  }
});

test('no number of ticks clears anybody', () => {
  for (const whom of ['oneself', 'other'] as const) {
    expect(verdict(0, whom)).toContain('clears nobody');
    for (let ticked = 0; ticked <= 8; ticked++) {
      expect(verdict(ticked, whom)).toMatch(/\btalk\b/i);
      expect(verdict(ticked, whom)).not.toMatch(/\b(no problem|fine|healthy|diagnos)/i);
    }
    expect(verdict(1, whom)).toMatch(/^One of eight\./);
    expect(verdict(3, whom)).toMatch(/^Three of eight\./);
    expect(verdict(8, whom)).toMatch(/^All eight\./);
  }
});

test('what nobody said of the helpline is not made up', () => {
  expect(helplineWords(usual)).toEqual(['We have no helpline of our own.']);
  const known = { ...usual, helpline: '555 0100', helpline_who: 'A nurse of ours', helpline_hours: 'Every day, 8 to 20', helpline_cost: 'free' as const };
  expect(helplineWords(known)).toEqual(['Who answers: A nurse of ours.', 'When: Every day, 8 to 20.', 'The call costs you nothing.']);
  const silent = helplineWords({ ...usual, helpline: '555 0100' }).join(' ');
  expect(silent).toContain('can’t say here at which hours');
  expect(silent).toContain('depends on your telephone plan');
});

test('of another crisis line nothing is said that is known of 988 alone', () => {
  expect(crisisWords('988')).toContain('free');
  expect(crisisWords('116 123')).not.toContain('988');
  expect(crisisWords('116 123')).not.toContain('free');
});
