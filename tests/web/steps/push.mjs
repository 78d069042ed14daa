// Notifications on a client's phone: turned on by a tap, shown when the app is closed, and gone when it is open.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { minute, openApp, signIn } from '../hands.mjs';
import { play } from '../outside.mjs';
import { people } from '../programme.mjs';

// A real push service (tests/end_to_end/push_service.py), which opens what the server sends with a library of its own.
async function openService(folder) {
  mkdirSync(folder);
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext',
    'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const service = await play('push_service.py', folder);
  const [, port, p256dh, auth] = /push=(\d+) p256dh=(\S+) auth=(\S+)/.exec(service.said);
  return {
    origin: `https://127.0.0.1:${port}`,
    p256dh,
    auth,
    refused: () => service.all('refused'),
    // The n-th push, once there is one.
    push: (n) => service.first('pushes', (_, i) => i === n - 1),
  };
}

const settings = async (page) => {
  await page.goto(new URL('/app#/reminders/settings', page.url()).href);
  const card = page.locator('[data-notifications]');
  await card.waitFor();
  return card;
};
const shown = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/app');
    return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
  });

export const steps = [
  ['notifications are off until somebody taps, and a browser that will not have them says so', async ({ programme, visitor, look }, shared) => {
    shared.service = await openService(join(programme.folder, 'push'));
    programme.outside.push('--push-contact', 'mailto:calendar@example.org', '--push-services', shared.service.origin,
      '--outside-ca', join(programme.folder, 'push', 'cert.pem'));
    await programme.stop();
    await programme.start();

    const [ana] = programme.clients;
    const app = (shared.app = await openApp(visitor, programme, ana));
    await app.getByText('Sign out').waitFor();
    // Nobody was asked anything by opening the page.
    await app.addInitScript(() => {
      Object.defineProperty(Notification, 'permission', { get: () => window.allowed ?? 'default', configurable: true });
      Notification.requestPermission = async () => (window.asked = (window.asked ?? 0) + 1, (window.allowed = window.answers ?? 'default'));
    });
    await app.reload();
    const card = await settings(app);
    await card.getByText('Turned off', { exact: true }).waitFor();
    assert.equal(await app.evaluate('window.asked'), undefined);
    await look(app, 'client-notifications-off');

    await card.getByRole('button', { name: 'Turn on on this device' }).click();
    await card.getByText('Nothing was chosen in the browser’s question').waitFor();
    assert.equal(await app.evaluate('window.asked'), 1);
    await app.evaluate("window.answers = 'denied'");
    await card.getByRole('button', { name: 'Turn on on this device' }).click();
    await card.getByText('This browser does not allow notifications from this page.').waitFor();
    assert.equal(await card.getByRole('button').count(), 0);
    await look(app, 'client-notifications-refused');
  }],

  ['a tap turns them on, and the server has what the browser gave', async ({ programme, look }, shared) => {
    const { app, service } = shared;
    await app.context().grantPermissions(['notifications'], { origin: programme.origin });
    // This browser was built without a push service. What it would say is played; all that follows is real.
    await app.addInitScript((given) => {
      window.answers = 'granted';
      if (localStorage.subscribed) window.allowed = 'granted';
      PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
        if (window.unreachable) throw new DOMException('push service not available', 'AbortError');
        localStorage.subscribed = JSON.stringify({ userVisibleOnly, applicationServerKey });
        return { toJSON: () => given };
      };
      PushManager.prototype.getSubscription = async () =>
        localStorage.subscribed ? { unsubscribe: async () => localStorage.removeItem('subscribed') } : null;
    }, { endpoint: `${service.origin}/send/ana`, expirationTime: null, keys: { p256dh: service.p256dh, auth: service.auth } });
    await app.reload();
    const card = await settings(app);
    await app.evaluate('window.unreachable = true');
    await card.getByRole('button', { name: 'Turn on on this device' }).click();
    await card.getByText('could not reach its own notification service').waitFor();
    await app.evaluate('window.unreachable = false');
    await card.getByRole('button', { name: 'Turn on on this device' }).click();
    await card.getByText('Turned on', { exact: true }).waitFor();
    const { key } = await app.evaluate(async () => (await fetch('/api/v1/my/push')).json());
    assert.deepEqual(JSON.parse(await app.evaluate('localStorage.subscribed')), { userVisibleOnly: true, applicationServerKey: key });
    assert.match(key, /^[\w-]{87}$/);
    // It is so when one comes back, too.
    await app.reload();
    await app.locator('[data-notifications=on]').waitFor();
    await look(app, 'client-notifications-on');
  }],

  ['when the app is closed the phone says that there is something, once, and not what', async ({ programme }, shared) => {
    const { app, service } = shared;
    const [ana] = programme.clients;
    await programme.call('nora', 'PUT', `/api/v1/clients/${ana.id}/reminder-settings`, { offsets_minutes: [120], words: [] }, { 'If-Match': '"0"' });
    await app.goto(`${programme.origin}/help`); // a page of the same origin that is not the app
    shared.session = await programme.book('nora', {
      kind: 'one_on_one', starts_at: Math.ceil(Date.now() / 1000) * 1000 + 120 * minute + 3000, duration_minutes: 30,
      facilitators: [people.nora.id], clients: [ana.id],
    });
    // The news of the booking wakes the phone, and a moment later the reminder does; neither says what it is.
    for (const n of [1, 2]) {
      const { path, text } = await service.push(n);
      assert.deepEqual([path, text], ['/send/ana', '1']);
    }
    assert.deepEqual(service.refused(), []);
    assert.deepEqual(await shown(app), []);

    // As the browser does with what its push service brought.
    const browser = await app.context().newCDPSession(app);
    const registered = new Promise((done) =>
      browser.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const found = registrations.find((each) => each.scopeURL === `${programme.origin}/app` && !each.isDeleted);
        if (found) done(found.registrationId);
      }),
    );
    await browser.send('ServiceWorker.enable');
    const registrationId = await registered;
    const deliver = () => browser.send('ServiceWorker.deliverPushMessage', { origin: programme.origin, registrationId, data: '1' });
    await deliver();
    const one = [{ title: 'My week', body: 'Something new for you', tag: 'my-week' }];
    await app.waitForFunction(async () => (await (await navigator.serviceWorker.getRegistration('/app')).getNotifications()).length);
    assert.deepEqual(await shown(app), one);
    // The push service may bring it twice; it is shown once.
    const first = await app.evaluate(async () => (await (await navigator.serviceWorker.getRegistration('/app')).getNotifications())[0].timestamp);
    await deliver();
    await app.waitForFunction(async (before) => {
      const [last] = (await (await navigator.serviceWorker.getRegistration('/app')).getNotifications()).toSorted((a, b) => b.timestamp - a.timestamp);
      return last.timestamp > before;
    }, first);
    assert.deepEqual(await shown(app), one);
  }],

  ['the app that is opened says what it is, once, and the notification goes', async ({ programme, look }, shared) => {
    const { app } = shared;
    await app.goto(`${programme.origin}/app#/reminders`);
    await app.getByText(/You have an appointment on/).first().waitFor();
    await app.waitForFunction(async () => !(await (await navigator.serviceWorker.getRegistration('/app')).getNotifications()).length);
    const of = `/api/v1/sessions/${shared.session.id}/clients/${programme.clients[0].id}/reminders`;
    const states = async () => (await programme.call('nora', 'GET', of)).tries.map(({ channel, state }) => `${channel} ${state}`).sort().join(', ');
    const patience = AbortSignal.timeout(20_000);
    while ((await states()) !== 'live acknowledged, push acknowledged')
      if (patience.aborted) assert.fail(`it was opened, and not seen: ${await states()}`);
    await look(app, 'client-reminder-after-notification');
  }],

  ['staff see that a device shows them, and their rule has them in the order', async ({ programme, visitor, look }) => {
    const nora = await visitor('/');
    await signIn(nora, 'nora');
    await nora.goto(`${programme.origin}/#/clients/${programme.clients[0].id}/reminders`);
    await nora.getByText('A device of Ana’s shows notifications').waitFor();
    await nora.getByText('By notification').first().waitFor();
    await look(nora, 'staff-client-notifications');
    await nora.context().close();
  }],

  ['they can be turned off again, and end with signing out', async ({ programme }, shared) => {
    const { app } = shared;
    const card = await settings(app);
    await card.getByRole('button', { name: 'Turn off on this device' }).click();
    await card.getByText('Turned off', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Turn on on this device' }).click();
    await card.getByText('Turned on', { exact: true }).waitFor();
    const of = `/api/v1/clients/${programme.clients[0].id}/reminder-settings`;
    assert.equal((await programme.call('nora', 'GET', of)).notifications, true);
    // The device forgets at once, and then tells the server.
    const told = app.waitForResponse((answer) => answer.url().endsWith('/api/v1/sign-out'));
    await app.getByRole('button', { name: 'Sign out' }).click();
    await app.getByLabel('Your code').waitFor();
    assert.ok((await told).ok());
    assert.equal((await programme.call('nora', 'GET', of)).notifications, false);
  }],
];
