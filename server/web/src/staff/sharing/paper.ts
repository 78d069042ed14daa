// What a consent's paper says, line by line, and in which lines two papers differ.
import type { Disclosure, WrittenConsent } from '../../api-types';
import { dayWords, kindsWords, revocableWords, untilWords } from '../../sharing';

export interface PaperLine {
  label: string;
  text: string;
  changed: boolean;
}

function lines(c: WrittenConsent): [string, string][] {
  return [
    ['Who may be told', c.recipient],
    ['Who may tell', c.discloser],
    ['What may be told', kindsWords(c.kinds)],
    ['What for', c.purpose],
    ['In force', untilWords(c)],
    ['Can be revoked', (c.criminal_justice && revocableWords(c.criminal_justice)) || 'at any time'],
    ['Signed', `${dayWords(c.signed_on)}, by ${c.signed_by === 'client' ? 'the client' : (c.representative ?? 'a representative')}`],
    ['Where the paper is', c.paper ?? ''],
  ];
}

// The lines of `c`; where it took the place of `before`, with what is another now. Of a line that neither says
// anything in, nothing.
export function paperLines(c: WrittenConsent, before?: WrittenConsent): PaperLine[] {
  const old = before && new Map(lines(before));
  return lines(c)
    .map(([label, text]) => ({ label, text: text || 'not said', changed: Boolean(old) && old!.get(label) !== text, silent: !text }))
    .filter((line) => !line.silent || line.changed)
    .map(({ label, text, changed }) => ({ label, text, changed }));
}

export const turnTone = { draft: 'warn', approved: 'info', handed_out: 'good' } as const;
export const turnIcon = { draft: 'clock', approved: 'out', handed_out: 'check' } as const;
// Whose turn it is with a report, as the one who looks at it sees it.
export function turnWords(d: Disclosure, me: { person: number; supervises: boolean }): string {
  if (d.state === 'handed_out') return 'Handed out';
  if (d.state === 'approved') return 'To be handed out';
  return me.supervises && d.made_by !== me.person ? 'Waits for your approval' : 'Waits for a supervisor';
}
