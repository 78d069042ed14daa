// Notifications on this device, as far as its browser has them. `public/app-worker.js` shows them.
import { type Answer, ask, http } from '../api';

export const mine = () => ask(http.GET('/api/v1/my/push'));

// Without asking: what this browser can do and has been allowed.
export type Ability = 'can' | 'refused' | 'at-home' | 'cannot';
export interface Browser {
  worker: boolean;
  push: boolean;
  permission?: string; // Notification.permission, where there is one
  standalone?: boolean; // known to iPhones and iPads alone: opened from the home screen
}
export function ability({ worker, push, permission, standalone }: Browser): Ability {
  if (worker && push && permission) return permission === 'denied' ? 'refused' : 'can';
  // Safari there has them for what was put on the home screen, and for nothing else.
  return standalone === false ? 'at-home' : 'cannot';
}
export const thisBrowser = (): Browser => ({
  worker: 'serviceWorker' in navigator,
  push: 'PushManager' in window,
  permission: 'Notification' in window ? Notification.permission : undefined,
  standalone: (navigator as { standalone?: boolean }).standalone,
});

const registered = () => navigator.serviceWorker?.getRegistration('/app');
// What the server knows of is of no use once the browser has forgotten it.
export async function subscribed(): Promise<boolean> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return false;
  return Boolean(await (await registered())?.pushManager?.getSubscription());
}

// Why it did not come to that, for the page to say.
export type Failure = 'refused' | 'not-chosen' | 'no-service';
export type Turned = Answer<{ on: boolean }> | { ok: false; failure: Failure };

// The browser asks for permission here, so this is for a tap alone.
export async function turnOn(key: string): Promise<Turned> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return { ok: false, failure: permission === 'denied' ? 'refused' : 'not-chosen' };
  let subscription: PushSubscription;
  try {
    if (!(await registered())) throw new Error('there is no worker to wait for');
    const { pushManager } = await navigator.serviceWorker.ready;
    // One of before may be for a server of another key.
    await (await pushManager.getSubscription())?.unsubscribe();
    subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch {
    return { ok: false, failure: 'no-service' };
  }
  const { endpoint = '', keys = {} } = subscription.toJSON();
  return ask(http.PUT('/api/v1/my/push', { body: { endpoint, p256dh: keys['p256dh'] ?? '', auth: keys['auth'] ?? '' } }));
}
export async function turnOff(): Promise<Answer<unknown>> {
  const answer = await ask(http.DELETE('/api/v1/my/push'));
  const registration = answer.ok ? await registered() : undefined;
  await registration?.pushManager?.getSubscription().then((s) => s?.unsubscribe()).catch(() => {});
  return answer;
}

// The app is in sight and shows what there is: nothing needs to be said of it any more.
export async function clearAway(): Promise<void> {
  const registration = await registered();
  for (const shown of (await registration?.getNotifications()) ?? []) shown.close();
}
