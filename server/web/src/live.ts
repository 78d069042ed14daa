// The live connection, subprotocol circled.v1: says hello, hands on what arrives, and comes back by
// itself after a cut, from where it was. Shared by both pages; it knows nothing of either.
//
// Events are numbered and come once: what was seen before is dropped here. Hints are not numbered;
// whoever shows something fetches it again, also after every welcome and resync (`onFresh`), for hints
// that fell into a gap are gone.

import { heard } from './clock';

export interface LiveEvent {
  seq: number;
  at: string;
  kind: string;
  [member: string]: unknown;
}
export interface Hint {
  kind: string; // "session.changed"
  id: number; // 0: everything of that kind
}
export type LiveState =
  | 'connecting'
  | 'open' // welcomed
  | 'waiting' // cut; tries again by itself
  | 'refused'; // the server wants a new sign-in; nothing more is tried

export interface LiveOptions {
  url: string;
  // The last event this page has shown, if it ever had one: the server sends what came after it.
  after?: number;
  onState?: (state: LiveState) => void;
  // After a welcome, and when events were lost: fetch by HTTP what is shown.
  onFresh?: () => void;
  onEvents?: (events: LiveEvent[]) => void;
  onHints?: (hints: Hint[]) => void;
  // How far this page is, to be kept for the next `after`. Called when the events have been handed on.
  onSeq?: (seq: number) => void;
  // Replaced in tests.
  socket?: (url: string, protocol: string) => WebSocket;
  random?: () => number;
}

export type CommandResult = { ok: true; data: Record<string, unknown> } | { ok: false; problem: unknown };

// Milliseconds to wait before try `n` (0 is the first after a cut): doubling from half a second to half
// a minute, half of it by chance, so that a server that comes back is not met by everybody at once.
export function backOff(n: number, random: () => number): number {
  const most = Math.min(30_000, 500 * 2 ** n);
  return most / 2 + (most / 2) * random();
}

// A connection that is not welcomed within this has gone nowhere: networks swallow without a word.
export const welcomeWithin = 10_000;

export class Live {
  state: LiveState = 'connecting';
  private socket: WebSocket | null = null;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private waiting = new Map<string, (result: CommandResult) => void>();

  constructor(private readonly options: LiveOptions) {}

  get after(): number | undefined {
    return this.options.after;
  }

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.socket?.close(1000);
    this.socket = null;
    this.failCommands();
  }

  // The browser says the network is back, or the page is looked at again.
  retryNow(): void {
    if (this.state !== 'waiting' || this.stopped) return;
    clearTimeout(this.timer);
    this.connect();
  }

  // The browser has lost the network, or a call got no answer: a socket would say so only in minutes.
  cut(): void {
    if (this.stopped || !this.socket) return;
    const socket = this.socket;
    this.socket = null; // what it still says is not heard
    socket.close();
    this.closed(1006);
  }

  // Everything up to `seq` has been shown. Only for events that this connection brought.
  ack(seq: number): void {
    this.send({ type: 'ack', seq });
  }

  // A command; `id` is its idempotency key. Fails at once when there is no connection, and with
  // `problem: null` when the connection ends before its result: then it may have happened, and the
  // same id may be sent again.
  command(type: string, id: string, body: Record<string, unknown>): Promise<CommandResult> {
    if (this.state !== 'open') return Promise.resolve({ ok: false, problem: null });
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.send({ type, id, ...body });
    });
  }

  private connect(): void {
    this.to('connecting');
    const make = this.options.socket ?? ((url, protocol) => new WebSocket(url, protocol));
    const socket = make(this.options.url, 'circled.v1');
    this.socket = socket;
    this.timer = setTimeout(() => this.cut(), welcomeWithin);
    // A socket that was left behind may still speak; only the present one counts.
    const mine = () => this.socket === socket;
    socket.onopen = () => {
      if (mine()) this.send({ type: 'hello', ...(this.after === undefined ? {} : { after: this.after }) });
    };
    socket.onmessage = (message) => {
      if (mine()) this.receive(String(message.data));
    };
    socket.onclose = (close) => {
      if (mine()) this.closed(close.code);
    };
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown> & { type: string };
    switch (message.type) {
      case 'welcome': {
        clearTimeout(this.timer);
        this.tries = 0;
        heard(String(message['now']));
        if (this.options.after === undefined) this.reached(message['seq'] as number);
        this.to('open');
        this.options.onFresh?.();
        break;
      }
      case 'resync':
        // What lies between is no longer kept; its number is where we go on from.
        this.reached(message['seq'] as number);
        this.options.onFresh?.();
        break;
      case 'events':
        this.events(message['events'] as LiveEvent[]);
        break;
      case 'hint':
        this.options.onHints?.(message['hints'] as Hint[]);
        break;
      case 'result':
      case 'problem':
        this.result(message);
        break;
    }
  }

  private events(events: LiveEvent[]): void {
    const fresh = events.filter((event) => event.seq > (this.after ?? 0));
    const last = fresh.at(-1);
    if (!last) return;
    this.options.after = last.seq;
    this.options.onEvents?.(fresh);
    this.options.onSeq?.(last.seq);
  }

  private reached(seq: number): void {
    this.options.after = seq;
    this.options.onSeq?.(seq);
  }

  private result(message: Record<string, unknown>): void {
    const { type, id, ...rest } = message;
    const resolve = this.waiting.get(String(id));
    if (!resolve) return;
    this.waiting.delete(String(id));
    resolve(type === 'problem' ? { ok: false, problem: rest } : { ok: true, data: rest });
  }

  private closed(code: number): void {
    this.socket = null;
    clearTimeout(this.timer);
    this.failCommands();
    if (this.stopped) return;
    if (code === 1008) {
      this.to('refused');
      return;
    }
    this.to('waiting');
    this.timer = setTimeout(() => this.connect(), backOff(this.tries++, this.options.random ?? Math.random));
  }

  private failCommands(): void {
    for (const resolve of this.waiting.values()) resolve({ ok: false, problem: null });
    this.waiting.clear();
  }

  private send(message: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  private to(state: LiveState): void {
    if (this.state === state && state !== 'connecting') return;
    this.state = state;
    this.options.onState?.(state);
  }
}

// Where this page's server listens for live connections.
export function liveUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`;
}

// Tries again as soon as the browser has the network back or the page is looked at, and knows at once when the
// network is gone.
export function keepAlive(live: Live): () => void {
  const over = new AbortController();
  const { signal } = over;
  const retry = () => document.visibilityState === 'visible' && live.retryNow();
  addEventListener('online', retry, { signal });
  addEventListener('offline', () => live.cut(), { signal });
  document.addEventListener('visibilitychange', retry, { signal });
  return () => over.abort();
}
