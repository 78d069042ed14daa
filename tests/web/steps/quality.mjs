// What must hold on every page: at twice the size, without a mouse, with names from anywhere, with whatever is
// pasted, and when the clock, the address, the sign-in or the server is not as it should be.
import assert from 'node:assert/strict';
import { choose, date, minute, row, signIn, startOf } from '../hands.mjs';
import { clock, password, people, zone } from '../programme.mjs';

const names = [
  ['ليلى', 'حداد'], ['נועה', 'בן-דוד'], ['李', '小龍'], ['Нюра', 'Щукина'], ['ຂ້ອຍ', 'ພົງ'], ['Zoë̈', 'Ångström'],
  ['e\u0301lodie', 'Nguye\u0302\u0303n'], ['👩🏽‍🚀', 'Star'], ['D’Angelo', 'O’Brien & <b>Sons</b>'], ['Wolfeschlegelsteinhausenbergerdorff', 'Hubert'.repeat(8)],
];
const full = ([first, last]) => `${first} ${last}`;
const pages = (s) => [
  'today', 'calendar/week', 'calendar/day', 'calendar/list', 'book', 'groups', 'clients', `clients/${s.client}`, `sessions/${s.session}`, 'more', 'tasks', 'enquiries', 'calls',
  'hours', 'reminders', 'meetings', 'reports', 'weekly-hours', 'open-sheets', 'bad-day',
];
// All that an address can say, for whoever may see it and whoever may not.
const everywhere = (s) => [
  ...pages(s), 'clients/new', 'approvals', 'disclosures/1', 'follow-up-rules', 'plan-templates', 'terms', 'lists', 'care-rules', 'support', 'on-call', 'help-numbers', 'kiosks',
  `sessions/${s.session}/sign-in-sheet`, `clients/${s.client}/attendance`, `clients/${s.client}/reminders`, 'reminder-rule', `hours/staff/${people.nora.id}`,
  'hours/sites/1', `hand-over/${people.nora.id}`, 'groups/1/terms', 'groups/1/reminders', 'enquiries/1', 'enquiries/1/admit', `reminders/${date(Date.now())}`,
  `reminders/of/session/${s.session}/${s.client}`,
];
// Addresses that lead nowhere, to what is somebody else's, or that somebody made up.
const nowhere = [
  'sessions/999999', 'sessions/999999/sign-in-sheet', 'clients/999999', 'clients/999999/attendance', 'clients/999999/reminders', 'groups/999999', 'groups/999999/terms',
  'disclosures/999999', 'enquiries/999999', 'enquiries/999999/admit', 'hours/staff/999999', 'hours/sites/999999', 'hand-over/999999', 'reminders/of/session/999999/999999',
  'reminders/of/moon/1/1', 'sessions/abc', 'sessions/-1', 'sessions/1e3', 'sessions/9007199254740993', 'clients/%F0%9F%92%A5', 'clients/<img src=x>', 'calendar/day/2026-02-30', 'calendar/week/0000-00-00',
  'today/nonsense', 'bad-day/staff/999999/nonsense', 'no-such-page', '//', '__proto__', 'constructor',
];

async function to(page, address) {
  await page.evaluate((to) => (location.hash = `#/${to}`), address);
  await settled(page);
}
// Whatever the page says in the end: nothing is being fetched, and there is a heading or a notice.
async function settled(page) {
  await page.waitForFunction(() =>
    document.querySelector('main h1, main [role=alert]') && ![...document.querySelectorAll('main [role=status]')].some((e) => e.textContent.startsWith('Loading ')));
}
// What reaches beyond the window's edge, if the page is to be scrolled sideways.
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth ? '' :
  ([...document.querySelectorAll('body *')].findLast((e) => e.getBoundingClientRect().right > innerWidth && e.checkVisibility())?.outerHTML.slice(0, 200) ?? 'something'));
// Tab by tab, until it is reached.
async function tabTo(page, locator, what) {
  for (let n = 0; n < 80; n++) {
    if (await locator.evaluate((e) => e === document.activeElement).catch(() => false)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${what}`);
}
// Every stop of Tab on a page, and whether one sees where one is: on the control, or on what stands around it.
async function blindStops(page) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  const blind = [];
  const seen = new Set();
  let last = '';
  for (let n = 0; n < 80; n++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      const visible = (x) => {
        const style = getComputedStyle(x);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      };
      e.dataset.stop ??= String((window.stops = (window.stops ?? 0) + 1));
      return { id: e.dataset.stop, shown: visible(e) || [e.parentElement, e.parentElement?.parentElement].some((x) => x && visible(x)), what: e.outerHTML.slice(0, 140) };
    });
    if (stop && stop.id === last) continue; // the parts of a day are stops of their own
    if (!stop && n) continue; // past the end, and in again at the top
    if (!stop || seen.has(stop.id)) break;
    last = stop.id;
    seen.add(stop.id);
    if (!stop.shown) blind.push(stop.what);
  }
  return { blind, stops: seen.size };
}

export const steps = [
  ['names of every script and direction are read as they are written', async ({ visitor, programme, look }, s) => {
    s.clients = [];
    for (const [preferred_name, family_name] of names)
      s.clients.push(await programme.call('rosa', 'POST', '/api/v1/clients', { preferred_name, family_name, site: programme.site, phase: 'aftercare', assign_to: people.nora.id }));
    s.client = s.clients[0].id;
    const tomorrow = date(Date.now() + 24 * 60 * minute);
    for (const [i, client] of s.clients.entries())
      s.session = (await programme.book('nora', {
        kind: 'one_on_one', title: full(names[i]), starts_at: startOf(tomorrow, `${String(9 + i).padStart(2, '0')}:00`), duration_minutes: 30, facilitators: [people.nora.id], clients: [client.id],
        ...(i % 2 ? {} : { room: programme.rooms[1].id }),
      })).id;
    await programme.book('nora', { kind: 'group', title: 'ליווי קבוצתי', starts_at: startOf(tomorrow, '20:00'), duration_minutes: 60, facilitators: [people.nora.id], clients: s.clients.map((c) => c.id) })
      .then((booked) => (s.many = booked.id));
    s.nora = await visitor('/');
    await signIn(s.nora, 'nora');
    await to(s.nora, 'clients');
    for (const name of names) {
      const found = s.nora.locator('main li').getByText(full(name), { exact: true }).first();
      await s.nora.getByLabel('Search').fill(name[0]);
      await found.waitFor();
    }
    await s.nora.getByLabel('Search').fill('');
    await look(s.nora, 'quality-names');
    await to(s.nora, `today/${tomorrow}`);
    await row(s.nora, s.many).waitFor();
    await look(s.nora, 'quality-names-day');
    await to(s.nora, `sessions/${s.many}`);
    for (const name of names) await s.nora.getByText(full(name), { exact: false }).first().waitFor();
    await look(s.nora, 'quality-names-session');
    assert.equal(await s.nora.locator('b').count(), 0); // what looks like markup is text
    // What stands beside a name from the right keeps its side: the time before the title, wherever that runs.
    await to(s.nora, `calendar/day/${tomorrow}`);
    const block = s.nora.locator('.ec-event button').filter({ hasText: 'ליווי' });
    const [time, title] = [await block.locator('.time').boundingBox(), await block.locator('.title').boundingBox()];
    assert.ok(time.y < title.y && Math.abs(time.x - title.x) < 2);
    await look(s.nora, 'quality-names-calendar');
  }],

  ['at twice the size nothing is lost, and nothing is to be scrolled sideways', async ({ visitor }, s) => {
    s.large = await visitor('/', { width: 640, height: 400 }, { deviceScaleFactor: 2 });
    await signIn(s.large, 'nora');
    const wide = [];
    for (const page of pages(s)) {
      await to(s.large, page);
      const found = await sideways(s.large);
      if (found) wide.push(`${page}: ${found}`);
      // What is fixed to an edge leaves room for the page.
      const covered = await s.large.evaluate(() => {
        const nav = document.querySelector('header nav').getBoundingClientRect();
        return nav.height / innerHeight;
      });
      assert.ok(covered < 0.3, `${page}: the bar takes ${Math.round(covered * 100)} % of the window`);
    }
    assert.deepEqual(wide, []);
    await s.large.context().close();
  }],

  ['nothing moves for whoever asked for that', async ({ visitor }) => {
    const still = await visitor('/', undefined, { reducedMotion: 'reduce' });
    await signIn(still, 'nora');
    for (const page of ['today', 'calendar/week', 'book', 'clients']) {
      await to(still, page);
      assert.deepEqual(await still.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running' && (a.effect?.getComputedTiming().duration ?? 0) > 1).length), 0, page);
    }
    await still.context().close();
  }],

  ['one sees at each stop of Tab where one is', async (_, s) => {
    const blind = [];
    for (const page of pages(s)) {
      await to(s.nora, page);
      const found = await blindStops(s.nora);
      assert.ok(found.stops > 5, `${page}: ${found.stops} stops`);
      blind.push(...found.blind.map((what) => `${page}: ${what}`));
    }
    assert.deepEqual(blind, []);
  }],

  ['a session is booked from start to end without a mouse', async (_, s) => {
    const { nora } = s;
    const keys = nora.keyboard;
    await to(nora, 'today');
    await tabTo(nora, nora.getByRole('link', { name: 'Book', exact: true }), 'the bar');
    await keys.press('Enter');
    await nora.getByRole('heading', { name: 'Book a session' }).waitFor();
    await tabTo(nora, nora.getByLabel('Service'), 'the service');
    await keys.press('ArrowDown');
    await tabTo(nora, nora.getByRole('combobox', { name: 'Client' }), 'the client');
    // Enter before the answer is there takes nobody: least of all who stood first in the list before.
    const first = nora.getByRole('listbox', { name: 'Found' }).getByRole('option', { selected: true });
    await first.waitFor();
    let answer;
    const held = new Promise((done) => (answer = done));
    const slow = (route) => held.then(() => route.continue());
    await nora.route('**/api/v1/clients/search', slow);
    await keys.type('jo');
    await keys.press('Enter');
    assert.equal(await first.count(), 0);
    assert.equal(await nora.getByRole('button', { name: /^Remove (?!Nora)/ }).count(), 0);
    answer();
    await first.getByText('Jo Park').waitFor();
    await nora.unroute('**/api/v1/clients/search', slow);
    await keys.press('Enter');
    await nora.getByRole('button', { name: 'Remove Jo Park' }).waitFor();
    await tabTo(nora, nora.getByLabel('Start'), 'the start');
    const at = new Date(Math.ceil(Date.now() / (15 * minute)) * 15 * minute + 90 * minute);
    await keys.type(clock(at, zone));
    await tabTo(nora, nora.getByRole('button', { name: 'Book', exact: true }), 'the button');
    await keys.press('Enter');
    await nora.getByRole('heading', { name: 'Booked' }).waitFor();
    await tabTo(nora, nora.getByRole('link', { name: 'Open the session' }), 'the session');
    await keys.press('Enter');
    await nora.getByText('Jo Park').first().waitFor();
  }],

  ['every address answers everybody: with the page, or with what stands in its place', async ({ visitor }, s) => {
    for (const who of Object.keys(people)) {
      const page = await visitor('/');
      await signIn(page, who);
      for (const address of [...everywhere(s), ...nowhere]) {
        await to(page, address).catch((error) => {
          throw new Error(`${who} at ${address}: ${error.message}`);
        });
        const text = await page.locator('main').innerText();
        assert.doesNotMatch(text, /undefined|NaN|\[object|Invalid Date/, `${who} at ${address}: ${text.slice(0, 200)}`);
      }
      assert.equal(await page.evaluate('window.sameVisit'), true, who);
      await page.context().close();
    }
  }],

  ['ten thousand characters are refused at their field, or cut with a word', async ({ look }, s) => {
    const { nora } = s;
    const much = 'Lorem ipsum dolor sit amet '.repeat(371).slice(0, 10_000);
    const broken = [];
    for (const page of ['book', 'clients', 'clients/new', 'meetings', 'bad-day', `clients/${s.client}`, 'hours', 'more', 'reports']) {
      await to(nora, page);
      const inputs = nora.locator('main').locator('input:not([type]), input[type=text], input[type=search], input[type=url], input[type=tel], input[type=email], textarea');
      for (let i = 0; i < (await inputs.count()); i++) {
        const input = inputs.nth(i);
        if (!(await input.isVisible()) || !(await input.isEditable())) continue;
        await input.focus();
        await nora.keyboard.insertText(much); // as a paste: the browser keeps to the field's own limit
        const wide = await sideways(nora);
        if (wide) broken.push(`${page}: ${wide}`);
      }
    }
    assert.deepEqual(broken, []);
    await to(nora, 'book');
    await nora.getByLabel('Title').focus();
    await nora.keyboard.insertText(much);
    await nora.getByText('200 characters fit here, and this is full.').waitFor();
    await look(nora, 'quality-full');
    // Past the field’s own limit, as a program would: the server says it, at the field, and what was typed stays.
    await nora.getByLabel('Title').evaluate((input) => input.removeAttribute('maxlength'));
    await nora.getByLabel('Title').fill(much);
    await nora.getByLabel('Service').selectOption({ index: 1 });
    await choose(nora, 'Client', 'ray', /Ray Dube/);
    await nora.getByLabel('Start').fill('23:00');
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.locator('.field').filter({ has: nora.getByLabel('Title') }).locator('.field-problem').waitFor();
    assert.equal((await nora.getByLabel('Title').inputValue()).length, 10_000);
    assert.equal(await sideways(nora), '');
  }],

  ['signed out in the middle of a form, one goes on where one was', async ({ programme, look }, s) => {
    const { nora } = s;
    await to(nora, 'today');
    await to(nora, 'book');
    await nora.getByLabel('Title').fill('Half of a thought');
    await choose(nora, 'Client', 'theo', /Theo Grant/);
    s.second = await nora.context().newPage(); // another tab of the same person
    await s.second.goto(`${programme.origin}/#/book`);
    await s.second.getByLabel('Title').fill('In the other tab');
    await nora.context().request.post(`${programme.origin}/api/v1/sign-out`, { headers: { Origin: programme.origin } });
    const again = nora.getByRole('dialog', { name: 'Sign in' });
    await again.getByText('You were signed out. Sign in to go on.').waitFor();
    await s.second.getByRole('dialog', { name: 'Sign in' }).waitFor();
    assert.equal(await nora.getByText('Theo Grant').isVisible(), false); // nobody reads it meanwhile
    await look(nora, 'quality-signed-out');
    await again.getByLabel('Login').fill('nora');
    await again.getByLabel('Password').fill(password);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'detached' });
    assert.equal(await nora.getByLabel('Title').inputValue(), 'Half of a thought');
    await nora.getByRole('button', { name: 'Remove Theo Grant' }).waitFor();
    await nora.getByText('Live', { exact: true }).waitFor();
    // The other tab has the cookie again, and asks once more.
    await s.second.getByLabel('Login').fill('samuel');
    await s.second.getByLabel('Password').fill(password);
    await s.second.getByRole('button', { name: 'Sign in' }).click();
    await s.second.locator('header').getByText('Samuel Okafor').waitFor();
    // Somebody else: nothing of what the one before typed is there.
    assert.equal(await s.second.getByLabel('Title').inputValue(), '');
    await s.second.close();
    await nora.goto(`${programme.origin}/`);
  }],

  ['the server is gone for a minute, and what was typed goes through afterwards', async ({ visitor, programme, look }, s) => {
    s.nora = await visitor('/#/book');
    const { nora } = s;
    await signIn(nora, 'nora');
    await nora.getByLabel('Service').selectOption({ index: 1 });
    await choose(nora, 'Client', 'marcus', /Marcus Bell/);
    await nora.getByLabel('Title').fill('While nobody listened');
    await nora.getByLabel('Day', { exact: true }).fill(date(Date.now() + 2 * 24 * 60 * minute));
    await nora.getByLabel('Start').fill('10:00');
    await programme.stop();
    await nora.getByText('Not connected. What you see may be out of date').waitFor();
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.getByText('The server cannot be reached.').first().waitFor();
    await look(nora, 'quality-gone');
    await programme.start();
    await nora.getByText('Live', { exact: true }).waitFor();
    assert.equal(await nora.getByLabel('Title').inputValue(), 'While nobody listened');
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.getByRole('heading', { name: 'Booked' }).waitFor();
  }],

  ['a device whose clock is wrong by hours shows the right day, and what is due', async ({ visitor, programme }) => {
    const soon = await programme.book('nora', {
      kind: 'one_on_one', starts_at: Math.ceil(Date.now() / (15 * minute)) * 15 * minute + 180 * minute, duration_minutes: 30, facilitators: [people.samuel.id], clients: [programme.clients[1].id],
    }).catch(() => programme.book('priya', {
      kind: 'one_on_one', starts_at: Math.ceil(Date.now() / (15 * minute)) * 15 * minute + 240 * minute, duration_minutes: 30, facilitators: [people.samuel.id], clients: [programme.clients[1].id],
    }));
    for (const hours of [-15, 20]) {
      const wrong = `(() => { const real = Date; const off = ${hours} * 3600000;
        globalThis.Date = class extends real { constructor(...a) { if (a.length) super(...a); else super(real.now() + off); } static now() { return real.now() + off; } }; })()`;
      const desk = await visitor('/help');
      await desk.addInitScript(wrong);
      await desk.goto(`${programme.origin}/`);
      await signIn(desk, 'samuel');
      assert.equal(await desk.evaluate(() => Math.round((Date.now() - performance.timeOrigin - performance.now()) / 3600000)), hours);
      await row(desk, programme.group.id).getByText('Sheet open').waitFor();
      await row(desk, soon.id).waitFor();
      await desk.getByRole('link', { name: 'Book', exact: true }).click();
      assert.equal(await desk.getByLabel('Day', { exact: true }).inputValue(), date(Date.now()));
      await to(desk, `sessions/${soon.id}`);
      await desk.getByRole('button', { name: 'Move', exact: true }).waitFor(); // it has not begun
      await desk.context().close();

      const phone = await visitor('/help', { width: 390, height: 844 });
      await phone.addInitScript(wrong);
      const { code } = await programme.call('nora', 'POST', `/api/v1/clients/${programme.clients[1].id}/enrolment-codes`);
      await phone.goto(`${programme.origin}/app`);
      await phone.getByLabel('Your code').fill(code);
      await phone.getByRole('button', { name: 'Go on' }).click();
      await phone.getByText(clock(Date.parse(soon.starts_at), zone)).first().waitFor();
      await phone.context().close();
    }
  }],

  ['nothing is fetched from elsewhere, and what is kept is kept rightly', async ({ visitor, programme }, s) => {
    const elsewhere = new Set();
    const served = new Map();
    const page = await visitor('/help');
    page.context().on('request', (r) => {
      if (!r.url().startsWith(programme.origin) && !/^(blob|about|data):/.test(r.url())) elsewhere.add(r.url());
    });
    page.context().on('response', (r) => served.set(new URL(r.url()).pathname, r));
    for (const path of ['/', '/app', '/kiosk', '/help', '/answer', '/api/docs']) await page.goto(programme.origin + path, { waitUntil: 'networkidle' });
    await page.goto(`${programme.origin}/`);
    await signIn(page, 'rosa');
    for (const address of everywhere(s)) await to(page, address);
    assert.deepEqual([...elsewhere], []);
    let assets = 0;
    for (const [path, response] of served) {
      const headers = await response.allHeaders();
      if (response.status() !== 200 && response.status() !== 304) continue;
      if (path.startsWith('/assets/')) {
        assets++;
        assert.match(path, /-[\w-]{8}\.\w+$/, path);
        assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable', path);
      } else if (/^\/(app|kiosk|help|answer)?$/.test(path)) {
        assert.equal(headers['cache-control'], 'no-cache', path);
        assert.match(headers['content-security-policy'], /^default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'/, path);
      } else continue;
      assert.ok(headers.etag, `${path} has no ETag`);
      // In both codings, whoever asks; and nothing again to whoever has it.
      for (const coding of ['br', 'gzip']) {
        const again = await fetch(programme.origin + path, { headers: { 'Accept-Encoding': coding } });
        const bytes = (await again.arrayBuffer()).byteLength;
        if (bytes >= 512) assert.equal(again.headers.get('content-encoding'), coding, `${path} as ${coding}`);
        if (bytes >= 512) assert.equal(again.headers.get('vary'), 'Accept-Encoding', path);
        const kept = { 'Accept-Encoding': coding, 'If-None-Match': again.headers.get('etag') };
        assert.equal((await fetch(programme.origin + path, { headers: kept })).status, 304, path);
      }
    }
    assert.ok(assets > 10, `${assets} assets`);
    await page.context().close();
  }],
];
