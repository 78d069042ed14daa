// The time as the server has it. A device's clock can be wrong by hours, and what is shown as "today" or "2 hours
// ago" must not be: every answer says what time it is, and from then on the device's clock is read with that much
// added.
let ahead = 0; // what to add to the device's clock, in milliseconds
let last = -Infinity; // the server's time when it was last heard
let unsure = false;

// An answer's time is told in whole seconds and is old by its way here: nearer than this a clock is right.
const near = 10_000;

export const now = (): number => Date.now() + ahead;

// `date` is an answer's Date, or an instant; what cannot be read changes nothing.
export function heard(date: string | null): void {
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return;
  const off = at - Date.now();
  ahead = Math.abs(off) < near ? 0 : off;
  last = at;
  unsure = false;
}

// What is kept for a start without a connection: the server's time, and what the device's clock said then.
export interface Heard {
  server: number;
  device: number;
}
export const lastHeard = (): Heard | null => (last === -Infinity ? null : { server: last, device: last - ahead });

// Goes on from what was kept. A clock that has gone back since was set anew, and nobody can say by how much: then
// it is as late as it was, and no age can be told.
export function goOn(kept: Heard): void {
  if (last !== -Infinity) return;
  ahead = kept.server - kept.device;
  if (now() >= kept.server - near) return;
  unsure = true;
  ahead = kept.server - Date.now();
}
// The same, or null when it is not known.
export const surely = (): number | null => (unsure ? null : now());

// For tests.
export function forget(): void {
  [ahead, last, unsure] = [0, -Infinity, false];
}
