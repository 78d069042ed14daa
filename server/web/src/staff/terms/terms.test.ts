import { expect, test } from 'vitest';
import type { PolicyRow, Terms } from '../../api-types';
import { meets, termLines, versions } from './terms';

const terms: Terms = {
  grace_minutes: 0, breaks: [], excuse_notice_hours: 24, excuses_mandatory: false, close_within_hours: 24, documentation_days: 14, co_signature: false,
};
const row = (from: string): PolicyRow => ({ from, follows: false, terms });
const words = (t: Terms) => Object.fromEntries(termLines(t).map((l) => [l.term, l.words]));

test('terms that nobody set say what holds, not that nothing is there', () => {
  expect(words(terms)).toEqual({
    'Late': 'From the first minute',
    'The door': 'Stays open',
    'No credit at all': 'Whoever comes late keeps what is left',
    'Breaks': 'None taken off',
    'Counts at most': 'All of it',
    'A “can’t come” excuses': '24 hours before the start or earlier',
    'Where coming is mandatory': 'Staff decide',
    'Sheet closed within': '24 hours',
    'Signed within': '14 days',
    'Signatures': 'Of one who leads',
  });
});

test('a door that closes at once is another thing than none', () => {
  const strict = words({
    ...terms, grace_minutes: 1, door_closes_minutes: 0, no_credit_after_minutes: 20, cap_minutes: 120, excuse_notice_hours: 0,
    excuses_mandatory: true, co_signature: true, breaks: [{ after_minutes: 45, minutes: 10 }, { after_minutes: 90, minutes: 1 }],
  });
  expect(strict['Late']).toBe('After more than 1 minute');
  expect(strict['The door']).toBe('Closes 0 minutes after the start');
  expect(strict['No credit at all']).toBe('Whoever comes more than 20 minutes late');
  expect(strict['Breaks']).toBe('10 minutes after 45, 1 minute after 90');
  expect(strict['Counts at most']).toBe('120 minutes');
  expect(strict['A “can’t come” excuses']).toBe('Until the start');
  expect(strict['Signatures']).toBe('Of two who lead');
});

test('each version holds until the day before the next, and from its first day on', () => {
  const rows = [row('2026-04-01'), row('2026-03-10'), row('2026-01-01'), row('2025-06-01')];
  const { now, coming, past } = versions(rows, '2026-03-10');
  expect([now?.row.from, now?.until]).toEqual(['2026-03-10', '2026-03-31']);
  expect(coming.map((v) => [v.row.from, v.until])).toEqual([['2026-04-01', null]]);
  expect(past.map((v) => [v.row.from, v.until])).toEqual([['2026-01-01', '2026-03-09'], ['2025-06-01', '2025-12-31']]);
  expect(versions(rows, '2025-05-31')).toMatchObject({ now: null, past: [] });
  expect(versions([], '2026-03-10')).toEqual({ now: null, coming: [], past: [] });
});

test('what a new version replaces, and until when it holds', () => {
  const rows = [row('2026-04-01'), row('2026-03-20')];
  expect(meets(rows, '2026-03-15')).toEqual({ replaces: false, until: '2026-03-19' });
  expect(meets(rows, '2026-03-20')).toEqual({ replaces: true, until: '2026-03-31' });
  expect(meets(rows, '2026-04-02')).toEqual({ replaces: false, until: null });
});
