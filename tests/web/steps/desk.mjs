// A front-desk worker with a phone at the ear, and a counselor with ninety seconds between two sessions.
import assert from 'node:assert/strict';
import { choose, date, line, minute, neverReloaded, printed, row, signIn, squashed, startOf, tomorrow } from '../hands.mjs';
import { people } from '../programme.mjs';

const phone = { width: 390, height: 844 };
const shows = (page, client) => page.locator(`[data-expected="${client.id}"]`);
const part = (page, name) => page.locator(`[data-part="${name}"]`);
// The element that has the focus, in the words a screen reader has for it.
const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return at?.getAttribute('aria-label') || at?.closest('label')?.textContent?.trim() || at?.textContent?.trim() || '';
});
async function tabTo(page, words) {
  for (let i = 0; i < 80; i++) {
    if (words.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key never comes to ${words}; it ends at “${await focused(page)}”`);
}

export const steps = [
  ['the front desk begins at its desk, and checks in by a few letters and Enter', async ({ visitor, programme, look }, s) => {
    const [ana, , , , lucia, , , theo] = programme.clients;
    s.fran = await visitor('/', phone);
    await signIn(s.fran, 'fran');
    await s.fran.getByRole('heading', { name: 'Desk', exact: true }).waitFor();
    s.priya = await visitor('/#/desk');
    await signIn(s.priya, 'priya');
    for (const page of [s.fran, s.priya]) await shows(page, theo).getByRole('button', { name: /Arrived/ }).waitFor();
    await look(s.fran, 'desk');

    await s.fran.getByLabel('Name').fill('fern');
    await shows(s.fran, ana).waitFor({ state: 'detached' });
    await s.fran.getByText('Enter: Lucía Fernández-Montgomery is here').waitFor();
    await s.fran.getByLabel('Name').press('Enter');
    await s.fran.getByText('Here already: 1').waitFor();
    assert.equal(await s.fran.getByLabel('Name').inputValue(), '');
    // At the other desk at once, and one person's tap does not undo the other's.
    await s.priya.getByText('Here already: 1').waitFor();
    await shows(s.priya, theo).getByRole('button', { name: /Arrived/ }).click();
    await s.fran.getByText('Here already: 2').click();
    await shows(s.fran, lucia).getByText(/Here since \d\d:\d\d, at the desk/).waitFor();
    await shows(s.fran, theo).getByRole('button', { name: /Take back/ }).click();
    await shows(s.priya, theo).getByRole('button', { name: /Arrived/ }).waitFor();
    await neverReloaded(s.fran);
    await neverReloaded(s.priya);
    await s.fran.getByLabel('Name').fill('nobody at all');
    await s.fran.getByText('Nobody of that name is expected', { exact: false }).waitFor();
    await s.fran.getByLabel('Name').fill('');
  }],

  ['who asks about somebody is told nothing, but for those a consent names', async ({ programme, look }, s) => {
    const ana = programme.clients[0];
    await s.fran.getByRole('button', { name: 'Callers' }).click();
    await s.fran.getByText('I can’t say whether anybody is, or ever was, in contact with us', { exact: false }).waitFor();
    await choose(s.fran, 'Who may be told about', 'ana', /Ana Ruiz/);
    await s.fran.getByText('Nobody: neither confirm nor deny that Ana Ruiz is here.').waitFor();
    await look(s.fran, 'desk-told-nobody');
    await programme.call('nora', 'POST', `/api/v1/clients/${ana.id}/consents`, {
      discloser: 'Riverside', signed_on: date(Date.now()), signed_by: 'client', recipient: 'Lena Ruiz, sister', kinds: ['attendance'], purpose: 'Rides home',
      expires_when: 'the move',
    });
    await s.fran.getByText('Lena Ruiz, sister').waitFor();
    await s.fran.getByText('To everybody else:').waitFor();
    await look(s.fran, 'desk-told');
  }],

  ['whom to call and who asked for help are on the same page, and leave it when called', async ({ programme, look }, s) => {
    const otto = await programme.call('rosa', 'POST', '/api/v1/clients', {
      preferred_name: 'Otto', family_name: 'Lang', site: programme.site, phase: 'aftercare', assign_to: people.nora.id, phone: '+1 212 555 0199',
    });
    await programme.book('priya', {
      kind: 'one_on_one', starts_at: startOf(date(tomorrow()), '18:15'), duration_minutes: 30, facilitators: [people.priya.id], clients: [otto.id],
    });
    await programme.call(null, 'POST', '/api/v1/enquiries', {
      site: programme.site, whom: 'oneself', number: '555 010 0177', ask_for: 'Maria', voicemail: false, best_time: 'after six',
    });
    await s.fran.getByRole('button', { name: /To call/ }).click();
    const call = s.fran.locator(`[data-call="${otto.id}"]`);
    await call.getByText('Leave no word on the machine').waitFor();
    await look(s.fran, 'desk-calls');
    await call.getByRole('button', { name: 'No answer' }).click();
    await call.getByText('1 call so far', { exact: false }).waitFor();
    await s.fran.getByRole('button', { name: /^Help/ }).click();
    const enquiry = s.fran.locator('[data-enquiry]').filter({ hasText: 'Ask for Maria' });
    await enquiry.getByRole('link', { name: '555 010 0177' }).waitFor();
    await look(s.fran, 'desk-enquiries');
    await enquiry.getByRole('button', { name: 'No answer' }).click();
    await enquiry.getByText(/last: No answer/).waitFor();
    // On a wide window all of it at once, for whoever helps out.
    await s.priya.getByText('Ask for Maria').waitFor();
    await s.priya.getByText('Otto Lang').first().waitFor();
    await look(s.priya, 'desk-wide', [[1280, 800]]);
    s.otto = otto;
  }],

  ['who is not on the list gets a seat at a group that has not begun, and is checked in with it', async ({ programme, look }, s) => {
    s.evening = await programme.book('nora', {
      kind: 'group', title: 'Evening group', room: programme.rooms[2].id, starts_at: (Math.floor(Date.now() / minute) + 50) * minute, duration_minutes: 60,
      facilitators: [people.priya.id], clients: [],
    });
    await s.fran.getByRole('button', { name: /Expected/ }).click();
    await s.fran.getByRole('button', { name: 'Not on the list' }).click();
    const dialog = s.fran.getByRole('dialog', { name: 'Not on the list' });
    await choose(dialog, 'Client', 'otto', /Otto Lang/);
    await dialog.getByText('Evening group').first().waitFor();
    await look(s.fran, 'desk-walk-in');
    await dialog.getByRole('button', { name: /Put on the list/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await s.fran.getByText('Otto Lang is on the list of Evening group, and here.').waitFor({ state: 'attached' });
    const list = await programme.call('fran', 'GET', `/api/v1/sessions/${s.evening.id}/arrivals`);
    assert.equal(list.expected.find((e) => e.client === s.otto.id).how, 'front_desk');
  }],

  ['who comes to a group that runs is put on its sheet, as here; that they took part is for whoever leads it', async ({ programme, look }, s) => {
    const open = await programme.book('nora', {
      kind: 'group', title: 'Open door', starts_at: (Math.floor(Date.now() / minute) - 5) * minute, duration_minutes: 40,
      facilitators: [people.rosa.id], clients: [],
    });
    const dialog = s.fran.getByRole('dialog', { name: 'Not on the list' });
    // Twice: the second time they stand there already.
    for (let i = 0; i < 2; i++) {
      await s.fran.getByRole('button', { name: 'Not on the list' }).click();
      await choose(dialog, 'Client', 'otto', /Otto Lang/);
      await dialog.getByRole('button', { name: /Put on the sheet of Open door/ }).waitFor();
      await look(s.fran, 'desk-walk-in-running');
      await dialog.getByRole('button', { name: /Put on the sheet of Open door/ }).click();
      await dialog.waitFor({ state: 'detached' });
      await s.fran.getByText('Otto Lang is on the sheet of Open door, and here.').waitFor({ state: 'attached' });
    }
    const sheet = await programme.call('priya', 'GET', `/api/v1/sessions/${open.id}/attendance`);
    assert.deepEqual(sheet.lines.map((l) => [l.client, l.verdict, l.proposed.how]), [[s.otto.id, 'expected', 'front_desk']]);
  }],

  ['today says what needs whom: a free seat while somebody waits, a room booked twice, a task, tomorrow', async ({ visitor, programme, look }, s) => {
    const dana = programme.clients[1];
    s.nora = await visitor('/');
    await signIn(s.nora, 'nora');
    const later = await programme.book('priya', {
      kind: 'group', title: 'Night group', room: programme.rooms[1].id, starts_at: (Math.floor(Date.now() / minute) + 180) * minute, duration_minutes: 60,
      facilitators: [people.nora.id], clients: [s.otto.id],
    });
    await row(s.nora, later.id).waitFor();
    await programme.call('nora', 'POST', `/api/v1/sessions/${later.id}/waitlist`, { client: dana.id });
    await row(s.nora, later.id).getByText(/free, 1 waiting/).waitFor();
    // Overridden by a supervisor, with a reason: both rows say so, until one of them is over.
    const twice = await programme.book('priya', {
      kind: 'one_on_one', room: programme.rooms[1].id, starts_at: Date.parse(later.starts_at) + 10 * minute, duration_minutes: 30,
      facilitators: [people.priya.id], clients: [programme.clients[6].id], override: { reason: 'The sofa is in that room' },
    });
    await row(s.nora, later.id).getByText('Room is booked twice').waitFor();
    await s.nora.getByRole('radio', { name: 'All' }).check();
    await row(s.nora, twice.id).getByText('Room is booked twice').waitFor();
    await s.nora.getByRole('radio', { name: 'Mine' }).check();
    await programme.call('priya', 'POST', '/api/v1/tasks', { client: dana.id, reason: 'Ask about the new job', staff: people.nora.id });
    await s.nora.locator('[data-todo=tasks]').getByText('Ask about the new job').waitFor();
    await s.nora.getByRole('heading', { name: 'Tomorrow' }).waitFor();
    await s.nora.getByText('None of your own.').waitFor();
    await programme.book('nora', {
      kind: 'one_on_one', starts_at: startOf(date(tomorrow()), '10:00'), duration_minutes: 50, facilitators: [people.nora.id], clients: [dana.id],
    });
    await s.nora.getByText('0 of 1 confirmed').waitFor();
    await neverReloaded(s.nora);
    await look(s.nora, 'today-needs');
  }],

  ['the roll is called from today by keyboard alone, and the other who leads it sees it closed', async ({ visitor, programme, look }, s) => {
    const { nora } = s;
    const { id } = programme.group;
    s.samuel = await visitor('/');
    await signIn(s.samuel, 'samuel');
    await row(s.samuel, id).getByText('Sheet open').waitFor();

    await tabTo(nora, /^Take the roll: Coping skills/);
    await nora.keyboard.press('Enter');
    await nora.getByRole('heading', { name: 'Roll call' }).waitFor();
    await tabTo(nora, /^Attended$/);
    // The list is in order of name: Ana, Dana, Imani, Jo, Lucía, Marcus, Ray, Theo.
    for (const key of ['a', 'a', 'e', 'a', 'a', 'u', 't']) await nora.keyboard.press(key);
    assert.equal(await nora.locator('[data-client]:focus-within').getAttribute('data-client'), String(programme.clients[7].id));
    await look(nora, 'today-roll');

    // What is not saved yet is there again for whoever went to look something up.
    await nora.goto(`${programme.origin}/#/clients`);
    await nora.getByRole('heading', { name: 'Clients' }).waitFor();
    await nora.goto(`${programme.origin}/#/today`);
    await tabTo(nora, /^Take the roll: Coping skills/);
    await nora.keyboard.press('Enter');
    await nora.getByText('7 marks not saved').waitFor();
    assert.equal(await line(nora, programme.clients[5]).getAttribute('data-verdict'), 'unexcused');
    await neverReloaded(nora);

    await line(nora, programme.clients[7]).getByRole('radio', { name: 'Attended' }).focus();
    await nora.keyboard.press('a');
    await nora.getByText('8 marks not saved').waitFor();
    assert.equal(await focused(nora), 'Save');
    await nora.keyboard.press('Enter');
    await nora.getByText('Saved.', { exact: true }).waitFor();
    await tabTo(nora, /^Close the sheet$/);
    await nora.keyboard.press('Enter');
    const dialog = nora.getByRole('dialog', { name: 'Close the sheet?' });
    await dialog.getByText('5 of 8 clients attended.', { exact: false }).waitFor();
    await tabTo(nora, /^Close the sheet$/);
    await nora.keyboard.press('Enter');
    await row(s.samuel, id).getByText('Sheet closed').waitFor();
    await neverReloaded(s.samuel);
    const sheet = await programme.call('nora', 'GET', `/api/v1/sessions/${id}/attendance`);
    assert.deepEqual(sheet.lines.map((l) => l.verdict), ['attended', 'attended', 'excused', 'attended', 'attended', 'unexcused', 'turned_away', 'attended']);
    // Whoever closed it signs it where they are.
    await nora.getByRole('button', { name: 'Sign the sheet' }).waitFor();
  }],

  ['a client is found by keyboard, and their page is read part by part', async ({ programme, look }, s) => {
    const { nora } = s;
    const [ana, dana] = programme.clients;
    await programme.call('nora', 'POST', `/api/v1/clients/${dana.id}/move`, { phase: 'treatment', level: '2.1' });
    await nora.getByRole('link', { name: 'Clients', exact: true }).click();
    await nora.getByLabel('Search').pressSequentially('da');
    await nora.getByRole('link', { name: /Ana Ruiz/ }).waitFor({ state: 'detached' });
    await nora.keyboard.press('ArrowDown');
    assert.match(await focused(nora), /Dana Whitfield/);
    await nora.keyboard.press('ArrowUp');
    await nora.keyboard.press('Enter');
    await nora.getByRole('heading', { name: 'Dana Whitfield' }).waitFor();
    await nora.getByText('Ask about the new job').waitFor();
    await part(nora, 'care').locator('svg .treatment').waitFor();
    assert.equal(await part(nora, 'care').locator('svg .aftercare').count(), 0); // put right on the day it began
    await part(nora, 'coming').getByText('10:00–10:50', { exact: false }).waitFor();
    await part(nora, 'coming').locator('[data-this-week]').getByText('Level 2.1').waitFor();
    await part(nora, 'past').locator('[data-mark=attended]').waitFor();
    await part(nora, 'past').getByText('Attended 1 of 1 (100 %)', { exact: false }).waitFor();
    assert.equal(await part(nora, 'plan').count(), 0); // they are not in aftercare
    await look(nora, 'client');
    await nora.getByRole('navigation', { name: 'Parts of this page' }).getByRole('link', { name: 'Reminders' }).click();
    await nora.waitForFunction(() => document.activeElement?.tagName === 'H2' && document.activeElement.textContent === 'Reminders');
    await look(nora, 'client-reminders');

    // One part that cannot be had leaves the others as they are.
    await nora.route(/\/clients\/\d+\/attendance/, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"title":"Broken","status":500,"detail":"This is broken."}' }));
    await nora.goto(`${programme.origin}/#/clients/${ana.id}`);
    await nora.getByRole('heading', { name: 'Ana Ruiz' }).waitFor();
    await part(nora, 'past').getByText('This is broken.').waitFor();
    await part(nora, 'sharing').getByText('Lena Ruiz, sister', { exact: true }).waitFor();
    await part(nora, 'plan').getByText('There is no plan yet.').waitFor();
    await look(nora, 'client-broken');
    await nora.unroute(/\/clients\/\d+\/attendance/);
    await part(nora, 'past').getByRole('button', { name: 'Try again' }).click();
    await part(nora, 'past').getByText('Attended 1 of 1 (100 %)', { exact: false }).waitFor();

    // The desk sees whom it may answer, and nothing of care, goals or reasons.
    await s.fran.goto(`${programme.origin}/#/clients/${ana.id}`);
    await s.fran.getByRole('heading', { name: 'Ana Ruiz' }).waitFor();
    await s.fran.getByText('Lena Ruiz, sister').waitFor();
    for (const name of ['care', 'coming', 'past', 'plan', 'meetings', 'told']) assert.equal(await part(s.fran, name).count(), 0, name);
    assert.equal(await s.fran.getByRole('link', { name: 'Print their week' }).count(), 0);
    await look(s.fran, 'client-desk');
  }],

  ['a client’s week is printed on one page, in the words of their app', async ({ programme, look }, s) => {
    const { nora } = s;
    const dana = programme.clients[1];
    await nora.goto(`${programme.origin}/#/clients/${dana.id}`);
    await nora.getByRole('link', { name: 'Print their week' }).click();
    await nora.getByRole('heading', { name: 'The week of Dana' }).waitFor();
    // Tomorrow may lie in the week that follows.
    if (!(await nora.getByText('10:00–10:50').count())) await nora.getByRole('radio', { name: 'Next week' }).check();
    await nora.getByText('10:00–10:50').waitFor();
    await look(nora, 'client-week');
    for (const [format, pages] of Object.entries(await printed(nora))) {
      assert.equal(pages.length, 1, format);
      const [{ text }] = pages;
      for (const words of ['My week', 'Appointments', '10:00–10:50', 'Whom I can call', '988', '911']) assert.ok(text.includes(squashed(words)), words);
      assert.doesNotMatch(text, /Circled|Whitfield|Lindqvist|Counseling|Riverside|Nextweek/);
    }
  }],

  ['the team page says who is in a session, who is on leave and who is on call', async ({ programme, look }, s) => {
    const { priya } = s;
    await programme.call('priya', 'POST', `/api/v1/staff/${people.samuel.id}/exceptions`, {
      kind: 'leave', from: new Date(Date.now() + 61 * minute).toISOString(), until: new Date(Date.now() + 5 * 24 * 60 * minute).toISOString(), note: '',
    });
    await programme.book('priya', {
      kind: 'one_on_one', starts_at: (Math.floor(Date.now() / minute) + 1) * minute + 150 * minute, duration_minutes: 30, facilitators: [people.priya.id], clients: [programme.clients[4].id],
    });
    await priya.goto(`${programme.origin}/#/team`);
    const of = (who) => priya.locator(`[data-staff="${people[who].id}"]`);
    await of('priya').getByText('No hours entered').waitFor();
    await of('nora').getByText(/Next/).waitFor();
    await of('nora').getByText(/^\d+ clients$/).waitFor();
    await of('nora').getByRole('link', { name: /Hand over/ }).waitFor();
    assert.equal(await of('fran').getByRole('link', { name: /Hand over/ }).count(), 0);
    await priya.getByText('Nobody is on call right now.').waitFor();
    await look(priya, 'team');
    // Live: who goes on leave this moment is shown so.
    await programme.call('priya', 'POST', `/api/v1/staff/${people.fran.id}/exceptions`, {
      kind: 'leave', from: new Date(Date.now() - minute).toISOString(), until: new Date(Date.now() + 24 * 60 * minute).toISOString(), note: '',
    });
    await of('fran').getByText(/^On leave until/).waitFor();
    await neverReloaded(priya);
  }],

  ['reports draw their figures with the numbers in the same line', async ({ programme, look }, s) => {
    const { priya } = s;
    await priya.goto(`${programme.origin}/#/reports`);
    await priya.getByText('Attended, week by week').waitFor();
    await priya.getByRole('row', { name: /Aftercare/ }).getByText(/of \d+ \(\d+ %\)/).waitFor();
    await priya.getByRole('row', { name: /Nora Lindqvist/ }).first().waitFor();
    await look(priya, 'reports-drawn');
    await priya.getByText('The weeks as a table').click();
    await priya.getByRole('table', { name: 'By week' }).getByText('5 of 8 (63 %)').waitFor();
    for (const pages of Object.values(await printed(priya))) {
      const text = pages.map((p) => p.text).join('');
      for (const words of ['Attended, week by week', 'By hour of the week', 'By phase', '5 of 8 (63 %)']) assert.ok(text.includes(squashed(words)), words);
      assert.doesNotMatch(text, /Signout/);
    }
  }],

  ['one’s own settings: a number that is proved, and a browser elsewhere that is signed out', async ({ programme, visitor, look }, s) => {
    const { nora } = s;
    await nora.getByRole('link', { name: /Nora Lindqvist/ }).click();
    await nora.getByRole('heading', { name: 'My own settings' }).waitFor();
    const text = nora.locator('[data-address=sms]');
    await text.getByLabel('Number').fill('+12125550144');
    await text.getByRole('button', { name: 'Send a code' }).click();
    await text.getByText('Waits for its code').waitFor();
    const [, code] = /Your code is (\w+)\./.exec(await programme.textTo('+12125550144'));
    await text.getByLabel('The code').fill(code);
    await text.getByRole('button', { name: 'That is the code' }).click();
    await text.getByText('Good', { exact: true }).waitFor();

    const elsewhere = await visitor('/');
    await signIn(elsewhere, 'nora');
    await nora.reload();
    await nora.getByRole('heading', { name: 'My own settings' }).waitFor();
    await nora.getByText('This one').waitFor();
    await look(nora, 'own-settings');
    // The newest stands first.
    await nora.getByRole('button', { name: /^Sign out .+, since/ }).first().click();
    await elsewhere.getByRole('button', { name: 'Sign in' }).waitFor();
    await nora.getByText('This one').waitFor();
  }],
];
