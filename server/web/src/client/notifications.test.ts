import { describe, expect, it, vi } from 'vitest';
import worker from '../../public/app-worker.js?raw';
import { ability } from './notifications';

describe('what a browser can do about notifications', () => {
  it.each([
    ['not asked yet', { worker: true, push: true, permission: 'default' }, 'can'],
    ['allowed', { worker: true, push: true, permission: 'granted' }, 'can'],
    ['forbidden', { worker: true, push: true, permission: 'denied' }, 'refused'],
    ['an iPhone’s Safari', { worker: true, push: false, permission: undefined, standalone: false }, 'at-home'],
    ['the same from its home screen', { worker: true, push: true, permission: 'default', standalone: true }, 'can'],
    ['an old iPhone, from its home screen', { worker: true, push: false, permission: undefined, standalone: true }, 'cannot'],
    ['a browser without a push service', { worker: true, push: false, permission: 'default' }, 'cannot'],
    ['a private window', { worker: false, push: true, permission: 'default' }, 'cannot'],
  ] as const)('%s', (_name, browser, expected) => expect(ability(browser)).toBe(expected));
});

// The worker with a browser of the test's own around it; answers what `type` makes it do, to its end.
function waking(around: Record<string, unknown>) {
  const heard: Record<string, (event: object) => void> = {};
  const all = { addEventListener: (type: string, hear: (event: object) => void) => (heard[type] = hear), caches: {}, location: { href: 'https://example.org/app-worker.js' }, ...around };
  new Function(...Object.keys(all), worker)(...Object.values(all));
  return async (type: string, event: object = {}) => {
    let done: unknown;
    heard[type]!({ waitUntil: (until: unknown) => (done = until), ...event });
    await done;
  };
}

describe('a device that is woken', () => {
  it('says one sentence for everything, and looks at nothing that came with it', async () => {
    const showNotification = vi.fn();
    const wake = waking({ registration: { showNotification } });
    const data = { text: () => { throw new Error('looked at'); } };
    await wake('push', { data });
    await wake('push');
    expect(showNotification.mock.calls.map(([title, { body, tag, data }]) => [title, body, tag, data])).toEqual(
      Array(2).fill(['My week', 'Something new for you', 'my-week', undefined]),
    );
  });
  it.each<[string, string[], string[], string[]]>([
    ['opens the app', [], ['/app'], []],
    ['goes back to the app that is open, and to no other page', ['https://x.example/', 'https://x.example/app#/plan'], [], ['https://x.example/app#/plan']],
    ['opens the app beside another page', ['https://x.example/help'], ['/app'], []],
  ])('%s when it is tapped', async (_name, urls, opens, goesTo) => {
    const opened: string[] = [];
    const focused: string[] = [];
    const close = vi.fn();
    const windows = urls.map((url) => ({ url, focus: () => focused.push(url) }));
    await waking({ clients: { matchAll: async () => windows, openWindow: (url: string) => opened.push(url) } })('notificationclick', { notification: { close } });
    expect([opened, focused, close.mock.calls.length]).toEqual([opens, goesTo, 1]);
  });
  it('tells the server when the browser changed its address', async () => {
    const subscription = { toJSON: () => ({ endpoint: 'https://push.example/2', keys: { p256dh: 'P', auth: 'A' } }) };
    const subscribe = vi.fn(async () => subscription);
    const fetch = vi.fn(async (_url: string, _how?: { method?: string; body?: string }) => ({ json: async () => ({ key: 'K', on: true }) }));
    await waking({ registration: { pushManager: { subscribe } }, fetch })('pushsubscriptionchange');
    expect(subscribe).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: 'K' });
    const [url, how] = fetch.mock.calls.at(-1)!;
    expect([url, how?.method, JSON.parse(how?.body ?? '')]).toEqual(['/api/v1/my/push', 'PUT', { endpoint: 'https://push.example/2', p256dh: 'P', auth: 'A' }]);
  });
});
