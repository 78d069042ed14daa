// What a person has said, on its way to the server. It is kept on the device before it is sent and until the
// server has answered, under one key, so that it is said once: after a cut in the middle, after the app was closed,
// and with two tabs open. What the server refuses stays until it has been read.
import type { NewSelfCheck } from '../api-types';
import type { Answer } from '../api';
import type { Refusal } from '../problem';

export type Reply = 'confirm' | 'running_late' | 'cant_come';

// The thing of which something is said, as the page shows it at that moment.
interface About {
  about: string; // "session-41", "went-7", "offer-3", "self-check": of each one saying waits, the last
  title: string;
  starts_at?: string;
  zone?: string;
}
export type What = About &
  (
    | { say: 'reply'; session: number; reply: Reply }
    | { say: 'reply_to_reminder'; reminder: number; reply: Reply }
    | { say: 'went'; occurrence: number; went: 'yes' | 'no' }
    | { say: 'offer'; entry: number; take: boolean }
    | { say: 'self_check'; said: NewSelfCheck }
  );
export type Saying = What & {
  id: string; // its idempotency key
  at: number; // by the server's clock
  waited?: boolean; // there was no connection
  tried?: boolean; // it was sent, and no answer came
  refused?: string; // why it was not taken
};

export interface Records {
  waiting(): Promise<Saying[]>;
  wait(id: string, saying: Saying): Promise<void>;
  said(id: string): Promise<void>;
}
export interface Ways {
  send(saying: Saying): Promise<Answer<unknown>>;
  // Why what was said then is out of date now, or null. For what has waited.
  objection(saying: Saying): Promise<Answer<string | null>>;
  // It was taken: what is shown is fetched before it no longer stands here.
  taken(saying: Saying, data: unknown): Promise<void>;
  // What waits and what was refused, in the order in which it was said.
  show(sayings: Saying[]): void;
  // Only one tab at a time.
  alone<V>(work: () => Promise<V>): Promise<V>;
  key(): string;
  now(): number;
}

// No answer, or one that says to come again: the same will be sent later. That nobody is signed in ends the whole
// page, and is no word on this.
const again = ({ status }: Refusal): boolean => status === 0 || status === 401 || status === 429 || status >= 500;

// The server remembers a key for a day. What may have reached it before then is not sent another time.
const remembered = 23 * 3_600_000;
export const unknown = 'It was sent, and no answer came within a day. It is not known whether it arrived.';

export const inOrder = (sayings: Saying[]): Saying[] => [...sayings].sort((a, b) => a.at - b.at || a.id.localeCompare(b.id));

export class Queue {
  constructor(
    private readonly records: Records,
    private readonly ways: Ways,
  ) {}

  async look(): Promise<void> {
    this.ways.show(inOrder(await this.records.waiting()));
  }

  // Kept first, then sent. `connected`: the refusal, if there is one, is for the page that asked. Else it waits, and
  // whatever becomes of it is shown where it waits.
  async say(what: What, connected: boolean): Promise<Refusal | null> {
    const saying: Saying = { ...what, id: this.ways.key(), at: this.ways.now(), ...(connected ? {} : { waited: true }) };
    const before = (await this.records.waiting()).filter((s) => s.about === what.about);
    await this.records.wait(saying.id, saying);
    for (const s of before) await this.records.said(s.id);
    if (!connected) {
      await this.look();
      void this.flush();
      return null;
    }
    return this.flush(saying.id);
  }

  // One after the other, until one gets no answer. Answers the refusal of `mine`, which then is not kept.
  flush(mine?: string): Promise<Refusal | null> {
    return this.ways.alone(async () => {
      let refusal: Refusal | null = null;
      for (const saying of inOrder(await this.records.waiting())) {
        if (saying.refused !== undefined) continue;
        const refused = await this.attempt(saying);
        if (refused === 'later') break;
        if (refused && saying.id === mine) {
          refusal = refused;
          await this.records.said(saying.id);
        } else if (refused) await this.records.wait(saying.id, { ...saying, refused: refused.detail });
      }
      await this.look();
      return refusal;
    });
  }
  private async attempt(saying: Saying): Promise<Refusal | 'later' | null> {
    const refuse = (detail: string): Refusal => ({ code: 'out_of_date', status: 409, detail, fields: [], conflicts: [] });
    if (saying.waited) {
      if (this.ways.now() - saying.at > remembered && saying.say === 'self_check' && saying.tried) return refuse(unknown);
      const objection = await this.ways.objection(saying);
      if (!objection.ok) return this.later(saying, false);
      if (objection.data !== null) return refuse(objection.data);
    }
    const answer = await this.ways.send(saying);
    if (!answer.ok) return again(answer.refusal) ? this.later(saying, true) : answer.refusal;
    await this.ways.taken(saying, answer.data);
    await this.records.said(saying.id);
    return null;
  }
  private async later(saying: Saying, tried: boolean): Promise<'later'> {
    const changed = { ...saying, waited: true, ...(tried ? { tried } : {}) };
    if (!saying.waited || changed.tried !== saying.tried) await this.records.wait(saying.id, changed);
    return 'later';
  }

  // Taken back before it was sent, or read that it was refused. What is on its way is waited for: then nothing is left to take back.
  drop(id: string): Promise<void> {
    return this.ways.alone(async () => {
      await this.records.said(id);
      await this.look();
    });
  }
}
