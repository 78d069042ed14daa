// All that the app keeps on the device: what the server last answered, what was typed and not sent, and answers
// that wait for a connection. With a PIN it is sealed, and there is nothing of it in this page until the PIN has
// been said. Whatever ends the sign-in erases it.
import * as clock from '../clock';
import { coalesce } from '../coalesce';
import { type Sealed, keyOf, open, rounds, seal } from './seal';
import type { Shelf } from './shelf';

export const pinTries = 5;
export const isPin = (typed: string): boolean => /^\d{4,8}$/.test(typed);

export interface Copy {
  body: unknown;
  at: number; // when the server said it, by the server's clock
}
interface Kept {
  copies: [string, Copy][];
  heard: clock.Heard | null;
}
interface PinRecord {
  salt: Uint8Array<ArrayBuffer>;
  rounds: number;
  check: Sealed; // opens with the right key, and with no other
  wrong: number; // tries since the last right one
}
type Typed = Record<string, unknown>;

const say = 'say/';
const named = (id: string): string => say + id;

export type Unlocked = { ok: true } | { ok: false; left: number };

export class Device {
  locked = false;
  hasPin = false;
  // Nothing is written for nobody: what comes late, after the end of a sign-in, is not kept.
  belongs = false;
  readonly copies = new Map<string, Copy>();
  private typed: Typed = {};
  private key: CryptoKey | null = null;
  private epoch = 0;
  private readonly writing = new Set<Promise<void>>();

  // `outdated`: another tab has erased or sealed anew; whoever is told reads everything again.
  constructor(
    private readonly shelf: Shelf,
    private readonly outdated: () => void = () => {},
    private readonly times = rounds,
  ) {}

  // Reads what is there. Locked when a PIN stands before it.
  async load(): Promise<void> {
    const { epoch, records } = await this.shelf.all();
    this.epoch = epoch;
    this.hasPin = records.has('pin');
    this.locked = this.hasPin && !this.key;
    this.belongs = records.has('state');
    this.copies.clear();
    if (!this.locked) await this.read(records);
  }
  // From now on somebody is signed in here.
  begin(): void {
    this.belongs = true;
    this.track(this.save());
    this.track(this.saveTyped());
  }
  // Another tab has erased everything or sealed it anew.
  async loadAnew(): Promise<void> {
    this.key = null;
    await this.load();
  }
  private async read(records: Map<string, unknown>): Promise<void> {
    const kept = records.has('state') ? ((await open(this.key, records.get('state') as Sealed)) as Kept | undefined) : undefined;
    for (const [path, copy] of kept?.copies ?? []) this.copies.set(path, copy);
    if (kept?.heard) clock.goOn(kept.heard);
    const typed = records.has('typed') ? await open(this.key, records.get('typed') as Sealed) : undefined;
    if (typed) this.typed = typed as Typed;
  }

  // --- what the server answered -----------------------------------------------------------------

  keep(path: string, copy: Copy): void {
    if (this.locked) return;
    this.copies.set(path, copy);
    this.track(this.save());
  }
  private readonly save = coalesce(() => this.write('state', () => this.state()));
  private state(): Kept {
    return { copies: [...this.copies], heard: clock.lastHeard() };
  }

  // Seals what `value` is right now; nothing when the device was locked meanwhile.
  private async write(name: string, value: () => unknown): Promise<void> {
    if (this.locked || !this.belongs) return;
    const { epoch } = this;
    const sealed = value();
    const record = sealed === undefined ? undefined : await seal(this.key, sealed);
    if (!(await this.shelf.write(epoch, [[name, record]])) && epoch === this.epoch) this.outdated();
  }

  // Everything that was to be kept is on the device.
  async written(): Promise<void> {
    while (this.writing.size) await Promise.all(this.writing);
  }
  private track(work: Promise<void>): void {
    this.writing.add(work);
    void work.finally(() => this.writing.delete(work));
  }

  // --- what was typed and not sent --------------------------------------------------------------

  typedIn(form: string): unknown {
    return this.typed[form];
  }
  keepTyped(form: string, typed: unknown): void {
    if (typed === undefined) delete this.typed[form];
    else this.typed[form] = typed;
    this.track(this.saveTyped());
  }
  private readonly saveTyped = coalesce(() => this.write('typed', () => (Object.keys(this.typed).length ? this.typed : undefined)));

  // --- what is to be said -----------------------------------------------------------------------

  async waiting<S>(): Promise<S[]> {
    if (this.locked) return [];
    const { records } = await this.shelf.all();
    const found = await Promise.all([...records].filter(([name]) => name.startsWith(say)).map(([, record]) => open(this.key, record as Sealed)));
    return found.filter((s) => s !== undefined) as S[];
  }
  wait(id: string, saying: unknown): Promise<void> {
    return this.write(named(id), () => saying);
  }
  said(id: string): Promise<void> {
    return this.write(named(id), () => undefined);
  }

  // --- the PIN ----------------------------------------------------------------------------------

  // Seals everything that is kept with a PIN; null takes the PIN away.
  async setPin(pin: string | null): Promise<void> {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const key = pin === null ? null : await keyOf(pin, salt, this.times);
    let epoch: number | null = null;
    // Another tab may have put something there meanwhile, which must not be lost.
    while (epoch === null) {
      const waiting = await this.waiting<{ id: string }>();
      const renewed: [string, unknown][] = [];
      for (const saying of waiting) renewed.push([named(saying.id), await seal(key, saying)]);
      const names = new Set(renewed.map(([name]) => name));
      if (key) renewed.push(['pin', { salt, rounds: this.times, check: await seal(key, 'right'), wrong: 0 } satisfies PinRecord]);
      renewed.push(['state', await seal(key, this.state())]);
      if (Object.keys(this.typed).length) renewed.push(['typed', await seal(key, this.typed)]);
      epoch = await this.shelf.renew(renewed, (there) => there.every((name) => !name.startsWith(say) || names.has(name)));
    }
    this.epoch = epoch;
    this.key = key;
    this.hasPin = key !== null;
  }

  // A try counts before it is looked at, so that none is gained by closing the page. None left: the device is to
  // be signed out.
  async unlock(pin: string): Promise<Unlocked> {
    const record = await this.shelf.change<PinRecord>('pin', (r) => r && { ...r, wrong: r.wrong + 1 });
    if (!record) {
      await this.load();
      return { ok: true };
    }
    if (record.wrong > pinTries) return { ok: false, left: 0 };
    const key = await keyOf(pin, record.salt, record.rounds);
    if ((await open(key, record.check)) !== 'right') return { ok: false, left: pinTries - record.wrong };
    await this.shelf.change<PinRecord>('pin', (r) => r && { ...r, wrong: 0 });
    this.key = key;
    await this.load();
    return { ok: true };
  }
  // How many tries there still are.
  async left(): Promise<number> {
    const { records } = await this.shelf.all();
    return Math.max(0, pinTries - ((records.get('pin') as PinRecord | undefined)?.wrong ?? 0));
  }
  lock(): void {
    if (!this.hasPin) return;
    this.locked = true;
    this.key = null;
    this.copies.clear();
    this.typed = {};
  }

  // --- the end ----------------------------------------------------------------------------------

  // Nothing is left on the device. What was typed stays in this page, for whoever lets the same person in again;
  // `typedToo` when that is not to be.
  async erase(typedToo: boolean): Promise<void> {
    this.key = null;
    this.locked = this.hasPin = this.belongs = false;
    this.copies.clear();
    if (typedToo) this.typed = {};
    this.epoch = (await this.shelf.renew([]))!;
  }
}
