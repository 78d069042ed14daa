import type { Disclosure, WrittenConsent } from '../../api-types';
import { expect, test } from 'vitest';
import { paperLines, turnWords } from './paper';

const first: WrittenConsent = {
  discloser: 'Riverside', recipient: 'Judge Hale', kinds: ['attendance', 'hours'], purpose: 'Probation',
  expires_on: '2026-06-30', signed_on: '2026-01-05', signed_by: 'client',
};
const text = (c: WrittenConsent, before?: WrittenConsent) => paperLines(c, before).map((l) => `${l.changed ? '* ' : ''}${l.label}: ${l.text}`);

test('a paper is read line by line, without those it says nothing in', () => {
  expect(text(first)).toEqual([
    'Who may be told: Judge Hale', 'Who may tell: Riverside', 'What may be told: Attendance and hours', 'What for: Probation',
    'In force: through 30 Jun 2026', 'Can be revoked: at any time', 'Signed: 5 Jan 2026, by the client',
  ]);
});

test('the next paper says what is another in it, also what it no longer says', () => {
  const next: WrittenConsent = {
    ...first, kinds: ['attendance'], signed_on: '2026-03-02', signed_by: 'representative', representative: 'Mara Bell, guardian',
    criminal_justice: { revocable_when: 'final disposition' },
  };
  expect(text(next, { ...first, paper: 'Folder 12' })).toEqual([
    'Who may be told: Judge Hale', 'Who may tell: Riverside', '* What may be told: Attendance', 'What for: Probation',
    'In force: through 30 Jun 2026', '* Can be revoked: after: final disposition',
    '* Signed: 2 Mar 2026, by Mara Bell, guardian', '* Where the paper is: not said',
  ]);
  expect(paperLines(first, first).some((l) => l.changed)).toBe(false);
});

test('a draft waits for a supervisor who did not write it', () => {
  const draft = { state: 'draft', made_by: 7 } as Disclosure;
  expect(turnWords(draft, { person: 8, supervises: true })).toBe('Waits for your approval');
  expect(turnWords(draft, { person: 7, supervises: true })).toBe('Waits for a supervisor');
  expect(turnWords(draft, { person: 8, supervises: false })).toBe('Waits for a supervisor');
  expect(turnWords({ ...draft, state: 'approved' }, { person: 8, supervises: true })).toBe('To be handed out');
  expect(turnWords({ ...draft, state: 'handed_out' }, { person: 8, supervises: true })).toBe('Handed out');
});
