// The time as the server has it. A device's clock can be wrong by hours, and what is shown as "today" or "2 hours
// ago" must not be: every answer says what time it is, and from then on the device's clock is read with that much
// added.
let ahead = 0; // what to add to the device's clock, in milliseconds
let last: Heard | null = null;
let unsure = false;
const shown = new Set<() => void>(); // whoever shows the time

// An answer's time is told in whole seconds and is old by its way here: nearer than this a clock is right.
const near = 10_000;

export const now = (): number => Date.now() + ahead;

// `look` is called when the time turns out to be another one than it was taken for, by more than an answer's way
// here. Answers what ends that.
export function whenSet(look: () => void): () => void {
  shown.add(look);
  return () => void shown.delete(look);
}
function set(by: number, sure: boolean): void {
  const other = Math.abs(by - ahead) >= near || unsure === sure;
  [ahead, unsure] = [by, !sure];
  if (other) for (const look of shown) look();
}

// `date` is an answer's Date, or an instant; what cannot be read changes nothing.
export function heard(date: string | null): void {
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return;
  const off = at - Date.now();
  set(Math.abs(off) < near ? 0 : off, true);
  last = { server: at, device: at - ahead };
}

// What is kept for a start without a connection: the server's time, and what the device's clock said then.
export interface Heard {
  server: number;
  device: number;
}
export const lastHeard = (): Heard | null => last;

// Goes on from what was kept. A clock that has gone back since was set anew, and nobody can say by how much: then
// it is as late as it was, and no age can be told.
export function goOn(kept: Heard): void {
  if (last) return;
  last = kept;
  const by = kept.server - kept.device;
  const sure = Date.now() + by >= kept.server - near;
  set(sure ? by : kept.server - Date.now(), sure);
}
// The same, or null when it is not known.
export const surely = (): number | null => (unsure ? null : now());

// For tests.
export function forget(): void {
  [ahead, last, unsure] = [0, null, false];
}
