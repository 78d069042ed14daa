import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../api';
import { type Refusal, offline } from '../problem';
import { Queue, type Records, type Saying, type What, unknown } from './queue';

const hour = 3_600_000;
const yes: What = { say: 'reply', about: 'session-41', title: 'Appointment', starts_at: '2026-03-10T18:00:00Z', zone: 'UTC', session: 41, reply: 'confirm' };
const no: What = { ...yes, say: 'reply', session: 41, reply: 'cant_come' };
const fine: What = { say: 'self_check', about: 'self-check-1', title: '', said: { craving: 2, mood: 4 } };
const answered = (data: unknown = {}): Answer<unknown> => ({ ok: true, data, etag: '' });
const refused = (status: number, detail: string): Answer<unknown> => ({ ok: false, refusal: { code: 'x', status, detail, fields: [], conflicts: [] } });
const cut: Answer<unknown> = { ok: false, refusal: offline };

// One device, what the server says to each sending, and tabs on it.
class World {
  kept = new Map<string, Saying>();
  sent: string[] = []; // what arrived or may have: "41 confirm key1"
  answers: Answer<unknown>[] = []; // the next ones; then all is taken
  objection: Answer<string | null> = { ok: true, data: null, etag: '' };
  asked = 0;
  shown: Saying[] = [];
  taken: string[] = [];
  now = 0;
  private keys = 0;
  private before: Promise<unknown> = Promise.resolve();
  private readonly records: Records = {
    waiting: async () => [...this.kept.values()],
    wait: async (id, saying) => void this.kept.set(id, saying),
    said: async (id) => void this.kept.delete(id),
  };
  tab(): Queue {
    return new Queue(this.records, {
      send: async (s) => {
        this.sent.push(`${s.about} ${'reply' in s ? s.reply : s.say} ${s.id}`);
        return this.answers.shift() ?? answered();
      },
      objection: async () => {
        this.asked++;
        return this.objection;
      },
      taken: async (s) => void this.taken.push(s.about),
      show: (sayings) => (this.shown = sayings),
      alone: <V>(work: () => Promise<V>) => {
        const mine = this.before.then(work);
        this.before = mine.catch(() => {});
        return mine;
      },
      key: () => `key${++this.keys}`,
      now: () => this.now,
    });
  }
}
let world: World;
let queue: Queue;
beforeEach(() => {
  world = new World();
  queue = world.tab();
});
const texts = () => world.shown.map((s) => `${s.about} ${s.refused ?? (s.waited ? 'waits' : 'on its way')}`);

describe('with a connection', () => {
  it('is sent at once, and nothing is left', async () => {
    expect(await queue.say(yes, true)).toBeNull();
    expect(world.sent).toEqual(['session-41 confirm key1']);
    expect(world.taken).toEqual(['session-41']);
    expect([world.kept.size, world.shown, world.asked]).toEqual([0, [], 0]);
  });
  it('is kept before it is sent', async () => {
    let there = 0;
    world.answers.push(answered());
    const sending = queue.say(yes, true);
    await Promise.resolve();
    await Promise.resolve();
    there = world.kept.size;
    await sending;
    expect(there).toBe(1);
  });
  it('answers a refusal to the page that asked, and does not keep it', async () => {
    world.answers.push(refused(409, 'It is over.'));
    expect(((await queue.say(yes, true)) as Refusal).detail).toBe('It is over.');
    expect(world.kept.size).toBe(0);
  });
  it.each([['no answer', cut], ['a proxy', refused(502, '')], ['too many', refused(429, '')]])('waits after %s, under the same key', async (_, answer) => {
    world.answers.push(answer);
    expect(await queue.say(yes, true)).toBeNull();
    expect(texts()).toEqual(['session-41 waits']);
    await queue.flush();
    expect(world.sent).toEqual(['session-41 confirm key1', 'session-41 confirm key1']);
    expect(world.kept.size).toBe(0);
  });
});

describe('without a connection', () => {
  beforeEach(() => {
    world.objection = { ok: false, refusal: offline };
  });
  const back = () => (world.objection = { ok: true, data: null, etag: '' });

  it('waits, is shown, and is sent once there is one', async () => {
    expect(await queue.say(yes, false)).toBeNull();
    expect(texts()).toEqual(['session-41 waits']);
    expect(world.sent).toEqual([]);
    back();
    await queue.flush();
    expect(world.sent).toEqual(['session-41 confirm key1']);
    expect(world.shown).toEqual([]);
  });
  it('is sent once by two tabs that find the connection at the same time', async () => {
    await queue.say(yes, false);
    back();
    await Promise.all([queue.flush(), world.tab().flush(), world.tab().flush()]);
    expect(world.sent).toEqual(['session-41 confirm key1']);
  });
  it('is only the last word about one thing, and each about others, in order', async () => {
    await queue.say(yes, false);
    world.now = 1;
    await queue.say(fine, false);
    world.now = 2;
    await queue.say(no, false);
    back();
    await queue.flush();
    expect(world.sent).toEqual(['self-check-1 self_check key2', 'session-41 cant_come key3']);
  });
  it('is never sent when it is taken back', async () => {
    await queue.say(yes, false);
    await queue.drop(world.shown[0]!.id);
    back();
    await queue.flush();
    expect([world.sent, world.kept.size]).toEqual([[], 0]);
  });
  it('says in place why it was not taken, until that was read, and is not sent again', async () => {
    await queue.say(yes, false);
    back();
    world.answers.push(refused(409, 'It is over.'));
    expect(await queue.flush()).toBeNull();
    await queue.flush();
    expect(texts()).toEqual(['session-41 It is over.']);
    expect(world.sent.length).toBe(1);
    await queue.drop(world.shown[0]!.id);
    expect(world.shown).toEqual([]);
  });
  it('is not sent for a time that has moved', async () => {
    await queue.say(yes, false);
    world.objection = { ok: true, data: 'It has moved.', etag: '' };
    await queue.flush();
    expect([texts(), world.sent]).toEqual([['session-41 It has moved.'], []]);
  });
  it('does not let what was refused stand in the way of the others', async () => {
    await queue.say(yes, false);
    world.now = 1;
    await queue.say(fine, false);
    back();
    world.answers.push(refused(404, 'It is gone.'));
    await queue.flush();
    expect(texts()).toEqual(['session-41 It is gone.']);
    expect(world.taken).toEqual(['self-check-1']);
  });
  it('is not told twice when its answer was lost for longer than the server remembers', async () => {
    world.answers.push(cut);
    await queue.say(fine, true);
    back();
    world.now = 22 * hour;
    world.answers.push(cut);
    await queue.flush();
    expect(texts()).toEqual(['self-check-1 waits']);
    world.now = 24 * hour;
    await queue.flush();
    expect(texts()).toEqual([`self-check-1 ${unknown}`]);
    expect(world.sent.length).toBe(2);
  });
});

it('is no word on what was said that nobody is signed in', async () => {
  world.answers.push(refused(401, 'Sign in.'));
  expect(await queue.say(yes, true)).toBeNull();
  expect(world.taken).toEqual([]);
});
