import { describe, expect, it } from 'vitest';
import type { Sheet, SheetLine } from '../api-types';
import { type LocalMarks, allPresent, changedElsewhere, problemsOf, rebase, shown, stateWords, toMarks, typed, unmarked } from './sheet';

// 18:00–19:30 in New York on 2026-03-10 (UTC-4).
const line = (client: number, more: Partial<SheetLine> = {}): SheetLine => ({
  client, preferred_name: `C${client}`, family_name: '', answer: 'none', verdict: 'expected', stays: [],
  late_minutes: 0, left_early_minutes: 0, credited_minutes: 0, ...more,
} as SheetLine);
const sheet = (lines: SheetLine[], more: Partial<Sheet> = {}): Sheet => ({
  session: 41, version: 3, title: 'Coping skills', starts_at: '2026-03-10T22:00:00Z', ends_at: '2026-03-10T23:30:00Z',
  zone: 'America/New_York', closed: false, lines, ...more,
} as Sheet);

describe('all present', () => {
  it('marks who is expected, and leaves marks and those who said they can’t come', () => {
    const s = sheet([line(1), line(2, { answer: 'cant_come' }), line(3, { verdict: 'excused' }), line(4)]);
    const marks = allPresent(s, { 4: { verdict: 'turned_away', stays: [], over: s.lines[3]! } });
    expect(Object.entries(marks).map(([id, m]) => [id, m.verdict])).toEqual([['1', 'attended'], ['4', 'turned_away']]);
    expect(unmarked(s, marks).map((l) => l.client)).toEqual([2]);
  });
});

describe('times typed into a sheet', () => {
  const marksOf = (s: Sheet, stays: { arrived: string; departed: string }[]): LocalMarks => ({
    [s.lines[0]!.client]: { verdict: 'attended', stays, over: s.lines[0]! },
  });
  it('become instants of the session’s day; what is empty is the start and the end', () => {
    const s = sheet([line(1)]);
    expect(toMarks(s, marksOf(s, [{ arrived: '18:12', departed: '' }])).marks).toEqual([
      { client: 1, verdict: 'attended', stays: [{ arrived_at: '2026-03-10T22:12:00Z' }] },
    ]);
    expect(toMarks(s, marksOf(s, [{ arrived: '', departed: '1840' }])).marks[0]!.stays).toEqual([
      { arrived_at: '2026-03-10T22:00:00Z', departed_at: '2026-03-10T22:40:00Z' },
    ]);
    expect(toMarks(s, marksOf(s, [])).marks).toEqual([{ client: 1, verdict: 'attended' }]);
  });
  it('take two stays', () => {
    const s = sheet([line(1)]);
    const { marks, problems } = toMarks(s, marksOf(s, [{ arrived: '', departed: '18:30' }, { arrived: '18:50', departed: '' }]));
    expect(problems).toEqual([]);
    expect(marks[0]!.stays).toEqual([
      { arrived_at: '2026-03-10T22:00:00Z', departed_at: '2026-03-10T22:30:00Z' },
      { arrived_at: '2026-03-10T22:50:00Z' },
    ]);
  });
  it('find the day after in a session past midnight', () => {
    // 23:30–00:30
    const s = sheet([line(1)], { starts_at: '2026-03-11T03:30:00Z', ends_at: '2026-03-11T04:30:00Z' });
    expect(toMarks(s, marksOf(s, [{ arrived: '23:40', departed: '00:10' }])).marks[0]!.stays).toEqual([
      { arrived_at: '2026-03-11T03:40:00Z', departed_at: '2026-03-11T04:10:00Z' },
    ]);
  });
  it.each([
    [[{ arrived: 'soon', departed: '' }], 0, 'arrived', 'A time such as 18:12'],
    [[{ arrived: '', departed: '7x' }], 0, 'departed', 'A time such as 18:40'],
    [[{ arrived: '18:40', departed: '18:12' }], 0, 'departed', 'This is not after the arrival'],
    [[{ arrived: '', departed: '18:40' }, { arrived: '18:30', departed: '' }], 1, 'arrived', 'This is before they left the first time'],
    [[{ arrived: '', departed: '' }, { arrived: '18:30', departed: '' }], 0, 'departed', 'When did they leave?'],
    [[{ arrived: '', departed: '18:20' }, { arrived: '', departed: '' }], 1, 'arrived', 'When did they come back?'],
  ] as const)('say what is wrong with %j', (stays, stay, field, message) => {
    const s = sheet([line(1)]);
    expect(toMarks(s, marksOf(s, stays.map((x) => ({ ...x })))).problems).toContainEqual({ client: 1, stay, field, message });
  });
  it('are written back as wall times, the whole session as nothing', () => {
    const s = sheet([]);
    expect(typed([{ arrived_at: s.starts_at, departed_at: s.ends_at }], s)).toEqual([]);
    expect(typed([{ arrived_at: '2026-03-10T22:12:00Z', departed_at: s.ends_at }], s)).toEqual([{ arrived: '18:12', departed: '' }]);
    expect(typed([{ arrived_at: s.starts_at, departed_at: '2026-03-10T22:40:00Z' }], s)).toEqual([{ arrived: '', departed: '18:40' }]);
  });
});

it('sends why somebody is excused, and of nobody who attended', () => {
  const s = sheet([line(1), line(2), line(3)]);
  const because = (verdict: 'excused' | 'attended' | 'turned_away', reason: string, index: number) =>
    ({ verdict, stays: [], reason, over: s.lines[index]! });
  expect(toMarks(s, { 1: because('excused', ' At work ', 0), 2: because('attended', 'x', 1), 3: because('turned_away', ' ', 2) }).marks)
    .toEqual([{ client: 1, verdict: 'excused', reason: 'At work' }, { client: 2, verdict: 'attended' }, { client: 3, verdict: 'turned_away' }]);
});

it('keeps a mark whose reason alone is new', () => {
  const s = sheet([line(1, { verdict: 'excused' })]);
  expect(Object.keys(rebase({ 1: { verdict: 'excused', stays: [], reason: 'At work', over: s.lines[0]! } }, s))).toEqual(['1']);
  expect(rebase({ 1: { verdict: 'excused', stays: [], over: s.lines[0]! } }, s)).toEqual({});
});

it('says a line of the history in words', () => {
  expect(stateWords(undefined)).toBe('not on the sheet');
  expect(stateWords({ verdict: 'attended', stays: [], reason: '', credited_minutes: 78 })).toBe('Attended, 78 min');
  expect(stateWords({ verdict: 'excused', stays: [], reason: 'At work' })).toBe('Excused (At work)');
});

it('puts the server’s complaints at the person and the time', () => {
  const sent = [{ client: 7, verdict: 'excused' as const }, { client: 8, verdict: 'attended' as const }];
  const message = 'Nobody has left at a time yet to come.';
  expect(problemsOf([{ pointer: '/marks/1/stays/1/departed_at', code: 'in_the_future', message }], sent)).toEqual([
    { client: 8, stay: 1, field: 'departed', message },
  ]);
  expect(problemsOf([{ pointer: '/marks/0/client', code: 'not_on_the_sheet', message }], sent)).toEqual([
    { client: 7, stay: 0, field: 'arrived', message },
  ]);
  expect(problemsOf([{ pointer: '/other', code: 'x', message }], sent)).toEqual([]);
});

describe('a sheet that changed elsewhere', () => {
  const before = sheet([line(1), line(2)]);
  const marks: LocalMarks = {
    1: { verdict: 'unexcused', stays: [], over: before.lines[0]! },
    2: { verdict: 'attended', stays: [], over: before.lines[1]! },
  };
  it('keeps marks, and names those whose line moved underneath', () => {
    const now = sheet([line(1, { verdict: 'excused' }), line(2)], { version: 4 });
    const kept = rebase(marks, now);
    expect(Object.keys(kept)).toEqual(['1', '2']);
    expect(shown(now.lines[0]!, kept, now).verdict).toBe('unexcused');
    expect(changedElsewhere(now.lines[0]!, kept[1])).toBe('Meanwhile marked elsewhere: Excused.');
    expect(changedElsewhere(now.lines[1]!, kept[2])).toBe('');
  });
  it('is done with marks that it says by now, and with people who left it', () => {
    const now = sheet([line(2, { verdict: 'attended', stays: [{ arrived_at: before.starts_at, departed_at: before.ends_at }] })]);
    expect(rebase(marks, now)).toEqual({});
  });
  it('does not call an answer a mark', () => {
    const now = sheet([line(1, { answer: 'confirmed' }), line(2)]);
    expect(changedElsewhere(now.lines[0]!, marks[1])).toBe('');
  });
});
