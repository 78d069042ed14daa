// How quick the pages are, on the demo programme, with the processor slowed to a quarter, in the browser that
// the tests use; one line for each figure, as circled_bench prints them. The baseline is the budget, so a
// ratio above 1 is too slow.
//
//   scripts/bench --only pages      (or: node tests/web/bench.mjs --binary FILE [--web FOLDER] [--runs N])
//
// Nothing in the tests runs this, for no test is timed.
import { parseArgs } from 'node:util';
import { Demo, root } from './demo.mjs';

const { values } = parseArgs({
  options: {
    binary: { type: 'string', default: `${root}/build/release/circled` },
    web: { type: 'string', default: `${root}/server/web/dist` },
    runs: { type: 'string', default: '5' },
  },
});
const runs = Number(values.runs);
const slowdown = 4;
const budgets = { content: 1000, interaction: 100, task: 50 }; // milliseconds

const median = (of) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)];
function line(name, value, budget, unit = 'ms') {
  console.log(`${name.padEnd(44)} ${value.toFixed(2).padStart(12)} ${unit.padEnd(10)} (${budget.toFixed(2)}, ${(value / budget).toFixed(2)})`);
}

// What the browser itself noticed: first and largest content, tasks of 50 ms and more, and for each interaction
// how long it was until the screen had answered.
const watch = () => {
  window.seen = { first: 0, largest: 0, tasks: [], interactions: new Map() };
  const on = (type, take, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  on('paint', (e) => e.name === 'first-contentful-paint' && (window.seen.first = e.startTime));
  on('largest-contentful-paint', (e) => (window.seen.largest = e.startTime));
  on('longtask', (e) => window.seen.tasks.push(e.duration));
  on('event', (e) => e.interactionId && window.seen.interactions.set(e.interactionId, Math.max(e.duration, window.seen.interactions.get(e.interactionId) ?? 0)),
    { durationThreshold: 16 });
};
const forget = (page) => page.evaluate(() => {
  window.seen.tasks.length = 0;
  window.seen.interactions.clear();
});
// The slowest since `forget`, once the browser has drawn what there is to draw. Below 16 ms nothing is told.
const slowest = (page) => page.evaluate(() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done({ interaction: Math.max(0, ...window.seen.interactions.values()), task: Math.max(0, ...window.seen.tasks) }))))));

const demo = await Demo.open(values);
const { origin, admin } = demo;
const call = demo.call.bind(demo);
async function slow(context) {
  const page = await context.newPage();
  await page.addInitScript(watch);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return page;
}

// The page opened anew, so many times: as on a first visit, and with what the browser keeps.
async function opening(name, makeContext, path, there) {
  for (const kept of [false, true]) {
    const found = [];
    let context = await makeContext();
    if (kept) await (await context.newPage()).goto(origin + path);
    for (let run = 0; run < runs; run++) {
      if (!kept && run) {
        await context.close();
        context = await makeContext();
      }
      const page = await slow(context);
      await page.goto(origin + path);
      await there(page);
      await slowest(page);
      found.push(await page.evaluate(() => ({ ...window.seen, interactions: undefined })));
      await page.close();
    }
    await context.close();
    const which = kept ? `${name}_again` : name;
    line(`pages_${which}_first_content`, median(found.map((f) => f.first)), budgets.content);
    line(`pages_${which}_largest_content`, median(found.map((f) => f.largest)), budgets.content);
  }
}
// What a person does, so many times; the median of how long the screen took to answer.
async function doing(name, page, act, { before } = {}) {
  const found = [];
  for (let run = 0; run < runs; run++) {
    await before?.();
    await slowest(page);
    await forget(page);
    await act(run);
    found.push(await slowest(page));
  }
  line(`pages_${name}`, median(found.map((f) => f.interaction)), budgets.interaction);
}

try {
  const clients = (await call(admin, 'POST', '/api/v1/clients/search', { limit: 20 })).items;
  const sites = (await call(admin, 'GET', '/api/v1/sites')).items;
  const client = clients.find((c) => c.site === sites[0].id) ?? clients[0];

  await opening('dashboard', () => demo.desk('cora'), '/', (page) => page.getByText('Live', { exact: true }).waitFor());
  await opening('app', () => demo.phone(client), '/app', (page) => page.getByRole('heading').first().waitFor());

  const desk = await demo.desk('sofia');
  const page = await slow(desk);
  await page.goto(`${origin}/`);
  await page.getByText('Live', { exact: true }).waitFor();
  const link = (name) => page.getByRole('link', { name, exact: true });
  const heading = page.locator('h1');
  await doing('dashboard_clients', page, () => link('Clients').click().then(() => heading.filter({ hasText: 'Clients' }).waitFor()), { before: () => link('Today').click() });
  await doing('dashboard_book', page, () => link('Book').click().then(() => heading.filter({ hasText: 'Book' }).waitFor()), { before: () => link('Today').click() });
  await link('Book').click();
  await doing('dashboard_type_a_name', page, () => page.getByLabel('Client').pressSequentially('a'), { before: () => page.getByLabel('Client').fill('') });

  const block = page.locator('.ec-event button');
  const opensASession = async (name, which) => {
    const closed = async () => (await page.getByRole('dialog').count()) && page.keyboard.press('Escape').then(() => page.getByRole('dialog').waitFor({ state: 'detached' }));
    await doing(name, page, () => block.nth(which).press('Enter').then(() => page.getByRole('dialog').waitFor()), { before: closed });
    await closed();
  };
  await link('Calendar').click();
  await block.nth(2).waitFor();
  await opensASession('dashboard_open_a_session', 2);

  // A week of 400 sessions: as many again as the demo has in its next week, led by all who lead.
  const site = sites.find((s) => s.id === client.site) ?? sites[0];
  const staff = (await call(admin, 'GET', `/api/v1/staff?site=${site.id}`)).items.filter((s) => ['counselor', 'clinician'].includes(s.role) && s.active !== false);
  const [service] = (await call(admin, 'GET', '/api/v1/services')).items;
  const monday = new Date();
  monday.setUTCHours(13, 0, 0, 0);
  monday.setUTCDate(monday.getUTCDate() + ((8 - monday.getUTCDay()) % 7 || 7));
  const until = new Date(monday.getTime() + 7 * 86_400_000);
  const there = (await call(admin, 'GET', `/api/v1/sessions?from=${monday.toISOString()}&until=${until.toISOString()}&site=${site.id}&limit=200`)).items.length;
  for (let n = 0; n < 400 - there; n++)
    await call(admin, 'POST', '/api/v1/sessions', {
      service: service.id, kind: 'group', site: site.id, title: `Group ${n + 1}`, clients: [], facilitators: [staff[n % staff.length].id],
      starts_at: new Date(monday.getTime() + (n % 5) * 86_400_000 + (Math.floor(n / 5) % 18) * 1_800_000).toISOString(),
      duration_minutes: 50, override: { reason: 'A full week to be measured' },
    });
  const day = monday.toISOString().slice(0, 10);
  const week = `/calendar/week/${day}`;
  const quiet = () => page.evaluate(() => new Promise((done) => requestIdleCallback(() => requestIdleCallback(done))));
  // From another week: until all of them stand there.
  await page.goto(`${origin}/#/calendar/week/2020-01-06`);
  await page.locator('.ec-main').waitFor();
  await quiet();
  const drawn = [];
  for (let run = 0; run < runs; run++) {
    drawn.push(await page.evaluate((to) => new Promise((done) => {
      const began = performance.now();
      const there = () => document.querySelectorAll('.ec-event button').length >= 400;
      const watch = new MutationObserver(() => there() && requestAnimationFrame(() => setTimeout(() => {
        watch.disconnect();
        done(performance.now() - began);
      })));
      watch.observe(document.body, { childList: true, subtree: true });
      location.hash = to;
    }), week));
    if (run + 1 < runs) await page.evaluate(() => (location.hash = '/calendar/week/2020-01-06'));
    await (run + 1 < runs ? block.first().waitFor({ state: 'detached' }) : block.nth(399).waitFor());
    await quiet();
  }
  line('pages_week_of_400_drawn', median(drawn), budgets.content);
  // Scrolled as by a wheel: a step in each picture.
  const main = page.locator('.ec-main');
  const scrolls = [];
  for (let run = 0; run < runs; run++) {
    await main.hover();
    await quiet();
    await forget(page);
    for (let n = 0; n < 12; n++) await page.mouse.wheel(0, run % 2 ? -90 : 90);
    await main.evaluate((element, down) => new Promise((done) => {
      let n = 0;
      const step = () => {
        element.scrollTop += down ? 24 : -24;
        if (++n < 40) requestAnimationFrame(step);
        else done();
      };
      requestAnimationFrame(step);
    }), run % 2 === 0);
    scrolls.push((await slowest(page)).task);
  }
  line('pages_week_of_400_scrolling', Math.max(...scrolls), budgets.task);
  await opensASession('week_of_400_open_a_session', 40);
  await doing('week_of_400_turn_the_page', page, () => page.getByRole('link', { name: 'The week after' }).click().then(() => page.waitForURL((to) => !to.hash.includes(day))), {
    before: async () => {
      await page.goto(`${origin}/#${week}`);
      await block.nth(399).waitFor();
      await quiet();
    },
  });
} finally {
  await demo.close();
}
