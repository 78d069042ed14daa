// What is typed, tapped or scanned at the kiosk, and what comes of it. Nothing of it outlives a visit: it is
// in no storage, no address and no field that a browser would fill in.

export const numberDigits = 8;
export const pinDigits = 4;

// The digit that follows these, by ISO/IEC 7064, MOD 11,10; the server's rule, so that a slip of the finger is
// told before the PIN is asked for.
export function checkDigit(digits: string): string {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10;
    product = ((sum || 10) * 2) % 11;
  }
  return String((11 - product) % 10);
}

// The card's number in what was typed or scanned; null when it is none.
export function readNumber(typed: string): string | null {
  const number = typed.replace(/[\s-]/g, '');
  if (!/^\d{8}$/.test(number)) return null;
  return checkDigit(number.slice(0, -1)) === number.at(-1) ? number : null;
}

export type Step = 'number' | 'pin';
export interface Entry {
  step: Step;
  typed: string; // of this step; with whatever a scanner sent, up to 64 characters
  number: string; // once it is complete
  complaint: '' | 'not_a_card' | 'short_pin';
}
export const blank: Entry = { step: 'number', typed: '', number: '', complaint: '' };

// `ready`: number and PIN are complete, and can be sent.
export interface Pressed {
  entry: Entry;
  ready?: { number: string; pin: string };
}

// One key: a character, 'Backspace' or 'Enter'. A tapped digit that completes a number or a PIN needs no
// Enter; what is typed does, for a scanner sends one, and the rest of a longer code must not become a PIN.
export function press(entry: Entry, key: string, tapped: boolean): Pressed {
  if (key === 'Backspace') return { entry: { ...entry, typed: entry.typed.slice(0, -1), complaint: '' } };
  if (key === 'Enter') return enter(entry);
  if (key.length !== 1) return { entry };
  if (entry.step === 'pin' && (!/\d/.test(key) || entry.typed.length >= pinDigits)) return { entry };
  if (tapped && entry.step === 'number' && entry.typed.length >= numberDigits) return { entry };
  const next: Entry = { ...entry, typed: (entry.typed + key).slice(0, 64), complaint: '' };
  const complete = next.typed.length === (entry.step === 'number' ? numberDigits : pinDigits);
  return tapped && complete ? enter(next) : { entry: next };
}

function enter(entry: Entry): Pressed {
  if (!entry.typed) return { entry };
  if (entry.step === 'number') {
    const number = readNumber(entry.typed);
    if (!number) return { entry: { ...blank, complaint: 'not_a_card' } };
    return { entry: { step: 'pin', typed: '', number, complaint: '' } };
  }
  if (entry.typed.length < pinDigits) return { entry: { ...entry, complaint: 'short_pin' } };
  return { entry: blank, ready: { number: entry.number, pin: entry.typed } };
}

// What the display shows of a number: its digits only, four and four.
export function shownDigits(typed: string): string[] {
  const digits = typed.replace(/\D/g, '').slice(0, numberDigits);
  return Array.from({ length: numberDigits }, (_, i) => digits[i] ?? '');
}
