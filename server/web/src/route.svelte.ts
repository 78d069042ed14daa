// Where the page is, kept in the address's fragment ("#/sessions/41"), so that back, reload and a new
// tab work and the server needs no page but one.
function read(): string[] {
  return location.hash.replace(/^#\/?/, '').split('/').filter(Boolean);
}

export const route = $state({ parts: read() });

function follow(): void {
  const parts = read();
  if (parts.join('/') !== route.parts.join('/')) route.parts = parts;
}
addEventListener('hashchange', follow);

// At once, not when the browser gets to saying so: a second key is pressed on the page that is asked for.
export function go(path: string): void {
  location.hash = path;
  follow();
}
// The same page looked at otherwise: going back does not lead through it.
export function turn(path: string): void {
  location.replace(`#${path}`);
  follow();
}

// An id in the address, or null for anything else.
export function idAt(index: number): number | null {
  const id = Number(route.parts[index]);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

// A page's heading takes the focus when the page opens, so that a screen reader begins there; the
// window's title follows it.
export function opened(heading: HTMLElement): void {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}
