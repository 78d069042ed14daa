// Where the app keeps something on the device: records by name, in one IndexedDB. Every record belongs to an
// epoch, which ends when all is erased or sealed anew: a tab that has not heard of it yet writes nothing into the
// next one.
export interface Shelf {
  all(): Promise<{ epoch: number; records: Map<string, unknown> }>;
  // Puts records (undefined takes one away), all or none; false when their epoch is over.
  write(epoch: number, changes: [string, unknown][]): Promise<boolean>;
  // Takes everything away, puts these, and begins the next epoch, whose number it answers; null, and nothing is
  // changed, where `fits` does not hold for the names that are there.
  renew(records: [string, unknown][], fits?: (names: string[]) => boolean): Promise<number | null>;
  // Makes one record of itself, between two of which nothing comes.
  change<V>(name: string, make: (record: V | undefined) => V | undefined): Promise<V | undefined>;
}

const done = <V>(request: IDBRequest<V>): Promise<V> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const ended = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });

// No record's name. @as-is
const epochIs = ' epoch';
const store = 'kept';

class OnDevice implements Shelf {
  constructor(private readonly db: IDBDatabase) {}

  private begin(mode: IDBTransactionMode): [IDBObjectStore, Promise<void>] {
    const transaction = this.db.transaction(store, mode);
    return [transaction.objectStore(store), ended(transaction)];
  }
  async all() {
    const [records] = this.begin('readonly');
    const [names, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())]);
    const found = new Map<string, unknown>(names.map((name, i) => [String(name), values[i]]));
    const epoch = Number(found.get(epochIs) ?? 0);
    found.delete(epochIs);
    return { epoch, records: found };
  }
  async write(epoch: number, changes: [string, unknown][]) {
    const [records, end] = this.begin('readwrite');
    const now = Number((await done(records.get(epochIs))) ?? 0);
    if (now === epoch)
      for (const [name, record] of changes) {
        if (record === undefined) records.delete(name);
        else records.put(record, name);
      }
    await end;
    return now === epoch;
  }
  async renew(renewed: [string, unknown][], fits?: (names: string[]) => boolean) {
    const [records, end] = this.begin('readwrite');
    if (fits && !fits((await done(records.getAllKeys())).map(String))) return null;
    const epoch = Number((await done(records.get(epochIs))) ?? 0) + 1;
    records.clear();
    records.put(epoch, epochIs);
    for (const [name, record] of renewed) records.put(record, name);
    await end;
    return epoch;
  }
  async change<V>(name: string, make: (record: V | undefined) => V | undefined) {
    const [records, end] = this.begin('readwrite');
    const made = make((await done(records.get(name))) as V | undefined);
    if (made === undefined) records.delete(name);
    else records.put(made, name);
    await end;
    return made;
  }
}

// A browser that keeps nothing: the same, for as long as the page is open.
export class InPage implements Shelf {
  private epoch = 0;
  private records = new Map<string, unknown>();

  async all() {
    return { epoch: this.epoch, records: new Map(this.records) };
  }
  async write(epoch: number, changes: [string, unknown][]) {
    if (epoch !== this.epoch) return false;
    for (const [name, record] of changes) {
      if (record === undefined) this.records.delete(name);
      else this.records.set(name, record);
    }
    return true;
  }
  async renew(records: [string, unknown][], fits?: (names: string[]) => boolean) {
    if (fits && !fits([...this.records.keys()])) return null;
    this.records = new Map(records);
    return ++this.epoch;
  }
  async change<V>(name: string, make: (record: V | undefined) => V | undefined) {
    const made = make(this.records.get(name) as V | undefined);
    if (made === undefined) this.records.delete(name);
    else this.records.set(name, made);
    return made;
  }
}

export async function openShelf(): Promise<Shelf> {
  try {
    const request = indexedDB.open('my-week', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    return new OnDevice(await done(request));
  } catch {
    return new InPage();
  }
}
