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
