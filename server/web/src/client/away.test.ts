import { expect, it } from 'vitest';
import { awayAtMost, tooLong } from './away';

const from = { clock: 1000, running: 1000 };
it.each([
  ['a moment', { clock: 2000, running: 2000 }, false],
  ['five minutes', { clock: 1000 + awayAtMost, running: 1000 + awayAtMost }, true],
  ['a night that the device slept through', { clock: 1000 + 100 * awayAtMost, running: 1500 }, true],
  ['five minutes, while the clock was set back', { clock: -5000, running: 1000 + awayAtMost }, true],
])('%s', (_, to, long) => expect(tooLong(from, to)).toBe(long));
