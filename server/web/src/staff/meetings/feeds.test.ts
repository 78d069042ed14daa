import { expect, test } from 'vitest';
import type { FeedRun } from '../../api-types';
import { everyWords, mayShrink, runWords } from './feeds';

const run = (more: Partial<FeedRun>): FeedRun => ({
  id: 1, ended_at: '2026-03-10T12:00:00Z', outcome: 'taken', error: '', rows: 0, taken: 0, added: 0, updated: 0, returned: 0,
  unchanged: 0, gone: 0, refused: 0, refusals: [], ...more,
});

test('what came of fetching a list', () => {
  expect(runWords(run({ rows: 30, added: 25, unchanged: 3, refused: 2 }))).toBe('25 added, 3 as before. 2 rows of 30 could not be taken.');
  expect(runWords(run({ outcome: 'unchanged' }))).toBe('Nothing has changed.');
  expect(runWords(run({ outcome: 'failed', error: 'The host answers 404.' }))).toBe('The host answers 404.');
});

test('how often, and when fewer may be allowed', () => {
  expect([6, 24, 48, 168].map(everyWords)).toEqual(['every 6 hours', 'every day', 'every 2 days', 'every week']);
  expect(mayShrink(run({ outcome: 'failed', error: "The file lacks 37 of the list's 40 meetings. …" }))).toBe(true);
  expect(mayShrink(run({ outcome: 'failed', error: 'The host answers 404.' }))).toBe(false);
  expect(mayShrink(undefined)).toBe(false);
});
