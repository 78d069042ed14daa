import { expect, it } from 'vitest';
import type { Episode } from '../../api-types';
import { itemName, standingOf } from './words';

const episode: Episode = {
  id: 1, admitted_on: '2026-03-01',
  phases: [{ phase: 'treatment', from: '2026-03-08' }, { phase: 'detox', from: '2026-03-01', until: '2026-03-08' }],
  levels: [],
  holds: [{ id: 1, kind: 'pass', from_at: '2026-03-09T10:00:00Z', until_at: '2026-03-10T10:00:00Z', keeps_seats: true }],
  clearances: [
    { id: 2, given_by: 3, given_by_name: 'Dr. Haddad', given_at: '2026-03-04T10:00:00Z', expires_at: '2026-03-20T10:00:00Z' },
    { id: 1, given_by: 3, given_by_name: 'Dr. Haddad', given_at: '2026-03-02T10:00:00Z', withdrawn_at: '2026-03-03T10:00:00Z' },
  ],
};

it('says what holds at a moment', () => {
  const within = standingOf(episode, Date.parse('2026-03-09T12:00:00Z'));
  expect([within.phase?.phase, within.level, within.hold?.kind, within.clearance?.id]).toEqual(['treatment', undefined, 'pass', 2]);
  const later = standingOf(episode, Date.parse('2026-03-21T12:00:00Z'));
  expect([later.hold, later.clearance]).toEqual([undefined, undefined]);
});
it('takes no clearance that was withdrawn', () => {
  expect(standingOf({ ...episode, clearances: [episode.clearances[1]!] }, Date.parse('2026-03-02T12:00:00Z')).clearance).toBeUndefined();
});
it('says phases in words and leaves other names', () => {
  expect(itemName({ matter: 'phase', name: 'detox' })).toBe('Detox');
  expect(itemName({ matter: 'enrolment', name: 'detox' })).toBe('detox');
});
