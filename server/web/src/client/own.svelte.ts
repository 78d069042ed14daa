// What every page of the client's app stands on: who this device belongs to, what is coming, what was
// said, what is kept on the device, and the live connection that brings more.
import * as api from '../api';
import type { Commitment, Goal, Me, MyConsent, MyDisclosure, MyMissed, MySupport, MyWait, Occurrence, Reminder, SelfCheckSaid } from '../api-types';
import { now } from '../clock';
import { coalesce } from '../coalesce';
import { Live, type LiveEvent, keepAlive, liveUrl } from '../live';
import type { Refusal } from '../problem';
import { mine } from '../reminders/settings-api';
import { route } from '../route.svelte';
import { myConsents, myDisclosures } from '../sharing-api';
import { addDays, dayStart, iso, today, weekStart } from '../time';
import * as arriving from './arriving-api';
import { whenAway } from './away';
import { Device, pinTries } from './device';
import * as help from './help';
import { Copies } from './kept';
import { bookMakeUp, giveBack, myMissed } from './make-up-api';
import { myPlan, myProgress, myVisit } from './plan-api';
import { Queue, type Reply, type Saying, type What, inOrder } from './queue';
import { myWaits, send } from './say-api';
import { outOfDate, sessionOf } from './saying';
import { openShelf } from './shelf';
import * as support from './support-api';
import { type Coming, merge } from './week';
import { lookedBack } from './went';

export type { Reply } from './queue';
export const own = $state({
  // null: nobody; undefined: not known yet
  me: undefined as Me | null | undefined,
  unreachable: false,
  ended: '' as '' | 'revoked' | 'pin' | 'left', // how a sign-in on this device ended, while this page was open
  leaving: false, // signed out here, and the server does not know yet
  locked: false,
  hasPin: false,
  tries: pinTries, // that are left to say the PIN
  cut: false, // there is no live connection, and there was to be one
  round: 0, // how often everything was fetched: a page that fetches something of its own does so again
  ages: new Map<string, number>() as ReadonlyMap<string, number>, // when the server said what is shown, by path
  coming: null as Coming[] | null,
  reminders: null as Reminder[] | null,
  missed: null as MyMissed[] | null,
  waits: null as MyWait[] | null, // for a place, or offered one
  commitments: null as Commitment[] | null,
  been: null as Occurrence[] | null, // of the last days
  goal: null as Goal | null,
  consents: null as MyConsent[] | null, // once somebody has looked
  told: null as MyDisclosure[] | null,
  unshared: null as Refusal | null, // why these two could not be had
  support: null as MySupport | null, // whether somebody was asked to call, and how it stands
  unheard: false, // nothing could be heard of that
  numbers: help.kept(localStorage), // whom to call, known from the beginning
  refusal: null as Refusal | null,
  unsent: [] as Saying[], // what was said and waits for a connection, or was not taken
  lost: 0, // how much of that was lost with the sign-in
  checked: null as SelfCheckSaid | null, // what came back for how one said one is
  news: [] as { seq: number; text: string }[],
});

export let device: Device;
let copies: Copies;
let live: Live | null = null;
let letGo: (() => void) | null = null;
const day = 24 * 3_600_000;

// The other tabs of this app. "said": what waits has changed; "gone": nobody is signed in any more; "sealed": what
// is kept is under another PIN, or none.
const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('my-week') : null;

// One tab at a time; where a browser cannot say so, one thing at a time.
function alone(name: string): <V>(work: () => Promise<V>) => Promise<V> {
  let before: Promise<unknown> = Promise.resolve();
  return <V>(work: () => Promise<V>): Promise<V> => {
    if (navigator.locks) return navigator.locks.request(name, work) as Promise<V>;
    const mine = before.then(work, work);
    before = mine.catch(() => {});
    return mine;
  };
}

// --- what is shown ------------------------------------------------------------------------------

const loadComing = coalesce(async () => {
  if (!own.me) return;
  const { zone } = own.me;
  const monday = dayStart(weekStart(today(zone)), zone);
  const before = dayStart(addDays(today(zone), -lookedBack), zone);
  const until = dayStart(addDays(today(zone), 29), zone);
  const [a, o, r, m, w] = await Promise.all([
    api.appointments(monday, until), api.occurrences(before < monday ? before : monday, until), api.myReminders(), myMissed(), myWaits(),
  ]);
  if (!own.me) return; // signed out, or locked, meanwhile
  own.refusal = [a, o, r, m, w].find((answer) => !answer.ok)?.refusal ?? null;
  if (m.ok) own.missed = m.data;
  if (r.ok) own.reminders = r.data;
  if (w.ok) own.waits = w.data;
  if (o.ok) own.been = o.data.filter((one) => one.starts_at >= before && Date.parse(one.starts_at) <= now());
  if (a.ok && o.ok) own.coming = merge(a.data, o.data.filter((one) => one.ends_at >= monday), own.reminders ?? []);
});
const loadGoal = coalesce(async () => {
  const [c, g] = await Promise.all([api.commitments(), api.goal()]);
  if (!own.me) return;
  if (c.ok) own.commitments = c.data;
  if (g.ok) own.goal = g.data;
});
export const loadSharing = coalesce(async () => {
  const [c, t] = await Promise.all([myConsents(), myDisclosures()]);
  if (!own.me) return;
  own.unshared = [c, t].find((answer) => !answer.ok)?.refusal ?? null;
  if (c.ok) own.consents = c.data;
  if (t.ok) own.told = t.data;
});
function stands(now: MySupport): void {
  own.support = now;
  own.numbers = [now.numbers];
  help.keep(localStorage, own.numbers);
}
// What other pages fetch when they are gone to, so that it is on the device when they are gone to without a
// connection. Once a visit.
let rest = false;
async function keepTheRest(): Promise<void> {
  if (rest) return;
  const [plan] = await Promise.all([myPlan(), myVisit(), mine.load()]);
  rest = plan.ok;
  if (plan.ok && plan.data.shows_progress) await myProgress();
}
export const loadSupport = coalesce(async () => {
  const answer = await support.mySupport();
  own.unheard = !answer.ok && answer.refusal.status === 0;
  if (answer.ok) stands(answer.data);
});
// Without signing in: of every site.
async function loadNumbers(): Promise<void> {
  const answer = await support.help();
  if (!answer.ok || !answer.data.length) return;
  own.numbers = answer.data;
  help.keep(localStorage, own.numbers);
}
export async function refresh(): Promise<void> {
  if (!own.me) return;
  await Promise.all([loadComing(), loadGoal(), loadSupport()]);
  own.round++;
}

// --- answers ------------------------------------------------------------------------------------

// Each is kept on the device until the server has it (queue.ts). Without a connection it waits there.
const queue = new Queue(
  { waiting: () => device.waiting(), wait: (id, saying) => device.wait(id, saying), said: (id) => device.said(id) },
  {
    send,
    objection: async (saying) => {
      if (sessionOf(saying) === null) return { ok: true, data: null, etag: '' };
      const seen = Date.parse(saying.starts_at ?? '') || now();
      const answer = await api.appointments(iso(Math.min(seen, now()) - day), iso(now() + 60 * day), { fresh: true });
      return answer.ok ? { ...answer, data: outOfDate(saying, answer.data) } : answer;
    },
    taken: async (saying, data) => {
      if (saying.say === 'self_check') {
        own.checked = data as SelfCheckSaid;
        if (saying.waited) tell(own.checked.help ? 'What you said of how you are has been sent. If you need somebody now, use “I need to talk”.' : 'What you said of how you are has been sent.');
        return;
      }
      await loadComing();
    },
    show: (sayings) => {
      own.unsent = sayings;
      tabs?.postMessage('said');
    },
    alone: alone('my-week.say'),
    key: api.freshKey,
    now,
  },
);
export const say = (what: What): Promise<Refusal | null> => queue.say(what, !own.cut && navigator.onLine);
export const dropSaying = (id: string): Promise<void> => queue.drop(id);

export function answerReminder(reminder: Reminder, reply: Reply): Promise<Refusal | null> {
  const { subject_kind, subject, starts_at, zone, text } = reminder;
  const title = own.coming?.find((c) => c.key === `${subject_kind}-${subject}`)?.title ?? text;
  return say({ say: 'reply_to_reminder', about: `${subject_kind}-${subject}`, title, starts_at, zone, reminder: reminder.id, reply });
}
export async function answerComing({ key: about, title, starts_at, zone, session, reminder }: Coming, reply: Reply): Promise<Refusal | null> {
  if (session !== undefined) return say({ say: 'reply', about, title, starts_at, zone, session, reply });
  return reminder === undefined ? null : say({ say: 'reply_to_reminder', about, title, starts_at, zone, reminder, reply });
}
// Whether one went.
export const sayWent = ({ id: occurrence, name: title, starts_at, zone }: Occurrence, went: 'yes' | 'no'): Promise<Refusal | null> =>
  say({ say: 'went', about: `went-${occurrence}`, title, starts_at, zone, occurrence, went });
// Whether one takes a place that is kept.
export const answerOffer = ({ id: entry, title, starts_at, zone }: MyWait, take: boolean): Promise<Refusal | null> =>
  say({ say: 'offer', about: `offer-${entry}`, title, ...(starts_at ? { starts_at, zone } : {}), entry, take });

// "I'm here": over the live connection while it is open, else, or when it ended before the result, by HTTP. It is
// about this moment, and waits for no other. The answer's own words come with the news of it.
export async function sayHere(session: number, once: string): Promise<Refusal | null> {
  const result = await live?.command('check_in', api.freshKey(), { session });
  let refusal: Refusal | null = null;
  if (!result?.ok) {
    const sent = await arriving.checkIn(session, once);
    refusal = sent.ok ? null : sent.refusal;
  }
  await loadComing();
  return refusal;
}

// Coming to `session` instead of what was missed, and not coming there after all. A refusal too may come of
// what has changed here meanwhile.
export async function makeUp(missed: number, session: number, once: string): Promise<Refusal | null> {
  const answer = await bookMakeUp(missed, session, once);
  await loadComing();
  return answer.ok ? null : answer.refusal;
}
export async function giveMakeUpBack(missed: number): Promise<Refusal | null> {
  const answer = await giveBack(missed);
  await loadComing();
  return answer.ok ? null : answer.refusal;
}

// "I need to talk", the same two ways.
export async function askToTalk(): Promise<Refusal | null> {
  const result = await live?.command('support_request', api.freshKey(), {});
  if (result?.ok) {
    await loadSupport();
    return null;
  }
  const sent = await support.askToTalk();
  if (sent.ok) stands(sent.data);
  return sent.ok ? null : sent.refusal;
}
export async function takeBack(request: number): Promise<Refusal | null> {
  const answer = await support.withdraw(request);
  if (answer.ok) stands(answer.data);
  return answer.ok ? null : answer.refusal;
}

// --- news ---------------------------------------------------------------------------------------

// How far this device has its stream, kept for the next visit.
const place = (me: Me) => `my-week.after.${me.account}`;

function arrived(events: LiveEvent[]): void {
  for (const event of events) {
    if (typeof event['text'] !== 'string') continue;
    if (event.kind.startsWith('support.') && route.parts[0] === 'talk') continue; // the page itself says it
    own.news = [...own.news, { seq: event.seq, text: event['text'] }].slice(-3);
  }
  live?.ack(events.at(-1)!.seq);
  void refresh();
}
let ours = 0; // news of this page's own are numbered below those of the stream
function tell(text: string): void {
  own.news = [...own.news, { seq: --ours, text }].slice(-3);
}
export function dismiss(seq: number): void {
  own.news = own.news.filter((n) => n.seq !== seq);
}

// --- who ----------------------------------------------------------------------------------------

function connect(me: Me): void {
  const kept = localStorage.getItem(place(me));
  live = new Live({
    url: liveUrl(),
    after: kept === null ? undefined : Number(kept),
    onState: (state) => {
      if (state === 'connecting') return;
      // From now on the server is asked, and what is kept stands in only where it does not answer.
      const tried = !copies.first;
      copies.first = false;
      own.cut = state === 'waiting';
      if (state === 'refused') void who();
      else if (state === 'waiting') {
        if (!tried) void refresh();
        void queue.flush(); // a network may let calls through, and no live connection
      }
    },
    onFresh: () => void Promise.all([refresh(), queue.flush(), keepTheRest()]),
    onEvents: arrived,
    onSeq: (seq) => localStorage.setItem(place(me), String(seq)),
  });
  live.start();
  const end = [keepAlive(live), whenAway(lock)];
  letGo = () => end.forEach((e) => e());
}

export function enrolled(me: Me): void {
  own.me = me;
  own.unreachable = false;
  own.ended = '';
  own.lost = 0;
  if (me.role !== 'client') return void loadNumbers();
  device.begin();
  void refresh();
  if (!live) connect(me);
}

// What stands in the page of the person who was here.
function clear(): void {
  own.coming = own.reminders = own.missed = own.waits = own.commitments = own.been = own.goal = own.consents = own.told = own.support = own.checked = null;
  own.news = own.unsent = [];
  own.refusal = own.unshared = null;
  own.cut = rest = false;
  letGo?.();
  letGo = null;
  live?.stop();
  live = null;
}

// The server says that nobody is signed in here: nothing stays on the device. What is being typed stays in the
// page, for the same person.
let was: number | undefined; // whose account it was
async function gone(how: 'revoked' | 'pin' | 'left' = 'revoked'): Promise<void> {
  const somebody = Boolean(own.me) || own.locked;
  if (somebody) {
    own.ended = how;
    own.lost = own.unsent.filter((s) => s.refused === undefined).length;
  }
  if (own.me) was = own.me.account;
  own.me = null;
  own.locked = own.hasPin = false;
  clear();
  copies.ages.clear();
  void loadNumbers();
  await device.erase(how !== 'revoked');
  if (somebody) tabs?.postMessage('gone');
}

export async function who(): Promise<void> {
  const answer = await api.me();
  if (answer.ok) enrolled(answer.data);
  else if (answer.refusal.status !== 401) own.unreachable = true; // `gone` has been told of that one
}

// A device is let in: what another person left in the page goes.
export async function letIn(me: Me): Promise<void> {
  if (was !== me.account) await device.erase(true);
  was = me.account;
  device.keep('/api/v1/me', { body: me, at: now() }); // which nothing has asked for yet
  copies.first = false;
  enrolled(me);
}

// --- signing out --------------------------------------------------------------------------------

// Without a connection the cookie stays, which no page can take away: so the device remembers that it is to go, and
// lets nobody see anything until it has.
const leaving = 'my-week.leaving';
export async function left(): Promise<boolean> {
  if (localStorage.getItem(leaving) === null) return true;
  const answer = await api.signOut();
  const done = answer.ok || answer.refusal.status === 401;
  if (done) localStorage.removeItem(leaving);
  own.leaving = !done;
  return done;
}
export async function signOut(how: 'left' | 'pin' = 'left'): Promise<void> {
  if (own.me) localStorage.removeItem(place(own.me));
  localStorage.setItem(leaving, '1');
  await gone(how);
  own.lost = 0;
  await left();
}

// --- the PIN ------------------------------------------------------------------------------------

export function lock(): void {
  if (!device.hasPin || own.locked) return;
  own.locked = true;
  own.me = undefined;
  clear();
  device.lock();
  void device.left().then((n) => (own.tries = n));
}
export async function unlock(pin: string): Promise<boolean> {
  const said = await device.unlock(pin);
  if (said.ok) {
    void start();
    return true;
  }
  own.tries = said.left;
  if (!said.left) await signOut('pin');
  return false;
}
// `present`: the PIN there is. Wrong ones count as everywhere.
export async function setPin(pin: string | null, present?: string): Promise<boolean> {
  if (device.hasPin) {
    const said = await device.unlock(present ?? '');
    own.tries = said.ok ? pinTries : said.left;
    if (!said.ok && !said.left) await signOut('pin');
    if (!said.ok) return false;
  }
  await device.setPin(pin);
  own.hasPin = device.hasPin;
  tabs?.postMessage('sealed');
  return true;
}

// --- the beginning ------------------------------------------------------------------------------

async function start(): Promise<void> {
  own.hasPin = device.hasPin;
  own.locked = device.locked;
  if (own.locked) {
    own.tries = await device.left();
    return loadNumbers();
  }
  copies.first = true;
  await queue.look();
  await who();
}
// Another tab has erased what is kept, or sealed it anew.
async function anew(): Promise<void> {
  await device.loadAnew();
  own.hasPin = device.hasPin;
  if (device.locked) {
    device.locked = false;
    lock();
  } else if (!device.belongs && own.me) await gone(localStorage.getItem(leaving) === null ? 'revoked' : 'left');
}
// Another tab has said something, taken it back or sent it; then what is shown of it has changed too.
async function said(): Promise<void> {
  const before = own.unsent.length;
  own.unsent = inOrder(await device.waiting<Saying>());
  if (own.me && own.unsent.length < before) await refresh();
}
export async function begin(): Promise<void> {
  device = new Device(await openShelf(), () => void anew());
  copies = new Copies(device, now, {
    heard: (ages) => (own.ages = new Map(ages)),
    // A call got no answer: the live connection has none either, and may not have noticed.
    cut: () => live?.cut(),
  });
  api.http.use(copies);
  await device.load();
  if (tabs)
    tabs.onmessage = ({ data }) => {
      if (data === 'said') void said();
      else void anew();
    };
  addEventListener('online', () => void left());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && !own.cut) void refresh();
  });
  if (!(await left())) {
    own.me = null;
    return;
  }
  await start();
}

api.whenSignedOut(() => void gone());
