// What a key does in the calendar. Letters alone, so that no combination of the browser's is in the way, and
// none while something is typed, chosen or asked; whoever speaks to their machine can turn them off.
export type Asks = 'before' | 'after' | 'today' | 'new' | 'find' | 'day' | 'week' | 'list' | 'keys';

export const keys: { key: string; asks: Asks; shown: string; does: string }[] = [
  { key: 'ArrowLeft', asks: 'before', shown: '←', does: 'The day before; in a week, the week before' },
  { key: 'ArrowRight', asks: 'after', shown: '→', does: 'The day after; in a week, the week after' },
  { key: 't', asks: 'today', shown: 'T', does: 'Back to today' },
  { key: 'n', asks: 'new', shown: 'N', does: 'Book a session' },
  { key: 'f', asks: 'find', shown: 'F', does: 'Find a time' },
  { key: 'd', asks: 'day', shown: 'D', does: 'Show one day' },
  { key: 'w', asks: 'week', shown: 'W', does: 'Show a week' },
  { key: 'l', asks: 'list', shown: 'L', does: 'Show the week as a list' },
  { key: '?', asks: 'keys', shown: '?', does: 'These keys' },
];

interface Pressed {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  defaultPrevented: boolean;
  isComposing: boolean;
}
// `busy`: the key belongs to a field, a choice or a dialog.
export function askedBy(pressed: Pressed, busy: boolean): Asks | null {
  if (busy || pressed.ctrlKey || pressed.altKey || pressed.metaKey || pressed.defaultPrevented || pressed.isComposing) return null;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  return keys.find((k) => k.key === key)?.asks ?? null;
}
export const belongsToAField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, select, textarea, dialog, [contenteditable], [role=combobox], [role=listbox]') !== null;

// Whether they are on is remembered by this browser.
const off = 'calendar-keys-off';
export function keysOn(): boolean {
  try {
    return localStorage.getItem(off) === null;
  } catch {
    return true;
  }
}
export function turnKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(off);
    else localStorage.setItem(off, '1');
  } catch {
    // Private windows keep nothing: then it holds until the page is closed.
  }
}
