// What every page of the client's app stands on: who this device belongs to, what is coming, what was
// said, and the live connection that brings more.
import * as api from '../api';
import type { Commitment, Goal, Me, MyConsent, MyDisclosure, MyMissed, MySupport, Occurrence, Reminder } from '../api-types';
import { coalesce } from '../coalesce';
import { Live, type LiveEvent, type LiveState, keepAlive, liveUrl } from '../live';
import type { Refusal } from '../problem';
import { route } from '../route.svelte';
import { myConsents, myDisclosures } from '../sharing-api';
import { addDays, dayStart, iso, today, weekStart } from '../time';
import * as arriving from './arriving-api';
import * as help from './help';
import { bookMakeUp, giveBack, myMissed } from './make-up-api';
import * as meetings from './meetings-api';
import * as support from './support-api';
import { type Coming, type Seen, merge } from './week';
import { lookedBack } from './went';

export const own = $state({
  // null: nobody; undefined: not known yet
  me: undefined as Me | null | undefined,
  unreachable: false,
  signedOut: false, // by the server, while this page was open
  live: 'connecting' as LiveState,
  coming: null as Coming[] | null,
  reminders: null as Reminder[] | null,
  missed: null as MyMissed[] | null,
  commitments: null as Commitment[] | null,
  been: null as Occurrence[] | null, // of the last days
  goal: null as Goal | null,
  consents: null as MyConsent[] | null, // once somebody has looked
  told: null as MyDisclosure[] | null,
  support: null as MySupport | null, // whether somebody was asked to call, and how it stands
  numbers: help.kept(localStorage), // whom to call, known from the beginning
  refusal: null as Refusal | null,
  news: [] as { seq: number; text: string }[],
});

let live: Live | null = null;
let letGo: (() => void) | null = null;

// --- what is shown ------------------------------------------------------------------------------

const loadComing = coalesce(async () => {
  const zone = own.me!.zone;
  const from = dayStart(weekStart(today(zone)), zone);
  const until = dayStart(addDays(today(zone), 29), zone);
  const [a, o, r, m] = await Promise.all([
    api.appointments(from, until), api.occurrences(from, until), api.myReminders(), myMissed(),
  ]);
  own.refusal = [a, o, r, m].find((answer) => !answer.ok)?.refusal ?? null;
  if (m.ok) own.missed = m.data;
  if (r.ok) own.reminders = r.data;
  if (a.ok && o.ok) own.coming = merge(a.data as Seen[], o.data, own.reminders ?? []);
});
const loadPlan = coalesce(async () => {
  const zone = own.me!.zone;
  const since = dayStart(addDays(today(zone), -lookedBack), zone);
  const [c, g, b] = await Promise.all([api.commitments(), api.goal(), api.occurrences(since, iso(Date.now()))]);
  if (c.ok) own.commitments = c.data;
  if (g.ok) own.goal = g.data;
  if (b.ok) own.been = b.data;
});
export const loadSharing = coalesce(async () => {
  const [c, t] = await Promise.all([myConsents(), myDisclosures()]);
  own.refusal = [c, t].find((answer) => !answer.ok)?.refusal ?? own.refusal;
  if (c.ok) own.consents = c.data;
  if (t.ok) own.told = t.data;
});
function stands(now: MySupport): void {
  own.support = now;
  own.numbers = [now.numbers];
  help.keep(localStorage, own.numbers);
}
export const loadSupport = coalesce(async () => {
  const answer = await support.mySupport();
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
  await Promise.all([loadComing(), loadPlan(), loadSupport(), own.consents ? loadSharing() : null]);
}

// --- answers ------------------------------------------------------------------------------------

export type Reply = 'confirm' | 'running_late' | 'cant_come';
const replies = {
  confirm: { toReminder: api.confirmReminder, toAppointment: api.confirmAppointment },
  running_late: { toReminder: api.lateForReminder, toAppointment: api.lateForAppointment },
  cant_come: { toReminder: api.cantComeToReminder, toAppointment: api.cantComeToAppointment },
};
// Answers a reminder: over the live connection while it is open, else, or when the connection ended
// before the result, by HTTP. Answering twice is answering once.
export async function answerReminder(reminder: number, answer: Reply): Promise<Refusal | null> {
  const result = await live?.command(answer, api.freshKey(), { reminder });
  let refusal: Refusal | null = null;
  if (!result?.ok) {
    const sent = await replies[answer].toReminder(reminder);
    refusal = sent.ok ? null : sent.refusal;
  }
  await loadComing();
  return refusal;
}
export async function answerComing(coming: Coming, answer: Reply): Promise<Refusal | null> {
  if (coming.session === undefined) return coming.reminder ? answerReminder(coming.reminder, answer) : null;
  const sent = await replies[answer].toAppointment(coming.session);
  await loadComing();
  return sent.ok ? null : sent.refusal;
}

// "I'm here", the same two ways. The answer's own words come with the news of it.
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

// Whether one went, the same two ways.
export async function sayWent(occurrence: number, went: 'yes' | 'no'): Promise<Refusal | null> {
  const result = await live?.command('went', api.freshKey(), { occurrence, went });
  let refusal: Refusal | null = null;
  if (!result?.ok) {
    const sent = await meetings.went(occurrence, went);
    refusal = sent.ok ? null : sent.refusal;
  }
  await loadPlan();
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
      own.live = state;
      if (state === 'refused') void who();
    },
    onFresh: () => void refresh(),
    onEvents: arrived,
    onSeq: (seq) => localStorage.setItem(place(me), String(seq)),
  });
  live.start();
  letGo = keepAlive(live);
}

export function enrolled(me: Me): void {
  own.me = me;
  own.unreachable = false;
  own.signedOut = false;
  if (me.role !== 'client') return void loadNumbers();
  void refresh();
  if (!live) connect(me);
}

function gone(): void {
  own.signedOut ||= Boolean(own.me);
  own.me = null;
  own.coming = own.reminders = own.missed = own.commitments = own.been = own.goal = own.consents = own.told = own.support = null;
  own.news = [];
  letGo?.();
  live?.stop();
  live = null;
  void loadNumbers();
}

export async function who(): Promise<void> {
  const answer = await api.me();
  if (answer.ok) enrolled(answer.data);
  else if (answer.refusal.status === 401) gone();
  else own.unreachable = true;
}

export async function signOut(): Promise<void> {
  if (own.me) localStorage.removeItem(place(own.me));
  await api.signOut();
  gone();
  own.signedOut = false;
}

api.whenSignedOut(gone);

