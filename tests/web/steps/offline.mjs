// A client's telephone without a connection, and one that others use too: what it shows, what waits to be sent, its PIN, and
// how a sign-in ends. Each step stands on those before it.
import assert from 'node:assert/strict';
import { date, minute, openApp, tomorrow } from '../hands.mjs';
import { clock, people, zone } from '../programme.mjs';

const narrow = { width: 390, height: 844 };
const hour = 60 * minute;
const next = (page) => page.locator('section.next');
const notConnected = (page) => page.getByText('Not connected.', { exact: true });
const waits = (page) => page.locator('[data-unsent]');
// Everything the app has on the device, as whoever takes its storage reads it.
const kept = (page) =>
  page.evaluate(`new Promise((resolve, reject) => {
    const open = indexedDB.open('my-week');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const all = open.result.transaction('kept').objectStore('kept').getAll();
      all.onsuccess = () => {
        open.result.close();
        resolve(JSON.stringify(all.result, (key, v) => v instanceof ArrayBuffer ? String.fromCharCode(...new Uint8Array(v)) : v) + JSON.stringify(localStorage));
      };
    };
  })`);
const keptOnDevice = async (page) => {
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  await page.waitForFunction("caches.match('/app').then(Boolean)");
};
const away = (page) => page.context().setOffline(true);
const back = (page) => page.context().setOffline(false);
// Whether somebody looks at the page, as the browser would tell it.
const looked = (page, state) =>
  page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' }); document.dispatchEvent(new Event('visibilitychange'))`);
async function code(programme, client) {
  return (await programme.call('nora', 'POST', `/api/v1/clients/${client.id}/enrolment-codes`)).code;
}
async function letIn(page, programme, client) {
  await page.getByLabel('Your code').fill(await code(programme, client));
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('link', { name: /This device/ }).waitFor();
}

export const steps = [
  ['the app can be installed, under its neutral name', async ({ visitor, programme }, s) => {
    const [ana] = programme.clients;
    const at = Math.floor(Date.now() / (5 * minute)) * 5 * minute;
    s.booked = await programme.book('nora', {
      kind: 'one_on_one', starts_at: at + 3 * hour, duration_minutes: 30, facilitators: [people.nora.id], clients: [ana.id],
    });
    s.ana = await openApp(visitor, programme, ana);
    await s.ana.getByText('This week').waitFor();
    s.at = Date.parse(s.booked.starts_at);
    await next(s.ana).getByText(clock(s.at, zone)).first().waitFor();
    await keptOnDevice(s.ana);
    const browser = await s.ana.context().newCDPSession(s.ana);
    const { data, errors } = await browser.send('Page.getAppManifest');
    assert.deepEqual(errors, []);
    const manifest = JSON.parse(data);
    assert.deepEqual([manifest.name, manifest.id, manifest.display], ['My week', '/app', 'standalone']);
    for (const icon of manifest.icons) assert.ok((await s.ana.request.get(programme.origin + icon.src)).ok(), icon.src);
    // A test's browser is always a private one, which installs nothing; else there is nothing in the way.
    const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors.map((e) => e.errorId).filter((id) => id !== 'in-incognito'), []);
  }],

  ['without a connection it says so, and as of when what it shows is', async ({ look }, s) => {
    const { ana } = s;
    await away(ana);
    await notConnected(ana).waitFor();
    await ana.getByText(/^As of \d\d:\d\d, (just now|\d+ minutes? ago)\.$/).waitFor();
    await next(ana).getByText(clock(s.at, zone)).first().waitFor();
    await look(ana, 'offline-next');
  }],

  ['an answer given then waits in sight, and can be taken back', async ({ look }, s) => {
    const { ana } = s;
    s.sent = [];
    ana.context().on('request', (r) => r.method() === 'POST' && s.sent.push(new URL(r.url()).pathname));
    await ana.getByRole('button', { name: /I’ll be there/ }).click();
    await waits(ana).getByText('This will be sent when you are connected', { exact: false }).waitFor();
    await ana.getByText('One answer waits to be sent.').waitFor();
    await look(ana, 'offline-waits');
    await waits(ana).getByRole('button', { name: /Undo/ }).click();
    await waits(ana).waitFor({ state: 'detached' });
    await ana.getByRole('button', { name: /I’ll be there/ }).click();
    await waits(ana).waitFor();
  }],

  ['opened anew without a connection, every page is there', async ({ programme, look }, s) => {
    const { ana } = s;
    await programme.stop(); // nothing gets through, not even past the browser
    await ana.reload();
    await next(ana).getByText(clock(s.at, zone)).first().waitFor();
    await waits(ana).getByText('I’ll be there', { exact: true }).waitFor();
    await notConnected(ana).waitFor();
    await ana.getByRole('link', { name: 'Reminders' }).click();
    await ana.getByText('You will be reminded').waitFor();
    await ana.getByRole('link', { name: 'How I am reminded' }).click();
    await ana.getByRole('heading', { name: 'My reminders' }).waitFor();
    await look(ana, 'offline-reminder-settings');
    await ana.getByRole('link', { name: 'Meetings' }).click();
    await ana.getByText('None yet.', { exact: false }).waitFor();
    await look(ana, 'offline-meetings');
    await ana.getByRole('link', { name: 'Plan', exact: true }).click();
    await ana.getByText('What I agreed to').waitFor();
    await look(ana, 'offline-plan');
    await ana.getByRole('link', { name: 'Sharing' }).click();
    await ana.getByText('The server cannot be reached.', { exact: false }).waitFor();
    await ana.getByRole('link', { name: 'I need to talk' }).click();
    await ana.getByText('Nobody can be asked from here right now. These numbers work.').waitFor();
    await ana.getByRole('link', { name: /Crisis line.*988/ }).waitFor();
    await ana.goto(`${programme.origin}/app#/sessions/99`);
    await ana.getByText('That page is not here any more').waitFor();
    await look(ana, 'offline-no-such-page');
    await ana.getByRole('link', { name: 'Next' }).click();
  }],

  ['with two tabs open it is sent once', async ({ programme }, s) => {
    const { ana } = s;
    const second = await ana.context().newPage();
    await second.setViewportSize(narrow);
    await second.goto(`${programme.origin}/app`);
    await waits(second).getByText('I’ll be there', { exact: true }).waitFor();
    // Taken back in one, it is gone from the other.
    await waits(second).getByRole('button', { name: /Undo/ }).click();
    await waits(ana).waitFor({ state: 'detached' });
    await second.getByRole('button', { name: /I’ll be there/ }).click();
    await waits(ana).getByText('I’ll be there', { exact: true }).waitFor();
    s.sent.length = 0;
    await programme.start();
    await back(ana);
    for (const page of [ana, second]) {
      await page.bringToFront();
      await page.getByText('You said you’ll be there').waitFor();
      await notConnected(page).waitFor({ state: 'detached' });
    }
    const confirm = `/api/v1/my/appointments/${s.booked.id}/confirm`;
    assert.deepEqual(s.sent.filter((path) => path === confirm), [confirm]);
    const { participants } = await programme.call('nora', 'GET', `/api/v1/sessions/${s.booked.id}/roster`);
    assert.equal(participants.find((p) => p.client === programme.clients[0].id).answer, 'confirmed');
    await second.close();
  }],

  ['an answer to a time that has moved meanwhile is not given for the new one', async ({ programme, look }, s) => {
    const { ana } = s;
    await away(ana);
    await notConnected(ana).waitFor();
    await ana.getByRole('button', { name: /^Change/ }).click();
    await ana.getByRole('button', { name: /I can’t come/ }).click();
    await waits(ana).getByText('I can’t come', { exact: true }).waitFor();
    const { version } = await programme.call('nora', 'GET', `/api/v1/sessions/${s.booked.id}`);
    await programme.call('nora', 'PATCH', `/api/v1/sessions/${s.booked.id}`, { starts_at: new Date(s.at + hour).toISOString() }, { 'If-Match': `"${version}"` });
    await back(ana);
    const refused = ana.locator(`[data-refused="session-${s.booked.id}"]`);
    await refused.getByText('“I can’t come” does not count').waitFor();
    await refused.getByText(`It has moved to`, { exact: false }).waitFor();
    await next(ana).getByText(clock(s.at + hour, zone)).first().waitFor();
    assert.ok(!s.sent.some((path) => path.endsWith('/cant-come')));
    await look(ana, 'offline-moved');
    await refused.getByRole('button', { name: 'Dismiss' }).click();
    await refused.waitFor({ state: 'detached' });
  }],

  ['how one is, said while the server is gone, arrives after the app was closed', async ({ programme, look }, s) => {
    const { ana } = s;
    await programme.stop();
    await notConnected(ana).waitFor();
    await ana.goto(`${programme.origin}/app#/how-are-you`);
    await ana.getByRole('radio', { name: 'So-so' }).check();
    await ana.getByLabel('A note, if you like').fill('Slept badly, and said so');
    await ana.getByRole('button', { name: 'Keep it' }).click();
    await waits(ana).getByText('How I am', { exact: true }).waitFor();
    // Taken back, it is in the form again.
    await waits(ana).getByRole('button', { name: /Undo/ }).click();
    await ana.waitForFunction(() => document.querySelector('textarea')?.value === 'Slept badly, and said so');
    await ana.getByRole('button', { name: 'Keep it' }).click();
    await waits(ana).getByText('How I am', { exact: true }).waitFor();
    await look(ana, 'offline-how-i-am');
    const context = ana.context();
    await ana.close();
    await programme.start();
    s.ana = await context.newPage();
    await s.ana.setViewportSize(narrow);
    await s.ana.goto(`${programme.origin}/app`);
    await s.ana.getByText('What you said of how you are has been sent.', { exact: false }).waitFor();
    const said = await programme.call('nora', 'GET', `/api/v1/clients/${programme.clients[0].id}/self-checks`);
    assert.deepEqual(said.items.map((c) => c.note), ['Slept badly, and said so']);
  }],

  ['a place that is offered is declined without a connection', async ({ programme, look }, s) => {
    const { ana } = s;
    const group = await programme.call('rosa', 'POST', '/api/v1/groups', {
      site: programme.site, service: programme.services.find((v) => v.code !== 'screen_visit').id, name: 'Evening circle', alias: 'Evening appointment',
      admission: 'rolling', smallest: 1, largest: 4, admits: { phases: [], levels: [], tags: [] }, topics: [],
    });
    await programme.call('rosa', 'POST', '/api/v1/series', {
      group: group.id, site: programme.site, starts_on: date(tomorrow() + 24 * hour), time: '16:00', duration_minutes: 60, rule: 'FREQ=WEEKLY', facilitators: [people.samuel.id],
    });
    const wait = await programme.call('rosa', 'POST', `/api/v1/groups/${group.id}/waitlist`, { client: programme.clients[0].id });
    const offer = ana.locator(`[data-offer="${wait.id}"]`);
    await offer.getByText('Evening appointment').waitFor();
    await look(ana, 'offer');
    await away(ana);
    await notConnected(ana).waitFor();
    await offer.getByRole('button', { name: 'No, thank you' }).click();
    await waits(offer).getByText('I don’t want the place', { exact: true }).waitFor();
    await look(ana, 'offline-offer');
    await back(ana);
    await offer.waitFor({ state: 'detached' });
    const { items } = await programme.call('rosa', 'GET', `/api/v1/groups/${group.id}/waitlist`);
    assert.deepEqual(items.filter((w) => w.client === programme.clients[0].id && w.state === 'offered'), []);
  }],

  ['a PIN makes what is kept unreadable, and is asked for when the app opens', async ({ programme, look }, s) => {
    const { ana } = s;
    assert.match(await kept(ana), /"title":/);
    await ana.getByRole('link', { name: /This device/ }).click();
    await ana.getByRole('button', { name: 'Set a PIN' }).click();
    await ana.getByRole('textbox', { name: 'PIN', exact: true }).fill('258');
    await ana.getByRole('button', { name: 'Set the PIN' }).click();
    await ana.getByText('A PIN has 4 to 8 digits.').waitFor();
    await ana.getByRole('textbox', { name: 'PIN', exact: true }).fill('2580');
    await ana.getByLabel('The same again').fill('2581');
    await ana.getByRole('button', { name: 'Set the PIN' }).click();
    await ana.getByText('That is another one.', { exact: false }).waitFor();
    await look(ana, 'device-pin');
    await ana.getByLabel('The same again').fill('2580');
    await ana.getByRole('button', { name: 'Set the PIN' }).click();
    await ana.getByText('The PIN is set.', { exact: false }).waitFor();
    await look(ana, 'device');
    const text = await kept(ana);
    for (const words of [/"title"/, /starts_at/, /"name"/, /Appointment/i, /goals/]) assert.doesNotMatch(text, words);

    await away(ana); // it also opens without a connection
    await ana.goto(`${programme.origin}/app#/next`);
    await ana.reload();
    await ana.getByLabel('Your PIN').waitFor();
    assert.equal(await ana.getByText(clock(s.at + hour, zone)).count(), 0);
    await look(ana, 'locked');
    await ana.getByLabel('Your PIN').fill('1111');
    await ana.getByRole('button', { name: 'Open My week' }).click();
    await ana.getByText('After 4 more wrong tries this device is signed out.', { exact: false }).waitFor();
    await ana.getByLabel('Your PIN').fill('2580');
    await ana.getByRole('button', { name: 'Open My week' }).click();
    await next(ana).getByText(clock(s.at + hour, zone)).first().waitFor();
    await back(ana);
    await notConnected(ana).waitFor({ state: 'detached' });
  }],

  ['after five minutes away it asks again; what was typed is there, and help never needed it', async ({ programme, look }, s) => {
    const { ana } = s;
    await ana.clock.install();
    await ana.goto(`${programme.origin}/app#/how-are-you`);
    await ana.reload();
    await ana.getByLabel('Your PIN').fill('2580');
    await ana.getByRole('button', { name: 'Open My week' }).click();
    await ana.getByLabel('A note, if you like').fill('Half a sentence');
    await looked(ana, 'hidden');
    await ana.clock.fastForward(4 * minute);
    await looked(ana, 'visible');
    assert.equal(await ana.getByLabel('A note, if you like').inputValue(), 'Half a sentence');
    await looked(ana, 'hidden');
    await ana.clock.fastForward(5 * minute);
    await looked(ana, 'visible');
    await ana.getByLabel('Your PIN').waitFor();
    await ana.getByRole('link', { name: 'I need to talk' }).click();
    await ana.getByRole('link', { name: /Crisis line.*988/ }).waitFor();
    await ana.getByRole('button', { name: 'Ask somebody to call me' }).waitFor();
    await look(ana, 'locked-talk');
    await ana.getByRole('link', { name: 'Back' }).click();
    await ana.getByLabel('Your PIN').fill('2580');
    await ana.getByRole('button', { name: 'Open My week' }).click();
    await ana.getByText('This week').waitFor();
    await ana.goto(`${programme.origin}/app#/how-are-you`);
    await ana.getByLabel('A note, if you like').waitFor();
    assert.equal(await ana.getByLabel('A note, if you like').inputValue(), 'Half a sentence');
  }],

  ['five wrong tries sign the device out, and leave nothing on it', async ({ look }, s) => {
    const { ana } = s;
    await ana.reload();
    for (const left of ['After 4 more', 'After 3 more', 'After 2 more', 'After one more']) {
      await ana.getByLabel('Your PIN').fill('0000');
      await ana.getByRole('button', { name: 'Open My week' }).click();
      await ana.getByText(left, { exact: false }).waitFor();
      if (left === 'After 3 more') await ana.reload(); // no try is gained by that
    }
    await look(ana, 'locked-last-try');
    await ana.getByLabel('Your PIN').fill('0000');
    await ana.getByRole('button', { name: 'Open My week' }).click();
    await ana.getByText('The PIN was wrong five times', { exact: false }).waitFor();
    await look(ana, 'locked-out');
    assert.doesNotMatch(await kept(ana), /sealed|plain/);
    assert.equal(await ana.evaluate("fetch('/api/v1/me').then((r) => r.status)"), 401);
  }],

  ['signed out by staff in the middle of a sentence, it keeps nothing but the sentence', async ({ programme, look }, s) => {
    const { ana } = s;
    const [client] = programme.clients;
    await letIn(ana, programme, client);
    await ana.goto(`${programme.origin}/app#/how-are-you`);
    await ana.getByLabel('A note, if you like').fill('Not finished yet');
    await programme.call('nora', 'DELETE', `/api/v1/clients/${client.id}/sign-ins`);
    await ana.getByText('What you were typing comes back with it.', { exact: false }).waitFor();
    await look(ana, 'signed-out');
    await ana.waitForFunction(`new Promise((resolve) => { const open = indexedDB.open('my-week'); open.onsuccess = () => {
      const all = open.result.transaction('kept').objectStore('kept').getAllKeys(); all.onsuccess = () => { open.result.close(); resolve(all.result.length <= 1); }; }; })`);
    assert.doesNotMatch(await kept(ana), /Not finished|title/);
    await ana.getByLabel('Your code').fill(await code(programme, client));
    await ana.getByRole('button', { name: 'Go on' }).click();
    await ana.getByLabel('A note, if you like').waitFor();
    assert.equal(await ana.getByLabel('A note, if you like').inputValue(), 'Not finished yet');
  }],

  ['signing out without a connection is done when there is one', async ({ programme, look }, s) => {
    const { ana } = s;
    await ana.getByRole('link', { name: 'Next' }).click();
    await away(ana);
    await notConnected(ana).waitFor();
    await next(ana).getByRole('button', { name: /I’ll be there/ }).click();
    await waits(ana).waitFor();
    await ana.getByRole('button', { name: 'Sign out' }).click();
    const dialog = ana.getByRole('dialog', { name: 'Sign out before it is sent?' });
    await dialog.getByText('One answer was not sent yet.', { exact: false }).waitFor();
    await look(ana, 'offline-sign-out');
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    await ana.getByText('Signed out on this device').waitFor();
    await look(ana, 'offline-signed-out');
    await back(ana);
    await ana.getByText('Signed out on this device').waitFor({ state: 'detached' });
    await ana.reload();
    await ana.getByLabel('Your code').waitFor();
    assert.equal(await ana.evaluate("fetch('/api/v1/me').then((r) => r.status)"), 401);
    const { participants } = await programme.call('nora', 'GET', `/api/v1/sessions/${s.booked.id}/roster`);
    assert.notEqual(participants.find((p) => p.client === programme.clients[0].id).answer, 'confirmed');
  }],

  ['a device whose clock is hours wrong shows the right day and the right age', async ({ visitor, programme, look }, s) => {
    const wrong = await visitor('/app', narrow);
    await wrong.clock.install({ time: Date.now() + 5 * hour }); // behind which what comes next would lie
    await wrong.reload();
    await letIn(wrong, programme, programme.clients[0]);
    await next(wrong).getByText(clock(s.at + hour, zone)).first().waitFor();
    await keptOnDevice(wrong);
    await away(wrong);
    await notConnected(wrong).waitFor();
    await wrong.getByText(/^As of \d\d:\d\d, (just now|\d+ minutes? ago)\.$/).waitFor();
    await wrong.reload();
    await notConnected(wrong).waitFor();
    await next(wrong).getByText(clock(s.at + hour, zone)).first().waitFor();
    await wrong.getByText(/^As of \d\d:\d\d, (just now|\d+ minutes? ago)\.$/).waitFor();
    await look(wrong, 'offline-wrong-clock');
  }],
];
