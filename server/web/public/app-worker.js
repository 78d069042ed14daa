// Keeps the app's page on the device, so that it opens, with the numbers to call, without a connection. What it
// keeps is the page and what the page itself names: nothing of anybody, and no answer of the API.
const shelf = 'my-week';
const page = '/app';
const patience = 4000; // ms: a network that takes longer is none
const language = new URL(location.href).searchParams.get('language') ?? 'en';

async function keep(response) {
  if (!response.ok) throw new Error(`the page cannot be kept: ${response.status}`);
  const cache = await caches.open(shelf);
  // The page names its parts in every language; those of the reader's are kept.
  const named = [...(await response.clone().text()).matchAll(/(?:hreflang="(\w+)"[^>]*)?(?:src|href)="(\/[^"]+)"/g)];
  const parts = [...new Set(named.filter(([, spoken]) => !spoken || spoken === language).map(([, , path]) => path))];
  const there = (await cache.keys()).map((request) => new URL(request.url).pathname);
  await cache.addAll(parts.filter((part) => !there.includes(part)));
  await cache.put(page, response);
  // Only now: a page of before is whole until this one is.
  await Promise.all(there.filter((path) => path !== page && !parts.includes(path)).map((path) => cache.delete(path)));
}

// The newest there is; what a proxy says while the server is away is no page of ours.
async function open(event) {
  const response = await fetch(page, { cache: 'no-cache', signal: AbortSignal.timeout(patience) }).catch(() => Response.error());
  if (!response.ok) return (await caches.match(page, { ignoreVary: true })) ?? response;
  event.waitUntil(keep(response.clone()).catch(() => {}));
  return response;
}

// What has a hash in its name never changes; the rest is asked for first.
async function part(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept && new URL(request.url).pathname.startsWith('/assets/')) return kept;
  return fetch(request).catch(() => kept ?? Response.error());
}

addEventListener('install', (event) => {
  event.waitUntil(fetch(page, { cache: 'no-cache' }).then(keep).then(() => skipWaiting()));
});
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
  if (event.request.mode !== 'navigate') event.respondWith(part(event.request));
  else if (url.pathname === page) event.respondWith(open(event));
});

// --- notifications ------------------------------------------------------------------------------

// A push says nothing, so neither does this: one sentence, the same for everything, on a phone that lies on tables.
// What there is comes over the app's own connection, once it is open.
const notification = {
  body: language === 'es' ? 'Hay algo nuevo para usted' : 'Something new for you',
  tag: 'my-week', renotify: true, icon: '/my-week.svg', lang: language,
};

async function openApp() {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const app = windows.find((each) => new URL(each.url).pathname === page);
  return app ? app.focus() : clients.openWindow(page);
}

// The browser has changed the subscription: the server hears of the new one, as long as this device is signed in.
async function renew(changed) {
  const { key } = await (await fetch('/api/v1/my/push', { cache: 'no-store' })).json();
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  const { endpoint, keys } = (changed ?? (await registration.pushManager.subscribe(wanted))).toJSON();
  await fetch('/api/v1/my/push', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth }),
  });
}

addEventListener('push', (event) => event.waitUntil(registration.showNotification('My week', notification)));
addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openApp());
});
addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event.newSubscription).catch(() => {})));
