// What every page of the dashboard stands on: who is signed in, and the live connection that says
// when to look again.
import { type Hint, Live, type LiveEvent, type LiveState, keepAlive, liveUrl } from '../live';
import type { Me } from '../api-types';
import * as api from '../api';

export const desk = $state({
  // null: nobody; undefined: not known yet
  me: undefined as Me | null | undefined,
  unreachable: false,
  live: 'connecting' as LiveState,
  // Said on the sign-in page after being signed out by the server.
  signedOutBy: '' as '' | 'server',
  // The server has signed `me` out: their page waits, out of sight, until they are back, so that nothing that
  // was typed is lost. Nobody else gets to see it, and after a while it is gone.
  away: false,
});
const awayAtMost = 30 * 60_000;
let forgetting: ReturnType<typeof setTimeout> | undefined;

type Look = (hint: Hint | null) => void;
const looks = new Set<Look>();
let live: Live | null = null;
let letGo: (() => void) | null = null;

// Calls `look` with each hint, and with null when anything may have changed. For $effect: answers its end.
export function onChange(look: Look): () => void {
  looks.add(look);
  return () => looks.delete(look);
}
function tell(hint: Hint | null): void {
  for (const look of looks) look(hint);
}

function connect(): void {
  live = new Live({
    url: liveUrl(),
    onState: (state) => {
      desk.live = state;
      if (state === 'refused') void who();
    },
    onFresh: () => tell(null),
    onHints: (hints) => hints.forEach(tell),
    onEvents: (events: LiveEvent[]) => {
      for (const event of events) {
        if (typeof event['session'] === 'number') tell({ kind: 'session.changed', id: event['session'] });
        if (event.kind === 'record.opened') tell({ kind: 'record_opening.changed', id: Number(event['opening']) });
        if (event.kind.startsWith('support.')) tell({ kind: 'support.changed', id: Number(event['request']) });
      }
      live?.ack(events.at(-1)!.seq);
    },
  });
  live.start();
  letGo = keepAlive(live);
}

function disconnect(): void {
  letGo?.();
  live?.stop();
  live = null;
}

export function signedIn(me: Me): void {
  clearTimeout(forgetting);
  desk.away = false;
  desk.me = me;
  desk.signedOutBy = '';
  desk.unreachable = false;
  if (me.role !== 'client' && !live) connect();
}

function signedOut(by: '' | 'server'): void {
  clearTimeout(forgetting);
  if (desk.me) desk.signedOutBy = by;
  if (desk.me && by) {
    desk.away = true;
    forgetting = setTimeout(() => signedOut(''), awayAtMost);
  } else {
    desk.away = false;
    desk.me = null;
  }
  disconnect();
}

// Asks the server who the cookie belongs to.
export async function who(): Promise<void> {
  const answer = await api.me();
  if (answer.ok) signedIn(answer.data);
  else if (answer.refusal.status === 401) signedOut('server');
  else desk.unreachable = true;
}

export async function signOut(): Promise<void> {
  await api.signOut();
  signedOut('');
}

api.whenSignedOut(() => signedOut('server'));
