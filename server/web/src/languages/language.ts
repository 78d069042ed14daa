// The language these pages were built in, and how a reader takes the other one. A build has one language
// (build/languages.mjs), so taking another loads the page anew; what was typed comes along.
export type Spoken = 'en' | 'es';

export const language: Spoken = import.meta.env.CIRCLED_LANGUAGE ?? 'en';
// English dates as the server's own sentences have them; Spanish ones likewise ("mar 10 mar").
export const locale = { en: 'en-GB', es: 'es' }[language];
// Each in its own words, whatever the page speaks.
export const languages: { code: Spoken; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'es', name: 'Español' },
];

const place = 'language';

// What was chosen on this device, if anything was.
export function chosen(): string | null {
  try {
    return localStorage.getItem(place);
  } catch {
    return null;
  }
}

// `keep`: on the device, or, where nothing may stay on it, in the address alone.
export function speak(next: Spoken, keep: 'device' | 'address'): void {
  if (next === language) return;
  const address = new URL(location.href);
  address.searchParams.delete(place);
  try {
    if (keep === 'device') localStorage.setItem(place, next);
    else address.searchParams.set(place, next);
  } catch {
    address.searchParams.set(place, next);
  }
  history.replaceState(typed(), '', address);
  location.reload();
}

// --- what was typed -----------------------------------------------------------------------------

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
interface Typed {
  typed: { kind: string; value: string; checked: boolean }[];
  scrolled: number;
}
// Passwords and files are never carried.
const controls = () =>
  [...document.querySelectorAll<Control>('input, textarea, select')].filter((c) => c.type !== 'password' && c.type !== 'file');

function typed(): Typed {
  return {
    typed: controls().map((c) => ({ kind: c.type, value: c.value, checked: c instanceof HTMLInputElement && c.checked })),
    scrolled: scrollY,
  };
}

// After a change of language: puts back what was typed, as soon as the page has the same fields as before.
export function restoreTyped(): void {
  const before = history.state as Partial<Typed> | null;
  if (!before?.typed) return;
  // Once: another visit to this page begins anew.
  history.replaceState(null, '');
  const same = () => {
    const now = controls();
    if (now.length !== before.typed!.length || now.some((c, n) => c.type !== before.typed![n]!.kind)) return false;
    now.forEach((control, n) => {
      const { value, checked } = before.typed![n]!;
      const box = control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio');
      if (box ? control.checked === checked : control.value === value) return;
      if (box) control.checked = checked;
      else control.value = value;
      for (const kind of ['input', 'change']) control.dispatchEvent(new Event(kind, { bubbles: true }));
    });
    scrollTo({ top: before.scrolled ?? 0, behavior: 'instant' });
    return true;
  };
  if (same()) return;
  const watch = new MutationObserver(() => same() && watch.disconnect());
  watch.observe(document.body, { childList: true, subtree: true });
  // Whoever has begun something else has moved on.
  addEventListener('keydown', () => watch.disconnect(), { once: true });
}
