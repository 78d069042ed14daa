// The terms of attendance in words, and which of their versions holds when.
import type { PolicyRow, Terms } from '../../api-types';
import { addDays } from '../../time';
import { count } from '../../words';

// What is said of each term, in the order in which a session goes.
export function termLines(t: Terms): { term: string; words: string }[] {
  const minutes = (n: number) => count(n, 'minute');
  return [
    { term: 'Late', words: t.grace_minutes ? `After more than ${minutes(t.grace_minutes)}` : 'From the first minute' },
    { term: 'The door', words: t.door_closes_minutes === undefined ? 'Stays open' : `Closes ${minutes(t.door_closes_minutes)} after the start` },
    { term: 'No credit at all', words: t.no_credit_after_minutes === undefined ? 'Whoever comes late keeps what is left' : `Whoever comes more than ${minutes(t.no_credit_after_minutes)} late` },
    { term: 'Breaks', words: t.breaks.map((b) => `${minutes(b.minutes)} after ${b.after_minutes}`).join(', ') || 'None taken off' },
    { term: 'Counts at most', words: t.cap_minutes === undefined ? 'All of it' : minutes(t.cap_minutes) },
    { term: 'A “can’t come” excuses', words: t.excuse_notice_hours ? `${count(t.excuse_notice_hours, 'hour')} before the start or earlier` : 'Until the start' },
    { term: 'Where coming is mandatory', words: t.excuses_mandatory ? 'The same excuses' : 'Staff decide' },
    { term: 'Sheet closed within', words: count(t.close_within_hours, 'hour') },
    { term: 'Signed within', words: count(t.documentation_days, 'day') },
    { term: 'Signatures', words: t.co_signature ? 'Of two who lead' : 'Of one who leads' },
  ];
}

export interface Version {
  row: PolicyRow;
  until: string | null; // the last day; null: until somebody sets others
}

// One policy's versions by what they are today: each holds until the day before the next.
export function versions(rows: PolicyRow[], today: string): { now: Version | null; coming: Version[]; past: Version[] } {
  const all = [...rows]
    .sort((a, b) => a.from.localeCompare(b.from))
    .map((row, index, sorted): Version => ({ row, until: sorted[index + 1] ? addDays(sorted[index + 1]!.from, -1) : null }));
  const begun = all.filter((v) => v.row.from <= today);
  return { now: begun.at(-1) ?? null, coming: all.slice(begun.length), past: begun.slice(0, -1).reverse() };
}

// What a version from that day meets among those that are set.
export function meets(rows: PolicyRow[], from: string): { replaces: boolean; until: string | null } {
  const later = rows.map((r) => r.from).filter((day) => day > from).sort();
  return { replaces: rows.some((r) => r.from === from), until: later[0] ? addDays(later[0], -1) : null };
}
