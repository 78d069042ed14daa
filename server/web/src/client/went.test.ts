import { expect, test } from 'vitest';
import type { Occurrence } from '../api-types';
import { answered, open } from './went';

const now = Date.parse('2026-03-16T12:00:00Z');
let id = 0;
const one = (starts: string, more: Partial<Occurrence> = {}): Occurrence => ({
  id: ++id, commitment: 1, meeting: 1, name: 'Sunday Light', starts_at: starts,
  ends_at: new Date(Date.parse(starts) + 3600_000).toISOString(), zone: 'UTC', place: '', address: '', town: '',
  online_url: '', status: 'planned', answer: 'none', ...more,
});

test('what is over and not answered is open, the latest first', () => {
  const early = one('2026-03-14T10:00:00Z');
  const late = one('2026-03-15T10:00:00Z');
  const list = [
    early, late,
    one('2026-03-16T11:30:00Z'), // runs
    one('2026-03-15T11:00:00Z', { status: 'cancelled' }),
    one('2026-03-15T12:00:00Z', { answer: 'cant_come' }),
    one('2026-03-15T13:00:00Z', { went: 'no' }),
  ];
  expect(open(list, now)).toEqual([late, early]);
});

test('what was said and what was confirmed are both shown, each by itself', () => {
  const said = one('2026-03-14T10:00:00Z', { went: 'yes' });
  const confirmed = one('2026-03-15T10:00:00Z', { verified_by: 'slip' });
  expect(answered([said, confirmed, one('2026-03-15T12:00:00Z')], now)).toEqual([confirmed, said]);
  expect(open([confirmed], now)).toEqual([confirmed]); // they have not said it themselves
});
