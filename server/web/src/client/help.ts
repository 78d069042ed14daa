// The numbers that help when nobody here does. They are kept on the device: a page that was never connected
// shows the usual ones, and one that was shows what it last heard, without a connection and without signing in.
import type { HelpNumbers } from '../api-types';

export type Numbers = Omit<HelpNumbers, 'site'>;

export const usual: Numbers = {
  emergency_number: '911', crisis_line: '988', helpline: '', helpline_who: '', helpline_hours: '', helpline_cost: 'unknown',
};
const place = 'my-week.numbers';

// Never empty, whatever stands there.
export function kept(storage: Pick<Storage, 'getItem'>): Numbers[] {
  try {
    const found: unknown = JSON.parse(storage.getItem(place) ?? '');
    if (Array.isArray(found) && found.length && found.every((n) => typeof n?.emergency_number === 'string' && typeof n?.crisis_line === 'string'))
      return found.map((n) => ({ ...usual, ...n }));
  } catch {
    // Nothing was kept, or something else.
  }
  return [usual];
}
export function keep(storage: Pick<Storage, 'setItem'>, numbers: Numbers[]): void {
  try {
    if (numbers.length) storage.setItem(place, JSON.stringify(numbers));
  } catch {
    // A device that keeps nothing asks again.
  }
}

export interface Line {
  label: string;
  number: string;
  about: string;
}

// What telephones take.
export const tel = (number: string): string => `tel:${number.replace(/[^\d+*#]/g, '')}`;

const sentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);
export function about(n: Numbers): string {
  const cost = { unknown: '', free: 'The call is free.', charged: 'The call costs something.' }[n.helpline_cost];
  return [n.helpline_who && sentence(n.helpline_who), n.helpline_hours && sentence(n.helpline_hours), cost].filter(Boolean).join(' ');
}

// Each number once: several sites mostly share the first two.
export function lines(all: Numbers[]): Line[] {
  const found: Line[] = [];
  const add = (label: string, number: string, words: string) => {
    if (number && !found.some((line) => line.label === label && line.number === number)) found.push({ label, number, about: words });
  };
  for (const n of all) add('Emergency', n.emergency_number, 'When somebody is in danger.');
  for (const n of all) add('Crisis line', n.crisis_line, 'Somebody to talk to, day and night.');
  for (const n of all) add('Helpline', n.helpline, about(n));
  return found;
}
