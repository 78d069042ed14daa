// How a list that is fetched by itself fares, in words.
import type { FeedRun } from '../../api-types';
import { count } from '../../words';

export function runWords(run: FeedRun): string {
  if (run.outcome === 'failed') return run.error;
  if (run.outcome === 'unchanged') return 'Nothing has changed.';
  const parts = [
    run.added && `${run.added} added`, run.updated && `${run.updated} changed`, run.returned && `${run.returned} came back`,
    run.gone && `${run.gone} gone`, run.unchanged && `${run.unchanged} as before`,
  ].filter(Boolean);
  const refused = run.refused ? ` ${count(run.refused, 'row')} of ${run.rows} could not be taken.` : '';
  return `${parts.join(', ') || 'Nothing in it'}.${refused}`;
}
export const everyWords = (hours: number): string =>
  hours === 24 ? 'every day' : hours === 168 ? 'every week' : hours % 24 === 0 ? `every ${hours / 24} days` : `every ${count(hours, 'hour')}`;
// A list that lost more than half of its meetings is taken only when somebody says so.
export const mayShrink = (run: FeedRun | undefined): boolean => run?.outcome === 'failed' && run.error.startsWith('The file lacks ');
