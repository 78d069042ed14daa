import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Hint, Live, type LiveEvent, type LiveOptions, backOff, welcomeWithin } from './live';

// A WebSocket that does what the test says.
class FakeSocket {
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  closedWith: number | undefined;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  constructor(readonly url: string, readonly protocol: string) {
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(code?: number): void {
    this.closedWith = code;
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  ends(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
const last = () => FakeSocket.made.at(-1)!;

interface Seen {
  states: string[];
  events: number[][];
  hints: Hint[];
  seqs: number[];
  fresh: number;
}
function start(options: Partial<LiveOptions> = {}): { live: Live; seen: Seen } {
  const seen: Seen = { states: [], events: [], hints: [], seqs: [], fresh: 0 };
  const live = new Live({
    url: 'ws://test/live',
    onState: (state) => seen.states.push(state),
    onFresh: () => seen.fresh++,
    onEvents: (events: LiveEvent[]) => seen.events.push(events.map((e) => e.seq)),
    onHints: (hints) => seen.hints.push(...hints),
    onSeq: (seq) => seen.seqs.push(seq),
    socket: (url, protocol) => new FakeSocket(url, protocol) as unknown as WebSocket,
    random: () => 1,
    ...options,
  });
  live.start();
  return { live, seen };
}
const event = (seq: number) => ({ seq, at: '2026-03-10T18:00:00Z', kind: 'reminder.due' });

beforeEach(() => {
  FakeSocket.made = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('saying hello', () => {
  it('speaks circled.v1, without a number the first time', () => {
    start();
    expect(last().protocol).toBe('circled.v1');
    last().opens();
    expect(last().sent).toEqual([{ type: 'hello' }]);
  });
  it('names the last event shown', () => {
    start({ after: 1234 });
    last().opens();
    expect(last().sent).toEqual([{ type: 'hello', after: 1234 }]);
  });
  it('goes on from the welcome’s number when it never had one', () => {
    const { live, seen } = start();
    last().opens();
    last().says({ type: 'welcome', you: 7, seq: 1300, now: '2026-03-10T18:00:00Z' });
    expect(live.after).toBe(1300);
    expect(seen.seqs).toEqual([1300]);
    expect(seen.fresh).toBe(1);
    expect(seen.states).toEqual(['connecting', 'open']);
  });
  it('keeps its own number when the welcome is ahead: what lies between follows', () => {
    const { live, seen } = start({ after: 1234 });
    last().opens();
    last().says({ type: 'welcome', seq: 1300 });
    expect(live.after).toBe(1234);
    expect(seen.seqs).toEqual([]);
  });
});

describe('events', () => {
  it('come once, in order, and move the number', () => {
    const { live, seen } = start({ after: 10 });
    last().opens();
    last().says({ type: 'welcome', seq: 12 });
    last().says({ type: 'events', events: [event(11), event(12)] });
    last().says({ type: 'events', events: [event(12), event(13)] });
    last().says({ type: 'events', events: [event(13)] });
    expect(seen.events).toEqual([[11, 12], [13]]);
    expect(seen.seqs).toEqual([12, 13]);
    expect(live.after).toBe(13);
  });
  it('that came meanwhile are asked for after a cut, and none twice', () => {
    const { seen } = start({ after: 10 });
    last().opens();
    last().says({ type: 'welcome', seq: 11 });
    last().says({ type: 'events', events: [event(11)] });
    last().ends(1006);
    vi.advanceTimersByTime(500);
    last().opens();
    expect(last().sent).toEqual([{ type: 'hello', after: 11 }]);
    last().says({ type: 'welcome', seq: 12 });
    last().says({ type: 'events', events: [event(11), event(12)] });
    expect(seen.events).toEqual([[11], [12]]);
    expect(seen.fresh).toBe(2);
  });
  it('that are no longer kept make a resync: everything is fetched, then on from its number', () => {
    const { live, seen } = start({ after: 3 });
    last().opens();
    last().says({ type: 'welcome', seq: 900 });
    last().says({ type: 'resync', seq: 900 });
    expect(live.after).toBe(900);
    expect(seen.fresh).toBe(2);
    expect(seen.seqs).toEqual([900]);
  });
  it('are acknowledged by number', () => {
    const { live } = start();
    last().opens();
    live.ack(13);
    expect(last().sent.at(-1)).toEqual({ type: 'ack', seq: 13 });
  });
});

it('hands on hints', () => {
  const { seen } = start();
  last().opens();
  last().says({ type: 'hint', hints: [{ kind: 'session.changed', id: 41 }, { kind: 'session.changed', id: 42 }] });
  expect(seen.hints).toEqual([{ kind: 'session.changed', id: 41 }, { kind: 'session.changed', id: 42 }]);
});

describe('commands', () => {
  function open() {
    const made = start();
    last().opens();
    last().says({ type: 'welcome', seq: 1 });
    return made;
  }
  it('are answered by the result of the same id', async () => {
    const { live } = open();
    const answer = live.command('confirm', 'u-1', { reminder: 5 });
    expect(last().sent.at(-1)).toEqual({ type: 'confirm', id: 'u-1', reminder: 5 });
    last().says({ type: 'result', id: 'another', reminder: 6 });
    last().says({ type: 'result', id: 'u-1', reminder: 5, answer: 'confirmed' });
    expect(await answer).toEqual({ ok: true, data: { reminder: 5, answer: 'confirmed' } });
  });
  it('may be refused', async () => {
    const { live } = open();
    const answer = live.command('confirm', 'u-2', { reminder: 5 });
    last().says({ type: 'problem', id: 'u-2', problem: 'urn:circled:problem:superseded', status: 409 });
    expect(await answer).toEqual({ ok: false, problem: { problem: 'urn:circled:problem:superseded', status: 409 } });
  });
  it('end with the connection, and fail at once without one', async () => {
    const { live } = open();
    const answer = live.command('confirm', 'u-3', { reminder: 5 });
    last().ends(1006);
    expect(await answer).toEqual({ ok: false, problem: null });
    expect(await live.command('confirm', 'u-3', { reminder: 5 })).toEqual({ ok: false, problem: null });
  });
});

describe('after a cut', () => {
  it('waits longer each time, by half at random, and at most half a minute', () => {
    expect([0, 1, 2, 3].map((n) => backOff(n, () => 1))).toEqual([500, 1000, 2000, 4000]);
    expect([0, 1, 2, 3].map((n) => backOff(n, () => 0))).toEqual([250, 500, 1000, 2000]);
    expect(backOff(40, () => 1)).toBe(30_000);
  });
  it('says so, tries again, and begins anew with the shortest wait once welcomed', () => {
    const { seen } = start();
    last().ends(1006);
    expect(seen.states.at(-1)).toBe('waiting');
    vi.advanceTimersByTime(499);
    expect(FakeSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(2);
    last().ends(1006);
    vi.advanceTimersByTime(999);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(1);
    last().opens();
    last().says({ type: 'welcome', seq: 1 });
    last().ends(1001);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.made).toHaveLength(4);
  });
  it('tries at once when told that the network is back', () => {
    const { live } = start();
    last().ends(1006);
    live.retryNow();
    expect(FakeSocket.made).toHaveLength(2);
    last().opens();
    last().says({ type: 'welcome', you: 'client', seq: 1 });
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(2);
  });
  it('stays away when the server wants a new sign-in', () => {
    const { seen } = start();
    last().opens();
    last().ends(1008);
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(seen.states.at(-1)).toBe('refused');
  });
  it('stays away when stopped', () => {
    const { live } = start();
    const socket = last();
    live.stop();
    socket.ends(1000);
    vi.advanceTimersByTime(120_000);
    expect(socket.closedWith).toBe(1000);
    expect(FakeSocket.made).toHaveLength(1);
  });
});

describe('a connection that says nothing', () => {
  it('is given up when it is not welcomed', () => {
    const { live, seen } = start();
    last().opens();
    vi.advanceTimersByTime(welcomeWithin);
    expect(live.state).toBe('waiting');
    expect(seen.states.at(-1)).toBe('waiting');
    vi.advanceTimersByTime(500);
    expect(FakeSocket.made.length).toBe(2);
  });
  it('is not given up once it was', () => {
    const { live } = start();
    last().opens();
    last().says({ type: 'welcome', you: 'client', seq: 1 });
    vi.advanceTimersByTime(10 * welcomeWithin);
    expect(live.state).toBe('open');
  });
  it('is left when the network is known to be gone, and what it still says is not heard', async () => {
    const { live, seen } = start();
    last().opens();
    last().says({ type: 'welcome', you: 'client', seq: 1 });
    const result = live.command('confirm', 'a', {});
    const before = last();
    live.cut();
    expect(live.state).toBe('waiting');
    expect(await result).toEqual({ ok: false, problem: null });
    before.says({ type: 'events', events: [event(2)] });
    before.ends(1006);
    expect(seen.events).toEqual([]);
    live.cut();
    live.retryNow();
    expect(FakeSocket.made.length).toBe(2);
  });
});
