import { expect, test } from 'vitest';
import type { AuditEntry } from '../../api-types';
import { sentence, sentences, sorts } from './audit-words';

// What the server writes into the trail: the first word with a dot in a call that does.
const sources = import.meta.glob<string>('../../../../*/*.cpp', { query: '?raw', import: 'default', eager: true });
function written(): Set<string> {
  const found = new Set<string>();
  for (const source of Object.values(sources))
    for (const call of source.matchAll(/\b(?:audit|audit_view|record_view|view<[^(;]*>)\s*\(([^;]*?)"([a-z_]+\.[a-z_]+)"/g)) found.add(call[2]!);
  return found;
}

test('each action that the server writes has a sentence', () => {
  const actions = [...written()].sort();
  expect(actions.length).toBeGreaterThan(100);
  expect(actions.filter((action) => !(action in sentences))).toEqual([]);
  for (const { action } of sorts) expect(sentences).toHaveProperty([action]);
});

const entry = (over: Partial<AuditEntry>): AuditEntry => ({
  id: 1, at: '2026-03-10T12:00:00Z', account: 3, account_name: 'Nora Lindqvist', action: 'client.view_attendance', subject_kind: 'client',
  subject: 9, subject_name: 'Ana Ruiz', detail: {}, request_id: 'r', ...over,
});

test('an entry is a sentence', () => {
  expect(sentence(entry({}))).toBe('Nora Lindqvist read Ana Ruiz’s attendance');
  expect(sentence(entry({ action: 'session.book', subject_kind: 'session', subject_name: undefined }))).toBe('Nora Lindqvist booked a session');
  expect(sentence(entry({ account: undefined, account_name: undefined, action: 'task.open' }))).toBe('The server opened a task about Ana Ruiz');
  expect(sentence(entry({ subject_name: 'Ana ', action: 'client.view' }))).toBe('Nora Lindqvist opened Ana’s record');
  expect(sentence(entry({ action: 'moon.land' }))).toBe('Nora Lindqvist: moon.land');
});
