// The calendar, on two desks at once: what one moves, the other sees.
import assert from 'node:assert/strict';
import { choose, date, minute, neverReloaded, signIn, startOf } from '../hands.mjs';
import { people } from '../programme.mjs';

const day = (n) => date(Date.now() + n * 24 * 60 * minute);
const block = (page, title) => page.locator('.ec-event button').filter({ hasText: title });
const startShown = async (page, title) => (await block(page, title).locator('.time').textContent()).slice(0, 5);
// Where a time lies in somebody's column, on the screen.
async function spot(page, column, time) {
  const heads = await page.locator('.ec-header .ec-col-head').allTextContents();
  const at = heads.findIndex((h) => h.includes(column));
  assert.ok(at >= 0, `no column of ${column} in ${heads}`);
  const box = await page.locator('.ec-body .ec-day').nth(at).boundingBox();
  const [hours, minutes] = time.split(':').map(Number);
  // Half an hour is thirty pixels high, and this day is drawn from eight.
  return { x: box.x + box.width / 2, y: box.y + ((hours - 8) * 60 + minutes) + 3 };
}
async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}
// By its upper part, so many minutes down.
async function pull(page, title, minutes) {
  const box = await block(page, title).boundingBox();
  const from = { x: box.x + box.width / 2, y: box.y + 8 };
  await drag(page, from, { x: from.x, y: from.y + minutes });
}

export const steps = [
  ['a day shows when the house is open and who is away; its address holds what is shown', async ({ visitor, programme, look }, s) => {
    s.day = day(1);
    const hours = await fetch(`${programme.origin}/api/v1/sites/${programme.site}/hours`, { headers: { Authorization: `Bearer ${programme.tokens.rosa}` } });
    await programme.call('rosa', 'PUT', `/api/v1/sites/${programme.site}/hours`, {
      hours: [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, from: '08:30', until: '17:30' })),
    }, { 'If-Match': hours.headers.get('ETag') });
    await programme.call('priya', 'POST', `/api/v1/staff/${people.samuel.id}/exceptions`, {
      kind: 'leave', from: new Date(startOf(s.day, '00:00')).toISOString(), until: new Date(startOf(day(2), '00:00')).toISOString(),
    });
    await programme.call('rosa', 'POST', '/api/v1/closures', { site: programme.site, from_on: day(2), until_on: day(2), name: 'Inventory' });
    const [maple, two] = programme.rooms;
    const at = (time) => startOf(s.day, time);
    s.staffed = await programme.book('nora', { kind: 'group', title: 'Team prep', room: maple.id, starts_at: at('09:00'), duration_minutes: 60, facilitators: [people.nora.id], clients: [] });
    s.ana = await programme.book('nora', { kind: 'one_on_one', title: 'With Ana', room: two.id, starts_at: at('13:00'), duration_minutes: 50, facilitators: [people.nora.id], clients: [programme.clients[0].id] });
    await programme.book('nora', { kind: 'one_on_one', title: 'With Theo', room: two.id, starts_at: at('16:00'), duration_minutes: 50, facilitators: [people.nora.id], clients: [programme.clients[7].id] });

    s.nora = await visitor(`/#/calendar/day/${s.day}`);
    await signIn(s.nora, 'nora');
    s.priya = await visitor(`/#/calendar/day/${s.day}/staff-${people.nora.id}`);
    await signIn(s.priya, 'priya');
    await s.nora.getByText('Open 08:30–17:30').waitFor();
    await s.nora.locator('.ec-col-head').filter({ hasText: 'Samuel Okafor' }).getByText('Leave').waitFor();
    await block(s.nora, 'With Ana').waitFor();
    await look(s.nora, 'calendar-day-hours');
    assert.equal(await s.priya.getByLabel('Counselor', { exact: true }).inputValue(), String(people.nora.id));
    await s.nora.getByLabel('Room', { exact: true }).selectOption({ label: 'Room 2' });
    await block(s.nora, 'Team prep').waitFor({ state: 'detached' });
    assert.match(s.nora.url(), new RegExp(`/calendar/day/${s.day}/room-${two.id}$`));
    await s.nora.reload();
    await block(s.nora, 'With Ana').waitFor();
    assert.equal(await block(s.nora, 'Team prep').count(), 0);
    await s.nora.evaluate('window.sameVisit = true');
    await s.nora.getByRole('button', { name: 'Show all' }).click();
    await block(s.nora, 'Team prep').waitFor();
    await s.nora.getByRole('link', { name: 'The day after' }).click();
    await s.nora.getByText('Closed: Inventory').waitFor();
    await s.nora.goBack();
    await block(s.nora, 'Team prep').waitFor();
  }],

  ['a time that is drawn is kept, and whoever draws the same is told at once', async ({ look }, s) => {
    const { nora, priya } = s;
    for (const page of [nora, priya]) await drag(page, await spot(page, 'Nora Lindqvist', '11:00'), await spot(page, 'Nora Lindqvist', '11:50'));
    await nora.getByRole('heading', { name: 'Book a session' }).waitFor();
    assert.equal(await nora.getByLabel('Start').inputValue(), '11:00');
    assert.equal(await nora.getByLabel('Minutes').inputValue(), '60');
    await nora.getByRole('button', { name: 'Remove Nora Lindqvist' }).waitFor();
    await nora.getByText(/is kept for you until/).waitFor();
    await priya.getByText('That time is taken').waitFor();
    await priya.getByText(/Nora Lindqvist is kept for somebody until/).waitFor();
    await look(priya, 'calendar-drawn-taken');
    await priya.getByRole('link', { name: 'Calendar', exact: true }).click();
    await nora.getByLabel('Service').selectOption({ index: 1 });
    await choose(nora, 'Client', 'dana', /Dana Whitfield/);
    await nora.getByLabel('Title').fill('With Dana');
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.getByRole('heading', { name: 'Booked' }).waitFor();
    // The other calendar is as it was left, today; there it was tomorrow.
    await priya.getByRole('link', { name: 'The day after' }).click();
    await block(priya, 'With Dana').waitFor();
    assert.equal(await priya.getByLabel('Counselor', { exact: true }).inputValue(), String(people.nora.id));
    await neverReloaded(priya);
    await nora.goto(nora.url().replace(/#.*/, `#/calendar/day/${s.day}`));
    await block(nora, 'With Dana').waitFor();
  }],

  ['what nobody has to be told of is moved at once, and can be put back', async ({ look }, s) => {
    const { nora, priya } = s;
    await pull(nora, 'Team prep', 30);
    await nora.getByText(/Team prep is now on .* 09:30–10:30/).waitFor();
    await block(priya, 'Team prep').filter({ hasText: '09:30' }).waitFor();
    await look(nora, 'calendar-undo');
    await nora.getByRole('button', { name: 'Undo' }).click();
    await nora.getByText('Team prep is where it was.').waitFor();
    await block(priya, 'Team prep').filter({ hasText: '09:00' }).waitFor();
    assert.equal(await startShown(nora, 'Team prep'), '09:00');
    await neverReloaded(priya);
  }],

  ['whom a move concerns is said first; both see it, and it can be put back', async ({ programme, look }, s) => {
    const { nora, priya } = s;
    await pull(nora, 'With Ana', 60);
    const dialog = nora.getByRole('dialog', { name: 'Move this session?' });
    await dialog.getByText('1 client is told').waitFor();
    await look(nora, 'calendar-preview');
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await block(priya, 'With Ana').filter({ hasText: '14:00' }).waitFor();
    await nora.getByRole('button', { name: 'Undo' }).click();
    await block(priya, 'With Ana').filter({ hasText: '13:00' }).waitFor();
    // Put back means: as it was, with all that belongs to it.
    const now = await programme.call('nora', 'GET', `/api/v1/sessions/${s.ana.id}`);
    assert.deepEqual([now.starts_at, now.ends_at, now.room], [s.ana.starts_at, s.ana.ends_at, s.ana.room]);
  }],

  ['what stands in the way is said before anything is sent; the other desk’s change is taken in', async ({ look }, s) => {
    const { nora, priya } = s;
    await pull(nora, 'With Ana', 180);
    const dialog = nora.getByRole('dialog', { name: 'Move this session?' });
    await dialog.getByText('That time is taken').waitFor();
    await dialog.locator('[data-conflict=room]').getByText(/Room 2 is taken by “With Theo”/).waitFor();
    await look(nora, 'calendar-in-the-way');
    // Meanwhile the other moves the same session: what was seen here is not so any longer.
    await block(priya, 'With Ana').click();
    await priya.getByRole('dialog', { name: 'With Ana' }).getByRole('button', { name: 'Move' }).click();
    await priya.getByLabel('Start').fill('14:30');
    await priya.getByText('1 client is told').waitFor();
    await priya.getByRole('button', { name: 'Move', exact: true }).click();
    await block(priya, 'With Ana').filter({ hasText: '14:30' }).waitFor();
    await dialog.getByText('14:30–15:20').waitFor();
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await block(nora, 'With Ana').filter({ hasText: '14:30' }).waitFor();
    await neverReloaded(nora);
  }],

  ['the lower edge says how long it lasts', async (_, s) => {
    const { nora, priya } = s;
    const box = await block(nora, 'Team prep').boundingBox();
    const edge = { x: box.x + box.width / 2, y: box.y + box.height - 2 };
    await drag(nora, edge, { x: edge.x, y: edge.y + 30 });
    await nora.getByText(/Team prep is now on .* 09:00–10:30/).waitFor();
    await block(priya, 'Team prep').filter({ hasText: '09:00–10:30' }).waitFor();
  }],

  ['of a series one date is moved, or this and the following, after a look at each', async ({ programme, look }, s) => {
    const { nora, priya } = s;
    const group = await programme.call('priya', 'POST', '/api/v1/groups', {
      name: 'Evening circle', alias: 'Evening', service: programme.services[0].id, site: programme.site, admission: 'rolling',
      smallest: 1, largest: 10, admits: { phases: [], levels: [], tags: [] }, topics: [],
    });
    await programme.call('priya', 'POST', '/api/v1/series', {
      group: group.id, site: programme.site, room: programme.rooms[2].id, facilitators: [people.nora.id],
      starts_on: day(3), time: '10:00', duration_minutes: 60, rule: 'FREQ=WEEKLY;COUNT=4',
    });
    await nora.goto(nora.url().replace(/#.*/, `#/calendar/list/${day(3)}`));
    await priya.goto(priya.url().replace(/#.*/, `#/calendar/list/${day(10)}`));
    await nora.getByRole('button', { name: 'Move Evening circle, 10:00' }).click();
    const dialog = nora.getByRole('dialog');
    await nora.getByRole('radio', { name: 'This and the following' }).check();
    await dialog.getByLabel('Start').fill('11:15');
    const dates = nora.getByRole('group', { name: 'What becomes of each date' });
    await dates.locator('[data-outcome=fine]').nth(3).waitFor();
    await look(nora, 'calendar-series');
    // The days of a series are its rule.
    await dialog.getByLabel('Day', { exact: true }).fill(day(4));
    await nora.getByText(/The days of a series are its rule/).waitFor();
    await dialog.getByLabel('Day', { exact: true }).fill(day(3));
    await dates.waitFor();
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await nora.getByText(/Evening circle: 4 dates looked after/).waitFor();
    await nora.getByRole('button', { name: 'Move Evening circle, 11:15' }).waitFor();
    await priya.getByRole('button', { name: 'Move Evening circle, 11:15' }).waitFor();
  }],

  ['a time is looked for beside the calendar, with both in sight', async ({ look }, s) => {
    const { nora } = s;
    await nora.goto(nora.url().replace(/#.*/, `#/calendar/week/${s.day}`));
    await block(nora, 'With Dana').waitFor();
    await nora.keyboard.press('f');
    const finder = nora.getByRole('region', { name: 'Find a time' });
    await finder.waitFor();
    const [grid, beside] = [await nora.locator('.ec-main').boundingBox(), await finder.boundingBox()];
    assert.ok(beside.x >= grid.x + grid.width, 'beside, not above');
    assert.ok(beside.y < grid.y + grid.height, 'and in sight');
    await look(nora, 'calendar-beside');
    await finder.getByRole('button', { name: 'Close' }).click();
  }],

  ['keys turn the page and are listed; whoever wants none turns them off', async ({ look }, s) => {
    const { nora } = s;
    await nora.keyboard.press('d');
    await nora.waitForURL(/calendar\/day\//);
    await nora.keyboard.press('ArrowRight');
    await nora.waitForURL(new RegExp(`calendar/day/${day(2)}`));
    await nora.keyboard.press('ArrowLeft');
    await nora.keyboard.press('ArrowLeft');
    await nora.waitForURL(new RegExp(`calendar/day/${day(0)}`));
    await nora.keyboard.press('ArrowRight');
    await nora.keyboard.press('t');
    await nora.waitForURL(new RegExp(`calendar/day/${day(0)}`));
    await nora.keyboard.press('?');
    const dialog = nora.getByRole('dialog', { name: 'Keys' });
    await look(nora, 'calendar-keys');
    await dialog.getByLabel('Use these keys').uncheck();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await nora.keyboard.press('w');
    await nora.keyboard.press('?');
    await dialog.getByLabel('Use these keys').check();
    assert.match(nora.url(), /calendar\/day\//);
    await nora.keyboard.press('Escape');
    await nora.keyboard.press('n');
    await nora.getByRole('heading', { name: 'Book a session' }).waitFor();
    // A letter typed into a field is a letter.
    await nora.getByLabel('Title').pressSequentially('tnd');
    assert.equal(await nora.getByLabel('Title').inputValue(), 'tnd');
    await nora.goBack();
  }],

  ['the head of a column leads to the page of a bad day; a day of the list to the booking form', async ({ look }, s) => {
    const { priya } = s;
    await priya.goto(priya.url().replace(/#.*/, `#/calendar/day/${s.day}`));
    await priya.getByRole('link', { name: 'Nora Lindqvist is out' }).click();
    await priya.getByRole('button', { name: 'Remove Nora Lindqvist' }).waitFor();
    assert.ok(await priya.getByRole('radio', { name: 'Tomorrow' }).isChecked());
    await look(priya, 'calendar-bad-day');
    await priya.goto(priya.url().replace(/#.*/, `#/calendar/list/${s.day}`));
    await priya.getByRole('link', { name: /^Book on / }).first().click();
    await priya.getByRole('heading', { name: 'Book a session' }).waitFor();
    assert.ok((await priya.getByLabel('Day', { exact: true }).inputValue()) >= date(Date.now()));
  }],
];
