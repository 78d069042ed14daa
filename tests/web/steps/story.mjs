// A programme's days, one step after the other; each step stands on those before it. `s` is what they share.
import assert from 'node:assert/strict';
import { choose, date, line, minute, neverReloaded, openApp, printed, row, signIn, squashed, startOf, tomorrow } from '../hands.mjs';
import { papers } from '../paper.mjs';
import { Programme, clock, password, people, zone } from '../programme.mjs';

export const steps = [
  ['a wrong password is refused, the right one lets in', async ({ visitor, look }, s) => {
    s.nora = await visitor('/');
    await s.nora.getByLabel('Login').fill('nora');
    await look(s.nora, 'sign-in');
    await s.nora.getByLabel('Password').fill('wrong');
    await s.nora.getByRole('button', { name: 'Sign in' }).click();
    await s.nora.getByRole('alert').waitFor();
    await signIn(s.nora, 'nora');
  }],

  ['today shows the group that runs, to both who lead it', async ({ visitor, programme, look }, s) => {
    s.samuel = await visitor('/');
    await signIn(s.samuel, 'samuel');
    for (const page of [s.nora, s.samuel]) {
      await row(page, programme.group.id).getByText('Coping skills').waitFor();
      await row(page, programme.group.id).getByText('Sheet open').waitFor();
    }
    await look(s.nora, 'today');
    await s.nora.getByRole('link', { name: 'The week after' }).click();
    await s.nora.getByText('None of your own this day').waitFor();
    await look(s.nora, 'today-empty');
  }],

  ['a one-on-one is booked, and another browser sees it at once', async ({ look }, s) => {
    const { nora, samuel } = s;
    await samuel.getByRole('radio', { name: 'All' }).check();
    s.at = (Math.floor(Date.now() / (5 * minute)) + 25) * 5 * minute; // two hours from now
    await nora.getByRole('link', { name: 'Book', exact: true }).click();
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.getByText('Choose what the session is for.').waitFor(); // at its field
    await nora.getByLabel('Service').selectOption({ index: 1 });
    await choose(nora, 'Client', 'an', /Ana Ruiz/);
    await nora.getByLabel('Day').fill(date(s.at));
    await nora.getByLabel('Start').fill(clock(s.at, zone));
    await nora.getByLabel('Room').selectOption({ label: 'Room 2 (3 seats)' });
    await look(nora, 'book');
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.getByRole('heading', { name: 'Booked' }).waitFor();
    const link = await nora.getByRole('link', { name: 'Open the session' }).getAttribute('href');
    s.session = Number(link.split('/').at(-1));
    await row(samuel, s.session).getByText(clock(s.at, zone)).waitFor();
    await neverReloaded(samuel);
  }],

  ['a booking that collides says with what, and keeps what was typed', async ({ look }, s) => {
    const { nora } = s;
    await nora.getByRole('button', { name: 'Book another' }).click();
    await nora.getByLabel('Service').selectOption({ index: 1 });
    await choose(nora, 'Client', 'marcus', /Marcus Bell/);
    await nora.getByLabel('Title').fill('Planning');
    await nora.getByLabel('Start').fill(clock(s.at + 10 * minute, zone));
    await nora.getByLabel('Room').selectOption({ label: 'Room 2 (3 seats)' });
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.getByText('That time is taken').waitFor();
    await nora.locator('[data-conflict=staff]').getByText(/Nora Lindqvist is in/).waitFor();
    await nora.locator('[data-conflict=room]').getByText(/Room 2 is taken by/).waitFor();
    assert.equal(await nora.getByLabel('Title').inputValue(), 'Planning');
    await nora.getByRole('button', { name: 'Remove Marcus Bell' }).waitFor();
    await look(nora, 'book-collision');
    // Freed of what collides, the same form goes through.
    await nora.getByLabel('Start').fill(clock(s.at + 120 * minute, zone));
    await nora.getByRole('button', { name: 'Book', exact: true }).click();
    await nora.getByRole('heading', { name: 'Booked' }).waitFor();
  }],

  ['the week is drawn; a block is dragged, asked about, and left where it was', async ({ look }, s) => {
    const { nora } = s;
    await nora.getByRole('link', { name: 'Calendar', exact: true }).click();
    const block = nora.getByRole('button', { name: /Planning/ });
    await block.waitFor();
    await nora.getByRole('button', { name: /Coping skills/ }).waitFor();
    await look(nora, 'calendar-week');
    await block.scrollIntoViewIfNeeded();
    const place = () => block.evaluate((b) => b.closest('.ec-event').style.insetBlockStart);
    const before = await place();
    const box = await block.boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + 12];
    await nora.mouse.move(x, y);
    await nora.mouse.down();
    await nora.mouse.move(x, y - 15, { steps: 3 });
    await nora.mouse.move(x, y - 30, { steps: 3 }); // a line of half an hour
    await nora.mouse.up();
    const dialog = nora.getByRole('dialog', { name: 'Move this session?' });
    await dialog.getByText(`${clock(s.at + 90 * minute, zone)}–`).waitFor();
    await look(nora, 'calendar-move');
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await place(), before);
    // The same from the keyboard.
    await block.focus();
    await nora.keyboard.press('Enter');
    await nora.getByRole('dialog', { name: 'Planning' }).getByRole('button', { name: 'Move' }).waitFor();
    await look(nora, 'calendar-card');
    await nora.keyboard.press('Escape');
    await nora.getByRole('radio', { name: 'Day', exact: true }).check();
    await nora.getByRole('button', { name: /Planning/ }).waitFor();
    await look(nora, 'calendar-day');
  }],

  ['the calendar’s list moves a session, after a refusal that names what collides', async ({ look }, s) => {
    const { nora, samuel } = s;
    await nora.getByRole('radio', { name: 'List' }).check();
    await nora.getByRole('button', { name: `Move Planning, ${clock(s.at + 120 * minute, zone)}` }).click();
    await nora.getByLabel('Start').fill(clock(s.at + 10 * minute, zone));
    await nora.getByRole('button', { name: 'Move', exact: true }).click();
    await nora.getByText('That time is taken').waitFor();
    await nora.locator('[data-conflict=room]').getByText(/Room 2 is taken by/).waitFor();
    await look(nora, 'calendar-refusal');
    await nora.getByLabel('Start').fill(clock(s.at + 150 * minute, zone));
    await nora.getByRole('button', { name: 'Move', exact: true }).click();
    await nora.getByRole('button', { name: `Move Planning, ${clock(s.at + 150 * minute, zone)}` }).waitFor();
    await look(nora, 'calendar-list');
    await samuel.getByText(clock(s.at + 150 * minute, zone)).waitFor();
    await neverReloaded(samuel);
    await nora.getByLabel('Room', { exact: true }).selectOption({ label: 'Garden room' });
    await nora.getByText('Nothing of that this week').waitFor();
    await nora.getByRole('button', { name: 'Show all' }).click();
  }],

  ['a kiosk is set up, and a card checks in there without a name', async ({ visitor, programme, look }, s) => {
    const tablet = [[1280, 800], [800, 1280]];
    const ray = programme.clients[6];
    s.rosa = await visitor('/#/kiosks');
    await signIn(s.rosa, 'rosa');
    await s.rosa.getByLabel('Where it stands').fill('Front door');
    await s.rosa.getByRole('button', { name: 'Add, and show its code' }).click();
    const code = (await s.rosa.getByTestId('kiosk-code').textContent()).replace(/\s/g, '');
    await look(s.rosa, 'kiosks');

    const kiosk = await visitor('/kiosk');
    await kiosk.getByText('This tablet is not set up yet.', { exact: false }).waitFor();
    await look(kiosk, 'kiosk-set-up', tablet);
    await kiosk.getByLabel('Set-up code').fill(code.toLowerCase());
    await kiosk.getByRole('button', { name: 'Set this tablet up' }).click();
    await kiosk.getByText('Scan your card').waitFor();
    await look(kiosk, 'kiosk', tablet);

    await s.rosa.goto(`${programme.origin}/#/clients/${ray.id}`);
    await s.rosa.getByRole('button', { name: 'Issue a card' }).click();
    const pin = /PIN (\d{4})/.exec(await s.rosa.getByText(/^PIN \d{4}$/).textContent())[1];
    const number = (await s.rosa.getByTestId('card-number').textContent()).replace(/\s/g, '');
    await look(s.rosa, 'client-card');
    await s.rosa.getByRole('button', { name: 'Show and print' }).click();
    await s.rosa.getByRole('img', { name: 'QR code of the card’s number' }).waitFor();
    await look(s.rosa, 'card');
    await s.rosa.getByRole('button', { name: 'Close' }).click();

    // Garbage from a scanner, then the card as it is scanned, and a wrong PIN.
    const outcome = (said) => kiosk.locator(`[data-said=${said}]`).waitFor();
    const tap = async (digits) => {
      for (const digit of digits) await kiosk.getByRole('button', { name: digit, exact: true }).click();
    };
    await kiosk.keyboard.type('WIFI:S:guest;');
    await kiosk.keyboard.press('Enter');
    await kiosk.getByText('That is not the number of a card.', { exact: false }).waitFor();
    await look(kiosk, 'kiosk-garbage', tablet);
    await kiosk.keyboard.type(number);
    await kiosk.keyboard.press('Enter');
    await kiosk.getByText('Type your PIN').waitFor();
    await tap(pin === '4711' ? '4712' : '4711');
    await outcome('not_accepted');
    await look(kiosk, 'kiosk-not-accepted', tablet);
    await kiosk.getByRole('button', { name: 'Done' }).click();

    // By touch; the sheet shows it at once.
    await s.nora.goto(`${programme.origin}/#/sessions/${programme.group.id}`);
    await line(s.nora, ray).waitFor();
    await tap(number);
    await kiosk.getByText('Type your PIN').waitFor();
    await tap(pin.slice(0, 2));
    await look(kiosk, 'kiosk-pin', tablet);
    await tap(pin.slice(2));
    await outcome('checked_in');
    await look(kiosk, 'kiosk-checked-in', tablet);
    await line(s.nora, ray).getByText(/Checked in \d\d:\d\d, at a kiosk/).waitFor();
    const text = await kiosk.locator('body').innerText();
    assert.doesNotMatch(text, /Ray|Dube|Coping|Riverside|counsel|\d{2}:\d{2}/);
    assert.deepEqual(await kiosk.evaluate('[localStorage.length, sessionStorage.length, history.length < 4]'), [0, 0, true]);

    // Revoked: it says so before anybody shows a card.
    await s.rosa.goto(`${programme.origin}/#/kiosks`);
    await s.rosa.getByRole('button', { name: 'Revoke Front door' }).click();
    await s.rosa.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click();
    await s.rosa.getByText('Revoked', { exact: true }).waitFor();
    await kiosk.getByRole('button', { name: 'Done' }).click();
    await tap(number);
    await kiosk.getByText('Type your PIN').waitFor();
    await tap(pin);
    await kiosk.getByText('This tablet is no longer set up.', { exact: false }).waitFor();
  }],

  ['the front desk says who is here, and takes back a slip', async ({ visitor, programme, look }, s) => {
    const theo = programme.clients[7];
    s.fran = await visitor('/');
    await signIn(s.fran, 'fran');
    await s.fran.getByRole('link', { name: 'Today', exact: true }).click();
    const expected = s.fran.locator(`[data-expected="${theo.id}"]`);
    await expected.getByRole('button', { name: /Arrived/ }).click();
    await expected.getByText(/Here since \d\d:\d\d, at the desk/).waitFor();
    await line(s.nora, theo).getByText(/Checked in \d\d:\d\d, at the desk/).waitFor();
    await look(s.fran, 'today-desk');
    await expected.getByRole('button', { name: /Take back/ }).click();
    await expected.getByRole('button', { name: /Arrived/ }).waitFor();
    await line(s.nora, theo).getByText(/Checked in/).waitFor({ state: 'detached' });
  }],

  ['the app says “I’m here”, and asks where one is before it opens a call', async ({ visitor, programme, look }) => {
    const vera = await programme.call('rosa', 'POST', '/api/v1/clients', {
      preferred_name: 'Vera', family_name: 'Stone', site: programme.site, phase: 'aftercare', assign_to: people.nora.id,
    });
    const soon = (Math.floor(Date.now() / minute) + 5) * minute;
    const session = await programme.book('priya', {
      kind: 'one_on_one', room: programme.rooms[2].id, link: 'https://meet.example.org/vera', starts_at: soon, duration_minutes: 45,
      facilitators: [people.priya.id], clients: [vera.id],
    });
    const app = await openApp(visitor, programme, vera);
    await app.getByRole('button', { name: 'I’m here' }).waitFor();
    await look(app, 'arriving');
    await app.getByRole('button', { name: 'I’m here' }).click();
    await app.getByText('You are checked in', { exact: true }).waitFor();
    await app.getByRole('button', { name: 'Join online' }).click();
    await app.getByLabel('Which town are you in right now?').fill('Troy');
    await app.getByLabel('A number to call you back').fill('soon');
    await app.getByRole('button', { name: 'Join', exact: true }).click();
    await app.getByText('A telephone number, such as', { exact: false }).waitFor();
    await look(app, 'joining');
    await app.getByLabel('A number to call you back').fill('555 010 0199');
    await app.getByRole('button', { name: 'Join', exact: true }).click();
    const link = app.getByRole('link', { name: 'Open the call' });
    assert.equal(await link.getAttribute('href'), 'https://meet.example.org/vera');
    const sheet = await programme.call('priya', 'GET', `/api/v1/sessions/${session.id}/attendance`);
    assert.equal(sheet.lines[0].proposed.town, 'Troy');
    assert.equal(sheet.lines[0].proposed.how, 'telehealth');
  }],

  ['the roll is taken: all present, then the exceptions', async ({ programme, look }, s) => {
    const { nora, samuel } = s;
    const [ana, dana, imani, jo, lucia, marcus] = programme.clients;
    await nora.goto(`${programme.origin}/#/sessions/${programme.group.id}`);
    await samuel.goto(`${programme.origin}/#/sessions/${programme.group.id}`);
    await samuel.getByRole('button', { name: 'All present' }).waitFor();
    await nora.getByRole('button', { name: 'All present' }).click();
    await line(nora, ana).getByLabel('Ana Ruiz arrived at').fill(clock(Date.parse(programme.group.starts_at) + 12 * minute, zone));
    await line(nora, dana).getByLabel('Dana Whitfield left at').fill(clock(Date.parse(programme.group.starts_at) + 20 * minute, zone));
    for (const [client, verdict] of [[imani, 'Excused'], [jo, 'Unexcused'], [lucia, 'Turned away']])
      await line(nora, client).getByRole('radio', { name: verdict, exact: true }).check();
    await look(nora, 'roll-call');

    // Somebody else marks one of them meanwhile: the marks here stay, and that one says so.
    await line(samuel, marcus).getByRole('radio', { name: 'Excused', exact: true }).check();
    await samuel.getByRole('button', { name: 'Save' }).click();
    await samuel.getByText('Saved.').waitFor();
    await line(nora, marcus).getByText('Meanwhile marked elsewhere: Excused.').waitFor();
    await line(nora, marcus).getByRole('button', { name: /Undo/ }).click();

    await nora.getByRole('button', { name: 'Save' }).click();
    await nora.getByText('Saved.').waitFor();
    await line(nora, ana).getByText(/12 min late · 78 min credited/).waitFor();
    await line(nora, dana).getByText(/left 70 min early · 20 min credited/).waitFor();
    await samuel.locator(`[data-client="${jo.id}"][data-verdict=unexcused]`).waitFor();
  }],

  ['the sheet is closed, and another browser sees it at once', async ({ programme, look }, s) => {
    const { nora, samuel } = s;
    await nora.getByRole('button', { name: 'Close the sheet' }).click();
    await nora.getByRole('dialog').getByRole('button', { name: 'Close the sheet' }).click();
    for (const page of [nora, samuel]) await page.getByText(/Closed by Nora Lindqvist/).waitFor();
    await neverReloaded(samuel);
    await look(nora, 'sheet-closed');
    await nora.goto(`${programme.origin}/#/today`);
    await row(nora, programme.group.id).getByText('Sheet closed').waitFor();
  }],

  ['what was missed is made up, and the week’s hours say what is short', async ({ programme, look }, s) => {
    const { nora } = s;
    const jo = programme.clients[3];
    const again = s.again = await programme.book('nora', {
      kind: 'group', title: 'Coping skills again', room: programme.rooms[2].id, starts_at: s.at + 49 * 60 * minute,
      duration_minutes: 60, facilitators: [people.nora.id], clients: [],
    });
    await nora.goto(`${programme.origin}/#/clients/${jo.id}`);
    const absence = nora.locator(`[data-absence="${programme.group.id}"]`);
    await absence.getByText('Can be made up').waitFor();
    await absence.getByRole('button', { name: 'Find a make-up' }).click();
    await absence.locator(`[data-open="${again.id}"]`).waitFor();
    await look(nora, 'make-ups');
    await absence.locator(`[data-open="${again.id}"]`).getByRole('button', { name: 'Book' }).click();
    await absence.getByText('Make-up booked').waitFor();
    // There, the sheet says that she makes something up, and on demand what.
    await nora.goto(`${programme.origin}/#/sessions/${again.id}`);
    await line(nora, jo).getByText('Make-up', { exact: true }).waitFor();
    await line(nora, jo).getByRole('button', { name: 'What for? Jo Park' }).click();
    await line(nora, jo).getByRole('link', { name: 'Coping skills' }).waitFor();
    await look(nora, 'sheet-make-up');

    await programme.call('nora', 'POST', `/api/v1/clients/${programme.clients[0].id}/move`, { level: '2.5' });
    await nora.getByRole('link', { name: 'More', exact: true }).click();
    await nora.getByRole('link', { name: /^Care hours/ }).click();
    const ana = nora.locator(`[data-client="${programme.clients[0].id}"]`);
    await ana.getByText('At risk').waitFor();
    await nora.locator(`[data-client="${jo.id}"]`).getByText('Not judged', { exact: true }).waitFor();
    await ana.getByRole('button', { name: 'What would mend it' }).click();
    await ana.getByText(/Coping skills again|No open session is left/).waitFor();
    await look(nora, 'weekly-hours');
    await nora.getByRole('link', { name: 'The week before' }).click();
    await nora.getByText('Nobody is in care in this week').waitFor();
    await look(nora, 'weekly-hours-empty');
  }],

  ['a client makes up what they missed: one time has gone, another is taken and given back', async ({ visitor, programme, look }, s) => {
    const [ana, dana, , , , marcus, , theo] = programme.clients;
    const small = await programme.book('nora', {
      kind: 'group', title: 'Relapse prevention', room: programme.rooms[1].id, starts_at: s.at + 51 * 60 * minute,
      duration_minutes: 60, facilitators: [people.nora.id], clients: [ana.id, dana.id],
    });
    const app = await openApp(visitor, programme, marcus);
    const note = app.getByRole('link', { name: /You can still make up today’s appointment/ });
    await note.waitFor();
    await look(app, 'next-make-up');
    await note.click();
    const missed = app.locator(`[data-missed="${programme.group.id}"]`);
    const time = (session) => missed.locator(`[data-time="${session.id}"]`);
    await time(small).waitFor();
    await look(app, 'other-times');
    // The last seat goes to somebody else while he looks.
    await programme.call('nora', 'POST', `/api/v1/sessions/${small.id}/participants`, { client: theo.id });
    await time(small).getByRole('button', { name: /^Take it/ }).click();
    await missed.getByText('cannot be had any more', { exact: false }).waitFor();
    await time(small).waitFor({ state: 'detached' });
    await look(app, 'other-times-gone');
    await time(s.again).getByRole('button', { name: /^Take it/ }).click();
    await missed.getByText(/You come instead on/).waitFor();
    await look(app, 'make-up-booked');
    assert.doesNotMatch(await app.locator('body').innerText(), /Coping|Relapse|group|Nora|Theo|Jo |excuse|absen|missed/i);

    await app.getByRole('link', { name: 'Next' }).first().click();
    await app.locator(`[data-coming="session-${s.again.id}"]`).waitFor();
    await app.getByRole('link', { name: /you make up today’s appointment/ }).click();
    await missed.getByRole('button', { name: /^Give it back/ }).click();
    await look(app, 'make-up-give-back');
    await app.getByRole('dialog').getByRole('button', { name: 'Give it back' }).click();
    await time(s.again).waitFor();
    const sheet = await programme.call('nora', 'GET', `/api/v1/sessions/${s.again.id}/attendance`);
    assert.deepEqual(sheet.lines.map((l) => l.client), [programme.clients[3].id]);
    await app.close();
  }],

  ['a task is done and taken back; a report says what each figure is of', async ({ programme, look }, s) => {
    const { nora } = s;
    await programme.call('nora', 'POST', '/api/v1/tasks', { client: programme.clients[0].id, reason: 'Call about Thursday' });
    await nora.getByRole('link', { name: 'Tasks', exact: true }).click();
    const task = nora.getByRole('listitem').filter({ hasText: 'Call about Thursday' });
    await task.getByRole('button', { name: 'Done' }).click();
    await task.getByLabel('What came of it').fill('Left a word');
    await look(nora, 'tasks');
    await task.getByRole('button', { name: 'It is done' }).click();
    await task.getByText(/Left a word/).waitFor();
    await task.getByRole('button', { name: 'Not done after all' }).click();
    await task.getByRole('button', { name: 'Hand over' }).waitFor();

    await nora.getByRole('link', { name: 'More', exact: true }).click();
    await look(nora, 'more');
    await nora.getByRole('link', { name: /^Reports/ }).click();
    await nora.getByText('Sessions with a closed sheet').waitFor();
    await nora.getByText(/^\d+ of \d+ \(\d+ %\)$/).first().waitFor();
    await look(nora, 'reports');
  }],

  ['a client’s attendance over days says what each figure is of, and is printed without the dashboard', async ({ programme, look }, s) => {
    const { nora } = s;
    const ana = programme.clients[0];
    await nora.goto(`${programme.origin}/#/clients/${ana.id}`);
    await nora.getByRole('link', { name: 'Over a period' }).click();
    await nora.getByRole('heading', { name: 'Attendance of Ana Ruiz' }).waitFor();
    await nora.getByRole('cell', { name: '78 of 90' }).waitFor();
    await nora.getByRole('cell', { name: 'Attended, 12 min late' }).waitFor();
    await nora.getByText('1 of 1 (100 %)').first().waitFor();
    await nora.getByText('1 h 18 min of 1 h 30 min').waitFor();
    await look(nora, 'client-attendance');
    for (const pages of Object.values(await printed(nora))) {
      const text = pages.map((p) => p.text).join('');
      for (const words of ['Attendance of Ana Ruiz', '1 of 1 (100 %)', '78 of 90']) assert.ok(text.includes(squashed(words)), words);
      assert.doesNotMatch(text, /Circled|Signout|Nora|Until(?!m)|Print/);
    }
    await nora.getByLabel('From').fill('2020-01-01');
    await nora.getByRole('button', { name: 'Show' }).click();
    await nora.getByText('nor more than 400 days after', { exact: false }).waitFor();
    await nora.getByLabel('Until').fill('2020-01-31');
    await nora.getByRole('button', { name: 'Show' }).click();
    await nora.getByText('No session on these days.').waitFor();
    await look(nora, 'client-attendance-empty');
    // Whoever takes no roll has no way to it.
    await s.fran.goto(`${programme.origin}/#/clients/${ana.id}`);
    await s.fran.getByRole('heading', { name: 'Ana Ruiz' }).waitFor();
    assert.equal(await s.fran.getByRole('link', { name: 'Over a period' }).count(), 0);
    await s.fran.goto(`${programme.origin}/#/clients/${ana.id}/attendance`);
    await s.fran.getByRole('alert').waitFor();
  }],

  ['a sign-in sheet is printed on both papers, and gives nobody’s name and no service away', async ({ programme, look }, s) => {
    const { nora, samuel, fran } = s;
    const reyes = await programme.call('rosa', 'POST', '/api/v1/clients', {
      preferred_name: 'Ana María', family_name: 'Reyes', site: programme.site, phase: 'aftercare', assign_to: people.nora.id,
    });
    const session = await programme.book('nora', {
      kind: 'group', title: 'Relapse prevention', room: programme.rooms[0].id, starts_at: s.at + 73 * 60 * minute,
      duration_minutes: 60, facilitators: [people.nora.id], clients: [...programme.clients, reyes].map((c) => c.id),
    });
    await nora.goto(`${programme.origin}/#/sessions/${session.id}`);
    await nora.getByRole('link', { name: 'Print sign-in sheet' }).click();
    await nora.getByRole('heading', { name: 'Sign-in sheet' }).waitFor();
    await nora.getByText('Ana R. 2 is Ana María Reyes').waitFor(); // for whoever hands it out
    assert.equal(await nora.getByRole('row').count(), 2 + 9 + 5);
    await look(nora, 'sign-in-sheet');

    await nora.getByLabel('Blank lines').fill('30');
    const neutral = programme.services[0].neutral_name;
    assert.notEqual(neutral, programme.services[0].name);
    for (const [paper, pages] of Object.entries(await printed(nora))) {
      assert.ok(pages.length > 1, `${paper}: ${pages.length}`);
      for (const p of pages) for (const words of [neutral, 'Maple room', 'Nora Lindqvist', 'Signature', 'Arrived']) assert.ok(p.text.includes(squashed(words)), `${paper}: ${words}`);
      const text = pages.map((p) => p.text).join('');
      for (const name of ['Ana R. 1', 'Ana R. 2', 'Dana W.', 'Jo P.', 'Lucía F.']) assert.ok(text.includes(squashed(name)), `${paper}: ${name}`);
      for (const name of [...programme.clients, reyes].map((c) => c.family_name)) assert.ok(!text.toLowerCase().includes(name.toLowerCase()), `${paper}: ${name}`);
      assert.match(text, new RegExp(`${9 + 30}$|${9 + 30}\\D`));
      assert.doesNotMatch(text, /Relapse|prevention|María|Riverside|Circled|Signout|Blank|counsel|therapy|treatment|recovery/i);
    }
    // In the dark as well it is black on white.
    await nora.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colours = await nora.evaluate('[document.documentElement, document.querySelector("tbody th")].map((e) => getComputedStyle(e)).map((c) => [c.backgroundColor, c.color])');
    assert.deepEqual([colours[0][0], colours[1][1]], ['rgb(255, 255, 255)', 'rgb(23, 33, 29)']);
    await nora.emulateMedia({ media: null, colorScheme: 'light' });

    // The desk lays it out too; who neither leads it nor sits there is told why not.
    await fran.goto(`${programme.origin}/#/sessions/${session.id}/sign-in-sheet`);
    await fran.getByRole('rowheader', { name: 'Ana R. 1' }).waitFor();
    await samuel.goto(`${programme.origin}/#/sessions/${session.id}/sign-in-sheet`);
    await samuel.getByText('Only those who treat these clients see who is expected.').waitFor();
  }],

  ['a client’s device is let in by a code', async ({ visitor, look }, s) => {
    const { nora } = s;
    await nora.getByRole('link', { name: 'Clients', exact: true }).click();
    await nora.getByLabel('Search').fill('ana');
    await look(nora, 'clients');
    await nora.getByRole('link', { name: /Ana Ruiz/ }).click();
    await nora.getByRole('button', { name: 'Make a code' }).click();
    await nora.getByText(/Good for 1[45]:/).waitFor();
    await look(nora, 'client');
    const code = (await nora.getByTestId('code').textContent()).replace(/\s/g, '');
    assert.match(code, /^[A-Z0-9]{8}$/);

    s.ana = await visitor('/app', { width: 390, height: 844 });
    await s.ana.getByLabel('Your code').fill('ZZZZZZZZ');
    await s.ana.getByRole('button', { name: 'Go on' }).click();
    await s.ana.getByRole('alert').waitFor();
    await look(s.ana, 'enrol');
    await s.ana.getByLabel('Your code').fill(code.toLowerCase());
    await s.ana.getByRole('button', { name: 'Go on' }).click();
    await s.ana.getByText('This week').waitFor();
    await s.ana.evaluate('window.sameVisit = true');
  }],

  ['the client confirms what comes next, and the counselor sees it at once', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    await ana.getByText(clock(s.at, zone)).first().waitFor();
    await look(ana, 'next');
    await nora.goto(`${programme.origin}/#/today/${date(s.at)}`);
    await row(nora, s.session).getByText('No answer yet').waitFor();
    await ana.getByRole('button', { name: /I’ll be there/ }).click();
    await ana.getByText('You said you’ll be there').waitFor();
    await row(nora, s.session).getByText('Confirmed').waitFor();
    // No word of what the appointment is for, and nobody else's name.
    const text = await ana.locator('body').innerText();
    assert.doesNotMatch(text, /counsel|group|Coping|Nora|Riverside|therapy|treatment|recovery/i);
  }],

  ['what is booked meanwhile reaches the client at once, and its reminder when it is due', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    // Reminded two hours before: a few seconds from now.
    const soon = Date.now() + 120 * minute + 3_000;
    const free = await programme.book('nora', {
      kind: 'one_on_one', starts_at: s.at + 240 * minute, duration_minutes: 30, facilitators: [people.nora.id], clients: [programme.clients[0].id],
    });
    await ana.getByRole('main').getByText(clock(Date.parse(free.starts_at), zone)).first().waitFor();
    const cancelled = await programme.call('nora', 'GET', `/api/v1/sessions/${s.session}`);
    await nora.goto(`${programme.origin}/#/sessions/${s.session}`);
    await nora.getByRole('button', { name: 'Cancel' }).click();
    await nora.getByRole('dialog').getByRole('button', { name: 'Cancel the session' }).click();
    await nora.getByText('Cancelled', { exact: true }).waitFor();
    assert.equal(cancelled.status, 'scheduled');
    await ana.getByText(/ is cancelled\.$/).waitFor();

    s.reminded = await programme.book('nora', {
      kind: 'one_on_one', starts_at: soon, duration_minutes: 20, facilitators: [people.nora.id], clients: [programme.clients[0].id],
    });
    await ana.getByRole('link', { name: /Reminders/ }).click();
    // Not just the first: until it is sent, that is the one of the session that was cancelled.
    const reminder = ana.locator(`[data-subject="${s.reminded.id}"]`);
    await reminder.waitFor();
    await look(ana, 'reminders');
    await nora.goto(`${programme.origin}/#/today/${date(soon)}`);
    await row(nora, s.reminded.id).waitFor();
    await reminder.getByRole('button', { name: /I can’t come/ }).click();
    await ana.getByText('You said you can’t come').waitFor();
    await row(nora, s.reminded.id).getByText('Can’t come').waitFor();
  }],

  ['a meeting is found and committed to, and the counselor sees it', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    await ana.getByRole('link', { name: 'Meetings' }).click();
    await ana.locator('[data-meeting]').first().waitFor();
    await look(ana, 'meetings');
    await ana.getByLabel('Name, place or town').fill('yonkers');
    await ana.getByLabel('Day').selectOption({ label: 'Tuesday' });
    await ana.getByText('Step by Step', { exact: true }).waitFor({ state: 'detached' });
    await ana.getByRole('button', { name: 'Commit to Early Risers' }).click();
    await ana.locator('[data-commitment]').getByText('Early Risers').first().waitFor();
    await ana.getByRole('button', { name: 'One meeting a week more' }).click();
    await ana.getByText('your goal is covered').waitFor();
    await nora.goto(`${programme.origin}/#/clients/${programme.clients[0].id}`);
    await nora.getByText('Early Risers').first().waitFor();
    await ana.getByRole('link', { name: 'Next' }).click();
    await ana.locator('[data-coming^=occurrence]').first().waitFor();
  }],

  ['meetings are found near here, by kind, and soon', async ({ look }, s) => {
    const { ana } = s;
    await ana.getByRole('link', { name: 'Meetings' }).click();
    const found = ana.locator('[data-meeting]');
    await found.first().waitFor();
    // The device does not say where it is until it is asked to, and allowed to.
    await ana.getByRole('button', { name: 'Near me' }).click();
    await ana.getByText('Type a town instead.', { exact: false }).waitFor();
    await ana.context().grantPermissions(['geolocation']);
    await ana.context().setGeolocation({ latitude: 40.83, longitude: -73.85 });
    await ana.getByRole('button', { name: 'Near me' }).click();
    await found.getByText('1.2 km').first().waitFor();
    await ana.getByLabel('Kind').selectOption({ label: 'Open to all' });
    await found.first().waitFor();
    await look(ana, 'meetings-near');
    await ana.getByLabel('Kind').selectOption({ label: 'Women' });
    await ana.getByText('No meeting fits within that distance.').waitFor();
    await ana.getByRole('button', { name: 'Near me' }).click();
    await ana.getByLabel('Kind').selectOption({ label: 'Any kind' });
    await ana.getByRole('button', { name: 'Starts soon' }).click();
    await ana.getByRole('button', { name: 'Starts soon', pressed: true }).waitFor();
    await ana.getByRole('button', { name: 'Starts soon' }).click();
    await found.first().waitFor();
  }],

  ['staff type in a monthly meeting; when they close one, whoever chose it sees that until they have seen it', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    await nora.goto(`${programme.origin}/#/more`);
    await nora.getByRole('link', { name: /^Meetings/ }).click();
    await nora.locator('[data-meeting]').first().waitFor();
    await look(nora, 'staff-meetings');
    await nora.getByRole('button', { name: 'Type one in' }).click();
    await nora.getByRole('button', { name: 'Add it' }).click();
    await nora.getByText('Say where people meet.').waitFor();
    await nora.getByLabel('Name', { exact: true }).fill('Alumni evening');
    await nora.getByLabel('First day').fill(date(tomorrow()));
    await nora.getByLabel('Time', { exact: true }).fill('7pm');
    await nora.getByLabel('Unit').selectOption('month');
    await nora.getByLabel('Place', { exact: true }).fill('Room 2');
    await nora.getByLabel('Alumni').check();
    await look(nora, 'staff-meeting-form');
    await nora.getByRole('button', { name: 'Add it' }).click();
    const typed = nora.locator('[data-meeting]').filter({ hasText: 'Alumni evening' });
    await typed.getByText('of the month 19:00', { exact: false }).waitFor();
    await typed.getByRole('button', { name: /^Change/ }).click();
    await nora.getByLabel('Minutes').fill('90');
    await nora.getByRole('button', { name: 'Save' }).click();
    await typed.getByText('90 min', { exact: false }).waitFor();

    await nora.getByLabel('Name, place or town').fill('early risers');
    await nora.getByRole('button', { name: 'Close Early Risers' }).click();
    await nora.getByRole('dialog').getByRole('button', { name: 'Close it' }).click();
    await nora.getByRole('button', { name: 'Close Early Risers' }).waitFor({ state: 'detached' });
    const mine = ana.locator('[data-commitment]').filter({ hasText: 'Early Risers' });
    await mine.getByText('It no longer takes place.', { exact: false }).waitFor();
    await look(ana, 'meetings-flag');
    await nora.getByLabel('Closed by us').check();
    await nora.getByRole('button', { name: 'Open again Early Risers' }).click();
    await mine.getByText('It takes place again.').waitFor();
    await mine.getByRole('button', { name: /^I have seen it/ }).click();
    await mine.getByText('It takes place again.').waitFor({ state: 'detached' });
  }],

  ['what a client says of having gone, and what is verified, stand apart', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    await programme.makeHappen('Early Risers');
    const asked = ana.locator('[data-went]').filter({ hasText: 'Early Risers' });
    await ana.getByRole('link', { name: 'Next' }).click();
    await asked.getByRole('button', { name: /^Yes/ }).waitFor();
    await look(ana, 'did-you-go');
    await asked.getByRole('button', { name: /^Yes/ }).click();
    await asked.waitFor({ state: 'detached' });
    await ana.getByRole('link', { name: 'Meetings' }).click();
    await asked.getByText('You said you went').waitFor();

    await nora.goto(`${programme.origin}/#/clients/${programme.clients[0].id}`);
    const past = nora.locator('[data-occurrence]').filter({ hasText: 'Early Risers' });
    await past.getByText('Says: went').waitFor();
    await past.getByText('Not verified').waitFor();
    await past.getByRole('button', { name: /^Verify/ }).click();
    const form = nora.getByRole('dialog');
    await form.getByLabel('Somebody told me').check();
    await form.getByRole('button', { name: 'Verified' }).click();
    await form.getByText('Say who told it.').waitFor();
    await form.getByLabel('Who told it').fill('Sam, who leads it');
    await look(nora, 'verify-meeting');
    await form.getByRole('button', { name: 'Verified' }).click();
    await past.getByText('Verified: Told by Sam, who leads it').waitFor();
    await look(nora, 'client-meetings');
    await asked.getByText('Confirmed').waitFor();
    assert.equal(await ana.getByText('Sam').count(), 0);
    await look(ana, 'went');
  }],

  ['a list is fetched from an address, and what came of it is said', async ({ programme, look }, s) => {
    const { rosa } = s;
    await rosa.goto(`${programme.origin}/#/lists`);
    await rosa.getByText('None is fetched yet', { exact: false }).waitFor();
    await rosa.getByLabel('Name', { exact: true }).fill('Area');
    await rosa.getByLabel('Address', { exact: true }).fill('https://127.0.0.1/list');
    await rosa.getByRole('button', { name: 'Add it, and fetch it now' }).click();
    await rosa.getByText('This address is not on the public internet.').waitFor();
    // A name that cannot exist (RFC 6761): one clear outcome, and the next try is said.
    await rosa.getByLabel('Address', { exact: true }).fill('https://lists.invalid/meetings');
    await rosa.getByRole('button', { name: 'Add it, and fetch it now' }).click();
    const feed = rosa.locator('[data-feed]').filter({ hasText: 'Area' });
    await feed.getByText('There is no such host.').first().waitFor();
    await feed.getByRole('button', { name: /^Reports/ }).click();
    await feed.getByRole('table').waitFor();
    await look(rosa, 'lists');
    await feed.getByRole('button', { name: /^Remove/ }).click();
    await rosa.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
    await rosa.getByText('None is fetched yet', { exact: false }).waitFor();
  }],

  ['a cut is shown, and mends itself', async ({ programme }, s) => {
    const { nora, ana } = s;
    await nora.goto(`${programme.origin}/#/today`);
    for (const page of [nora, ana]) await page.evaluate('window.sameVisit = true');
    await ana.evaluate("location.hash = '#/'");
    await programme.stop();
    await nora.getByText('Not connected. What you see may be out of date', { exact: false }).waitFor();
    await ana.getByText('Not connected.', { exact: false }).first().waitFor();
    await programme.start();
    await nora.getByText('Live', { exact: true }).waitFor();
    await ana.getByText('Not connected.', { exact: false }).waitFor({ state: 'detached' });
    const late = await programme.book('nora', {
      kind: 'one_on_one', starts_at: s.at + 300 * minute, duration_minutes: 30, facilitators: [people.nora.id], clients: [programme.clients[0].id],
    });
    await ana.locator(`[data-coming="session-${late.id}"]`).waitFor();
    await neverReloaded(nora);
    await neverReloaded(ana);
  }],

  ['a closed sheet is reopened by a supervisor, with a reason', async ({ visitor, programme }, s) => {
    s.priya = await visitor(`/#/sessions/${programme.group.id}`);
    await signIn(s.priya, 'priya');
    await s.priya.getByRole('button', { name: 'Reopen the sheet' }).click();
    await s.priya.getByLabel('Reason').fill('Jo called in sick');
    await s.priya.getByRole('button', { name: 'Reopen', exact: true }).click();
    await s.priya.getByRole('button', { name: 'Save' }).waitFor();
  }],

  ['a site’s numbers are set by an administrator, and who is on call by a supervisor', async ({ programme, look }, s) => {
    const { rosa, priya } = s;
    await rosa.goto(`${programme.origin}/#/help-numbers`);
    await rosa.getByText('911').waitFor();
    await rosa.getByRole('button', { name: /^Change the numbers of/ }).click();
    await rosa.getByLabel('Helpline', { exact: true }).fill('ask Bob');
    await rosa.getByRole('button', { name: 'Save' }).click();
    await rosa.getByText('This cannot be called.').waitFor();
    await rosa.getByLabel('Helpline', { exact: true }).fill('716 555 0100');
    await rosa.getByLabel('Who answers the helpline').fill('A nurse answers');
    await rosa.getByLabel('When', { exact: true }).fill('Every day, 8 to 20');
    await rosa.getByLabel('What the call costs').selectOption('free');
    await look(rosa, 'help-numbers-change');
    await rosa.getByRole('button', { name: 'Save' }).click();
    await rosa.getByText('A nurse answers; Every day, 8 to 20; the call is free.').waitFor();
    await look(rosa, 'help-numbers');

    await priya.goto(`${programme.origin}/#/on-call`);
    await priya.getByText('Nobody is on call yet.', { exact: false }).waitFor();
    await look(priya, 'on-call-empty');
    await priya.getByRole('button', { name: /^Fill / }).click();
    await priya.getByRole('button', { name: 'Save' }).click();
    await priya.getByText('Choose who is on call.').waitFor();
    await priya.getByLabel('Primary').selectOption({ label: people.samuel.name });
    await priya.getByLabel('Backup').selectOption({ label: people.priya.name });
    await priya.getByLabel('Last day').fill(date(Date.now() + 3 * 24 * 60 * minute));
    await look(priya, 'on-call-shift');
    await priya.getByRole('button', { name: 'Save' }).click();
    await priya.locator('[data-on-call-now]').getByText(people.samuel.name).waitFor();
    await priya.locator('[data-gap]').waitFor();
    // The days that are left, by somebody else; then not after all.
    await priya.getByRole('button', { name: /^Fill / }).click();
    await priya.getByLabel('Primary').selectOption({ label: people.nora.name });
    await priya.getByRole('button', { name: 'Save' }).click();
    await priya.getByText('Somebody is on call at every moment of the next seven days.').waitFor();
    await look(priya, 'on-call');
    await priya.getByRole('button', { name: /^Take back / }).click();
    await priya.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
    await priya.locator('[data-gap]').waitFor();
  }],

  ['who needs to talk asks in the app, and reads at once who has seen it', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    await ana.getByRole('link', { name: 'I need to talk' }).click();
    const standing = ana.locator('[data-support]');
    await ana.getByRole('link', { name: /Emergency.*911/ }).waitFor();
    await ana.getByRole('link', { name: /Helpline.*716 555 0100/ }).waitFor();
    assert.equal(await ana.getByRole('link', { name: /Helpline/ }).getAttribute('href'), 'tel:7165550100');
    await look(ana, 'talk');
    await ana.getByRole('button', { name: 'Ask somebody to call me' }).click();
    await ana.locator('[data-support=open]').waitFor();
    await look(ana, 'talk-asked');
    await nora.locator('[data-waits]').getByText('Ana Ruiz asked to talk').waitFor();
    await look(nora, 'support-banner');
    await nora.locator('[data-waits]').click();
    const request = nora.locator('[data-request]');
    await request.getByRole('link', { name: '555 0134' }).waitFor();
    await look(nora, 'support');
    await request.getByRole('button', { name: /^Seen, I’m calling/ }).click();
    await request.getByText('You said that you call', { exact: false }).waitFor();
    await standing.getByText(`${people.nora.name} has seen it`).waitFor();
    await look(ana, 'talk-seen');
    await request.getByRole('button', { name: /^Close/ }).click();
    await request.getByLabel('Note').fill('Better now');
    await look(nora, 'support-close');
    await request.getByRole('button', { name: 'It is done' }).click();
    await nora.getByText('Nobody waits.', { exact: false }).waitFor();
    await look(nora, 'support-empty');
    await ana.locator('[data-support=none]').waitFor();

    // Asked again, and taken back: the dashboard follows.
    await ana.getByRole('button', { name: 'Ask somebody to call me' }).click();
    await request.waitFor();
    await ana.getByRole('button', { name: 'I don’t need it any more' }).click();
    await ana.locator('[data-support=none]').waitFor();
    await nora.getByText('Nobody waits.', { exact: false }).waitFor();
    assert.equal(await programme.call('nora', 'GET', '/api/v1/support-requests').then((list) => list.items.length), 0);
    await neverReloaded(ana);
    await ana.getByRole('link', { name: 'Next' }).click();
    // The desk reads nothing of it.
    await assert.rejects(programme.call('fran', 'GET', '/api/v1/support-requests'), /403/);
  }],

  ['the numbers are there without signing in, and without a connection', async ({ visitor, programme, look }, s) => {
    const phone = await visitor('/app', { width: 390, height: 844 });
    await phone.getByRole('link', { name: 'I need to talk' }).click();
    await phone.getByRole('link', { name: /Helpline.*716 555 0100/ }).waitFor();
    await phone.getByText('A nurse answers. Every day, 8 to 20. The call is free.').waitFor();
    assert.equal(await phone.getByRole('button').count(), 0); // nobody can be asked from here
    await look(phone, 'talk-signed-out');
    // Kept for the next time; then the server is away, and the page opened anew.
    await phone.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await phone.waitForFunction("caches.match('/app').then(Boolean)");
    await programme.stop();
    await phone.reload();
    await phone.getByRole('heading', { name: 'I need to talk' }).waitFor();
    await phone.getByText('Nobody can be asked from here right now. These numbers work.').waitFor();
    for (const number of [/Emergency.*911/, /Crisis line.*988/, /Helpline.*716 555 0100/]) await phone.getByRole('link', { name: number }).waitFor();
    await look(phone, 'talk-offline');
    await phone.goto(`${programme.origin}/app`);
    await phone.getByRole('link', { name: 'I need to talk' }).waitFor();
    await look(phone, 'app-offline');
    await programme.start();
    for (const page of [s.nora, s.priya, s.rosa]) await page.getByText('Live', { exact: true }).waitFor();
    await s.ana.getByText('Not connected.', { exact: false }).waitFor({ state: 'detached' });
  }],

  ['a plan is made from a template, agreed to in the app, and written anew', async ({ programme, look }, s) => {
    const { nora, ana, priya } = s;
    await priya.goto(`${programme.origin}/#/plan-templates`);
    await priya.getByRole('button', { name: 'A template' }).click();
    await priya.getByRole('button', { name: 'Save the template' }).click();
    await priya.getByText('Give it a name.').waitFor();
    await priya.getByLabel('Name', { exact: true }).fill('Short and steady');
    await priya.getByRole('button', { name: /^Visits.*another goal/ }).click();
    await priya.getByLabel('Every so many days', { exact: true }).fill('7');
    await priya.getByRole('button', { name: /^In words.*another goal/ }).click();
    await priya.getByLabel('In words', { exact: true }).fill('Call somebody before going home on payday');
    await look(priya, 'plan-template-new');
    await priya.getByRole('button', { name: 'Save the template' }).click();
    await priya.getByText('“Short and steady” is saved.').waitFor();
    await look(priya, 'plan-templates');

    // Self-booking of visits, so that they can be taken.
    const booking = `/api/v1/services/${programme.services.find((v) => v.code === 'counseling').id}/self-booking`;
    const seen = await fetch(programme.origin + booking, { headers: { Authorization: `Bearer ${programme.tokens.priya}` } });
    await programme.call('priya', 'PUT', booking, { clients_book: true }, { 'If-Match': seen.headers.get('ETag') });

    await nora.goto(`${programme.origin}/#/clients/${programme.clients[0].id}`);
    await nora.getByRole('button', { name: 'Write it anew' }).click();
    await nora.getByLabel('Begin with a template').selectOption({ label: 'Short and steady' });
    await nora.getByText('Visits', { exact: true }).first().waitFor();
    await nora.getByRole('button', { name: /^Meetings.*another goal/ }).click();
    await nora.getByLabel('Counselor', { exact: true }).selectOption({ label: people.nora.name });
    await nora.getByLabel('Limit of craving').fill('11');
    await nora.getByRole('button', { name: 'Propose it to the client' }).click();
    await nora.locator('[aria-invalid=true]').first().waitFor();
    await look(nora, 'plan-form');
    await nora.getByLabel('Limit of craving').fill('7');
    await nora.getByLabel('Safe contact').fill('Her sister Lena, never the landline');
    await nora.getByRole('button', { name: 'Propose it to the client' }).click();
    await nora.getByText('Waits for agreement').waitFor();
    await look(nora, 'plan-proposed');

    // What is booked with her already would be her next visit.
    const until = new Date(Date.now() + 14 * 24 * 60 * minute).toISOString();
    const ahead = await programme.call('nora', 'GET', `/api/v1/sessions?from=${new Date().toISOString()}&until=${until}&staff=${people.nora.id}&limit=200`);
    for (const { id, kind, status, version } of ahead.items) {
      if (kind !== 'one_on_one' || status !== 'scheduled') continue;
      const { participants } = await programme.call('nora', 'GET', `/api/v1/sessions/${id}/roster`);
      if (participants.some(({ client }) => client === programme.clients[0].id))
        await programme.call('nora', 'POST', `/api/v1/sessions/${id}/cancel`, {}, { 'If-Match': `"${version}"` });
    }
    await ana.getByRole('link', { name: 'Plan', exact: true }).click();
    const proposed = ana.locator('[data-proposed]');
    await proposed.getByText('A visit every week').waitFor();
    assert.equal(await ana.getByText('Lena').count(), 0);
    await look(ana, 'plan-mine-proposed');
    await proposed.getByRole('button', { name: 'I agree' }).click();
    await ana.getByText('Agreed. This is your plan now.').waitFor();
    await ana.getByText('Next visit').waitFor();
    await ana.getByLabel('Show me how it goes, week by week').check();
    await ana.locator('[data-goal=visits]').getByText('No whole week yet').waitFor();
    await look(ana, 'plan-mine');
    await ana.getByRole('button', { name: /^Take it/ }).first().click();
    await ana.getByText('Booked', { exact: true }).waitFor();
    await nora.locator('[data-state=in_force]').getByText('A visit every week').waitFor();
    await nora.getByRole('button', { name: 'All 2 versions' }).click();
    await nora.locator('[data-version="1"]').getByText('by the client').waitFor();
    await look(nora, 'plan-versions');
    await nora.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  }],

  ['how somebody is, by keyboard; a craving at the limit leads on, and a task opens', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    await ana.getByRole('link', { name: 'How I am' }).click();
    await ana.getByText('Nothing yet. What you say is shown here as a line.').waitFor();
    const slider = ana.getByRole('slider', { name: 'Craving, from 0 to 10' });
    await slider.focus();
    for (let i = 0; i < 3; i++) await ana.keyboard.press('ArrowRight');
    assert.equal(await slider.getAttribute('aria-valuetext'), '3 of 10, light');
    await ana.getByRole('button', { name: 'Keep it' }).click();
    await ana.getByText('Choose one.').waitFor();
    await ana.getByRole('radio', { name: 'So-so' }).check();
    await ana.getByLabel('Something else').fill('Payday');
    await ana.keyboard.press('Enter');
    await ana.getByLabel('Payday', { exact: true }).waitFor();
    await look(ana, 'how-i-am');
    await ana.getByRole('button', { name: 'Keep it' }).click();
    await ana.getByText('Nobody reads this at once.', { exact: false }).first().waitFor();
    await ana.getByText('As a list').click();
    await ana.getByRole('cell', { name: '3 of 10' }).waitFor();
    await look(ana, 'how-i-am-kept');

    await slider.fill('9');
    await ana.getByRole('radio', { name: 'Very low' }).check();
    await ana.getByRole('button', { name: 'Keep it' }).click();
    await ana.waitForURL(/#\/talk$/);
    await nora.goto(`${programme.origin}/#/tasks`);
    await nora.getByText('Said a craving of 9 of 10', { exact: false }).waitFor();
    await nora.goto(`${programme.origin}/#/clients/${programme.clients[0].id}`);
    await nora.getByRole('img', { name: /^Craving, from 3 of 10/ }).waitFor();
    await nora.getByText('As a list').click();
    await look(nora, 'plan-trend');
    const desk = await fetch(`${programme.origin}/api/v1/clients/${programme.clients[0].id}/self-checks`, { headers: { Authorization: `Bearer ${programme.tokens.fran}` } });
    assert.equal(desk.status, 403);
    await ana.getByRole('link', { name: 'Next' }).click();
  }],

  ['a plan that asks how somebody is, each day at a time', async ({ programme }, s) => {
    const { ana } = s;
    const of = `/api/v1/clients/${programme.clients[0].id}/plan`;
    const { version, in_force: plan } = await programme.call('nora', 'GET', of);
    await ana.getByRole('link', { name: 'Plan', exact: true }).click();
    // The next minute that leaves time to propose it and to agree.
    const at = Math.ceil((Date.now() + 40_000) / minute) * minute;
    await programme.call('nora', 'PUT', of, {
      counselor: plan.counselor, safe_contact: plan.safe_contact, goals: plan.goals.map(({ kind, every_days, per_week, words }) => ({ kind, every_days, per_week, words })),
      self_checks: { limit: 7, days: [0, 1, 2, 3, 4, 5, 6], at: clock(at, zone) },
    }, { 'If-Match': `"${version}"` });
    const proposed = ana.locator('[data-proposed]');
    await proposed.getByText(clock(at, zone), { exact: false }).waitFor();
    await proposed.getByRole('button', { name: 'I agree' }).click();
    await ana.getByText('Agreed. This is your plan now.').waitFor();
    await ana.getByRole('link', { name: 'Next' }).click();
  }],

  ['a consent is entered and written anew, and all its papers stay readable', async ({ programme, look }, s) => {
    const { nora } = s;
    const client = programme.clients[0];
    await nora.goto(`${programme.origin}/#/clients/${client.id}`);
    await nora.getByRole('button', { name: 'Enter a consent' }).click();
    const form = nora.getByRole('dialog');
    await form.getByRole('button', { name: 'Enter it' }).click();
    await form.getByText('Name who may be told.').waitFor();
    await form.getByLabel('Who may be told').fill('Judge Hale, Westchester County Court');
    await form.getByLabel('Who may tell').fill('Riverside');
    await form.getByLabel('Attendance').check();
    await form.getByLabel('Hours').check();
    await form.getByLabel('What for').fill('Supervision of a probation');
    await form.getByLabel('Last day').fill(date(Date.now() + 90 * 24 * 60 * minute));
    await look(nora, 'consent');
    await form.getByRole('button', { name: 'Enter it' }).click();
    const consent = nora.locator('[data-consent]').filter({ hasText: 'Judge Hale' });
    await consent.getByText('Attendance and hours').waitFor();
    const id = Number(await consent.getAttribute('data-consent'));

    // The next paper begins with what this one says; somebody enters another meanwhile.
    await consent.getByRole('button', { name: /^New paper/ }).click();
    assert.equal(await form.getByLabel('Who may be told').inputValue(), 'Judge Hale, Westchester County Court');
    assert.equal(await form.getByLabel('Hours').isChecked(), true);
    await look(nora, 'consent-new-paper');
    const [now] = (await programme.call('priya', 'GET', `/api/v1/clients/${client.id}/consents`)).items;
    await programme.call('priya', 'PUT', `/api/v1/clients/${client.id}/consents/${id}`, {
      discloser: now.discloser, recipient: now.recipient, kinds: ['attendance', 'phase'], purpose: now.purpose, expires_on: now.expires_on,
      signed_on: now.signed_on, signed_by: 'client', paper: 'Cabinet 2',
    }, { 'If-Match': '"1"' });
    await form.getByLabel('Hours').uncheck();
    await form.getByRole('button', { name: 'Enter it' }).click();
    await form.getByText('Somebody entered another paper meanwhile').waitFor();
    await form.getByText('Attendance, and phase and level').waitFor();
    await look(nora, 'consent-meanwhile');
    await form.getByRole('button', { name: 'Enter it' }).click();
    await consent.getByRole('button', { name: /^All 3 papers/ }).click();
    await form.locator('[data-paper="2"]').getByText('Cabinet 2').waitFor();
    await form.locator('[data-paper="1"]').getByText('Attendance and hours').waitFor();
    assert.equal(await form.locator('[data-paper="3"]').getByText('Changed').count(), 2); // what may be told, and the paper's place
    assert.equal(await form.locator('[data-paper="1"]').getByText('Changed').count(), 0);
    await look(nora, 'consent-papers');
    await form.getByRole('button', { name: 'Close' }).click();
  }],

  ['a report is drafted, approved by a supervisor, and handed out', async ({ programme, look }, s) => {
    const { nora, priya } = s;
    const client = programme.clients[0];
    await nora.locator('[data-consent]').getByRole('button', { name: 'Draft a report' }).click();
    await nora.getByRole('dialog').getByLabel('Attendance').check();
    await nora.getByRole('dialog').getByRole('button', { name: 'Draft it' }).click();
    await nora.getByText('A supervisor approves it.').waitFor();
    await look(nora, 'report');
    await priya.goto(`${programme.origin}/#/clients/${client.id}`);
    const told = priya.locator('[data-disclosure]').filter({ hasText: 'Judge Hale' });
    await told.getByText('Waits for your approval').waitFor();
    await look(priya, 'client-sharing');
    // The same among all clients' that wait.
    await priya.getByRole('link', { name: 'More', exact: true }).click();
    await priya.getByRole('link', { name: /^Reports to approve/ }).click();
    await told.getByText('Ana Ruiz').waitFor();
    await look(priya, 'reports-waiting');
    await told.getByRole('link', { name: /Judge Hale/ }).click();
    await priya.getByRole('button', { name: 'Approve' }).click();
    await priya.getByRole('button', { name: 'Hand out' }).waitFor();
    await priya.goto(`${programme.origin}/#/approvals`);
    await priya.getByText('No report waits for approval.').waitFor();
    await priya.getByRole('radio', { name: 'To be handed out' }).check();
    await told.getByText('To be handed out').waitFor();
    await nora.getByRole('button', { name: 'Hand out' }).click();
    await nora.getByText('Handed out', { exact: true }).first().waitFor();
  }],

  ['the client sees what was agreed and who was told, and takes a consent back', async ({ programme, look }, s) => {
    const { nora, ana } = s;
    const client = programme.clients[0];
    const enter = (consent) => programme.call('nora', 'POST', `/api/v1/clients/${client.id}/consents`, {
      discloser: 'Riverside', signed_on: date(Date.now()), signed_by: 'client', ...consent,
    });
    await enter({
      recipient: 'Dana Ortiz, probation officer', kinds: ['attendance', 'hours', 'phase', 'enrolment'], purpose: 'Supervision of a probation',
      expires_when: 'the end of probation', criminal_justice: { revocable_when: 'final disposition of the case' },
    });
    const sister = await enter({ recipient: 'Lena Ruiz, sister', kinds: ['attendance'], purpose: 'Rides home', expires_when: 'the move' });
    await programme.call('nora', 'POST', `/api/v1/clients/${client.id}/consents/${sister.id}/end`);
    await programme.call('nora', 'POST', `/api/v1/clients/${client.id}/disclosures/exceptions`, {
      basis: 'medical_emergency', recipient: 'Dr. Imran Shah', affiliation: 'St. Anne’s', nature: 'Fainted', told_by: people.nora.id,
      told_at: new Date(Date.now() - 30 * minute).toISOString(),
    });
    await ana.getByRole('link', { name: 'Sharing' }).click();
    const judge = ana.locator('[data-consent]').filter({ hasText: 'Judge Hale' });
    await judge.getByText('In force').waitFor();
    await ana.getByText('Dr. Imran Shah').waitFor();
    await ana.locator('[data-told]').filter({ hasText: 'Judge Hale' }).waitFor();
    await look(ana, 'sharing');
    assert.doesNotMatch(await ana.locator('main').innerText(), /Nora|Priya|Fainted|Cabinet/); // not who told, nor the staff's notes
    await judge.getByRole('button', { name: /^Take back/ }).click();
    await look(ana, 'sharing-take-back');
    await ana.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
    await judge.getByText('Taken back', { exact: true }).waitFor();
    await nora.goto(`${programme.origin}/#/clients/${client.id}`);
    await nora.locator('[data-consent]').filter({ hasText: 'Judge Hale' }).getByText('Revoked', { exact: true }).waitFor();
  }],

  ['the plan’s question comes at its time, and is over once somebody says how they are', async ({ look }, s) => {
    const { ana } = s;
    await ana.getByRole('link', { name: 'Reminders', exact: true }).click();
    const question = ana.locator('[data-reminder]').filter({ has: ana.getByRole('link', { name: 'Answer it' }) });
    await question.waitFor({ timeout: 120_000 }); // its minute may not have come yet
    assert.doesNotMatch(await question.innerText(), /crav|Nora|Riverside/i);
    await look(ana, 'reminders-question');
    await question.getByRole('link', { name: 'Answer it' }).click();
    await ana.getByRole('radio', { name: 'Good', exact: true }).check();
    await ana.getByRole('button', { name: 'Keep it' }).click();
    await ana.getByText('Nobody reads this at once.', { exact: false }).first().waitFor();
    await ana.getByRole('link', { name: 'Reminders', exact: true }).click();
    await question.waitFor({ state: 'detached' });
    await ana.getByRole('link', { name: 'Next' }).click();
  }],

  ['devices are signed out at once', async ({ programme }, s) => {
    const { nora, ana } = s;
    await nora.goto(`${programme.origin}/#/clients/${programme.clients[0].id}`);
    await nora.getByRole('button', { name: 'Sign out all devices' }).click();
    await nora.getByRole('dialog').getByRole('button', { name: 'Sign out all devices' }).click();
    await ana.getByText('This device was signed out').waitFor();
  }],

  ['a group is made with a series, and clients are enrolled', async ({ look }, s) => {
    const { nora } = s;
    await nora.getByRole('link', { name: 'Groups', exact: true }).click();
    await nora.getByRole('button', { name: 'New group' }).click();
    const dialog = nora.getByRole('dialog', { name: 'New group' });
    await dialog.getByLabel('Name').fill('Evening circle');
    await dialog.getByLabel('Alias').fill('Evening appointment');
    await dialog.getByLabel('Service').selectOption({ index: 1 });
    await dialog.getByLabel('Smallest').fill('1');
    await dialog.getByLabel('Largest').fill('2');
    await look(nora, 'group-new');
    await dialog.getByRole('button', { name: 'Make the group' }).click();
    await nora.getByRole('heading', { name: 'Evening circle' }).waitFor();
    await nora.getByRole('button', { name: 'New series' }).click();
    await nora.getByLabel('First day').fill(date(tomorrow()));
    await nora.getByLabel('Start').fill('10:00');
    await nora.getByLabel('Minutes').fill('60');
    await nora.getByRole('button', { name: 'See the dates' }).click();
    await nora.locator('[data-outcome=fine]').first().waitFor();
    await look(nora, 'group-series');
    await nora.getByRole('button', { name: 'Make the series' }).click();
    await nora.locator('[data-series]').getByText(/10:00/).first().waitFor();
    for (const [typed, name] of [['ana', /Ana Ruiz/], ['dana', /Dana Whitfield/]]) {
      await nora.getByRole('button', { name: 'Enrol a client' }).click();
      await choose(nora.getByRole('dialog'), 'Client', typed, name);
      await nora.getByRole('dialog').getByRole('button', { name: 'Enrol', exact: true }).click();
      await nora.locator('[data-enrolment]').getByText(name).waitFor();
    }
    await nora.getByText('· 2 of 2').waitFor();
  }],

  ['a series is changed after a look at what becomes of each date', async ({ look }, s) => {
    const { nora } = s;
    await nora.getByRole('button', { name: 'Change…' }).click();
    await nora.getByLabel('Start').fill('10:30');
    await nora.getByRole('button', { name: 'See what changes' }).click();
    await nora.getByText(/2 clients are told, once each/).waitFor();
    await look(nora, 'group-series-change');
    await nora.getByRole('button', { name: 'Apply to these dates' }).click();
    await nora.locator('[data-series]').getByText(/10:30/).first().waitFor();
  }],

  ['who waits is offered the seat that frees, and takes it', async ({ programme, look }, s) => {
    const { nora } = s;
    const imani = programme.clients[2];
    await nora.getByRole('button', { name: 'Put a client on the list' }).click();
    const dialog = nora.getByRole('dialog');
    await choose(dialog, 'Client', 'imani', /Imani Clark/);
    await dialog.getByLabel(/Comes before/).check();
    await dialog.getByRole('button', { name: 'Put on the list' }).click();
    await dialog.getByText('Say why they come first.').waitFor();
    await dialog.getByLabel('Why they come first').fill('Leaves detox this week');
    await look(nora, 'waitlist-put');
    await dialog.getByRole('button', { name: 'Put on the list' }).click();
    const waiting = nora.locator(`[data-waiting="${imani.id}"]`);
    await waiting.getByText('Leaves detox this week').waitFor();
    assert.equal(await waiting.getByText(/A seat is held until/).count(), 0); // both seats are taken
    await nora.getByRole('button', { name: 'Dana Whitfield: last day' }).click();
    await nora.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await waiting.getByText(/A seat is held until/).waitFor();
    await look(nora, 'group-waiting');
    await waiting.getByRole('button', { name: 'Takes it: Imani Clark' }).click();
    await nora.locator('[data-enrolment]').getByText('Imani Clark').waitFor();
    await nora.getByText('Nobody is waiting.', { exact: false }).waitFor();
    s.circle = Number(new URL(nora.url()).hash.split('/').at(-1));
  }],

  ['a group’s sign-in sheet calls it by its alias', async ({ programme, look }, s) => {
    const { nora } = s;
    const from = new Date().toISOString();
    const until = new Date(Date.now() + 14 * 24 * 60 * minute).toISOString();
    const { items } = await programme.call('nora', 'GET', `/api/v1/groups/${s.circle}/sessions?from=${from}&until=${until}`);
    await nora.goto(`${programme.origin}/#/sessions/${items[0].id}/sign-in-sheet`);
    await nora.getByText('Evening appointment', { exact: true }).waitFor();
    for (const [page] of Object.values(await printed(nora))) assert.doesNotMatch(page.text, /circle/i);
    await nora.goto(`${programme.origin}/#/groups/${s.circle}`);
  }],

  ['terms of attendance are set from a day on, for the programme and for a group', async ({ programme, look }, s) => {
    const { nora, priya, rosa } = s;
    await nora.getByRole('link', { name: 'More', exact: true }).click();
    await nora.getByRole('link', { name: /^Settings/ }).click();
    await nora.getByRole('link', { name: /^Care rules/ }).waitFor();
    assert.equal(await nora.getByRole('link', { name: /^Terms of attendance/ }).count(), 0);
    await nora.goto(`${programme.origin}/#/terms`);
    await nora.getByRole('heading', { name: 'There is no such page' }).waitFor();

    await priya.getByRole('link', { name: 'More', exact: true }).click();
    await look(priya, 'more-supervisor');
    await priya.getByRole('link', { name: /^Settings/ }).click();
    await priya.getByRole('link', { name: /^Terms of attendance/ }).click();
    await priya.getByText('Nobody has set any; these hold until somebody does').waitFor();
    await rosa.goto(`${programme.origin}/#/terms`);
    for (const page of [priya, rosa]) await page.getByRole('button', { name: 'Other terms from a day on' }).click();
    await priya.getByLabel('Minutes of grace').fill('');
    await priya.getByRole('button', { name: 'Set these terms' }).click();
    await priya.getByText('Give a number.').waitFor();
    await priya.getByLabel('Minutes of grace').fill('10');
    await priya.getByLabel('Door closes after').fill('5');
    await priya.getByRole('button', { name: 'Set these terms' }).click();
    await priya.getByText('The door would close within the grace.').waitFor(); // at its field
    await priya.getByLabel('Door closes after').fill('20');
    await priya.getByRole('button', { name: 'A break' }).click();
    await priya.getByLabel('Break 1: minutes after the start').fill('45');
    await look(priya, 'terms-form');
    await priya.getByRole('button', { name: 'Set these terms' }).click();
    const coming = priya.locator(`[data-coming="${date(tomorrow())}"]`);
    await coming.getByText('Closes 20 minutes after the start').waitFor();
    await coming.getByText('10 minutes after 45').waitFor();
    await look(priya, 'terms');

    // Who had read what was there before is told so, keeps what was typed, and may have it so all the same.
    await rosa.getByLabel('Minutes of grace').fill('7');
    await rosa.getByRole('button', { name: 'Set these terms' }).click();
    await rosa.getByText('Somebody changed these terms while you were here.', { exact: false }).waitFor();
    await rosa.getByText('In place of what was set for this very day.').waitFor();
    await rosa.getByRole('button', { name: 'Set these terms' }).click();
    await rosa.locator('[data-coming]').getByText('After more than 7 minutes').waitFor();
    assert.equal(await rosa.locator('[data-coming]').count(), 1);

    await priya.goto(`${programme.origin}/#/groups/${s.circle}`);
    await priya.getByRole('link', { name: 'Terms', exact: true }).click();
    await priya.getByRole('heading', { name: 'Terms of attendance: Evening circle' }).waitFor();
    await priya.getByRole('link', { name: 'the programme’s terms' }).waitFor();
    await priya.getByRole('button', { name: 'Other terms from a day on' }).click();
    await priya.getByLabel('Two who lead sign it').check();
    await priya.getByRole('button', { name: 'Set these terms' }).click();
    await coming.getByText('Of two who lead').waitFor();
    await priya.getByRole('button', { name: 'Other terms from a day on' }).click();
    await priya.getByRole('radio', { name: 'The programme’s' }).check();
    await priya.getByRole('button', { name: 'Set these terms' }).click();
    await coming.getByText('As the programme.').waitFor();
    await look(priya, 'terms-group');
  }],

  ['care rules follow one another, each with its source; a site chooses whose it follows', async ({ programme, look }, s) => {
    const { nora, rosa } = s;
    const later = new Date(Date.now() + 10 * 24 * 60 * minute).toISOString().slice(0, 10); // rules go by UTC
    await nora.goto(`${programme.origin}/#/care-rules`);
    await nora.getByText('9 h to 19 h a week', { exact: false }).first().waitFor();
    assert.equal(await nora.getByRole('button', { name: /^(New rule|End|Another|Change)/ }).count(), 0);

    await rosa.getByRole('link', { name: 'More', exact: true }).click();
    await rosa.getByRole('link', { name: /^Settings/ }).click();
    await rosa.getByRole('link', { name: /^Care rules/ }).click();
    const everywhere = rosa.getByRole('region', { name: 'Wherever no jurisdiction has its own' });
    await everywhere.getByRole('button', { name: 'Another in its place: level 2.1, 18 and older' }).click();
    const dialog = rosa.getByRole('dialog', { name: 'In place of level 2.1' });
    assert.equal(await dialog.getByLabel('At least', { exact: true }).inputValue(), '9');
    await dialog.getByLabel('At least', { exact: true }).fill('ten');
    await dialog.getByRole('button', { name: 'Add the rule' }).click();
    await dialog.getByText('Say where it is written.').waitFor();
    await dialog.getByText('Hours, such as 9 or 8:30; 0 asks for none.').waitFor();
    await dialog.getByLabel('At least', { exact: true }).fill('20');
    await dialog.getByLabel('From').fill(later);
    await dialog.getByLabel('Source').fill('House rule 12');
    await dialog.getByRole('button', { name: 'Add the rule' }).click();
    await dialog.getByText('The most is less than the least.').waitFor(); // the server’s, at its field
    await look(rosa, 'care-rule-new');
    await dialog.getByLabel('At least', { exact: true }).fill('9:30');
    await dialog.getByRole('button', { name: 'Add the rule' }).click();
    const added = rosa.locator('[data-rule]').filter({ hasText: 'House rule 12' });
    await added.getByText('9 h 30 min to 19 h a week', { exact: false }).waitFor();
    await added.getByText('To come').waitFor();
    await rosa.locator('[data-rule]').filter({ hasText: /Until \d/ }).getByText('Level 2.1', { exact: true }).waitFor(); // the one before it
    await nora.getByText('Source: House rule 12').waitFor(); // at once, elsewhere too
    await look(rosa, 'care-rules');

    // One for other ages collides, and says so.
    await rosa.getByRole('button', { name: 'New rule' }).click();
    await rosa.getByLabel('Level', { exact: true }).fill('2.1');
    await rosa.getByLabel('From').fill(later);
    await rosa.getByLabel('At least', { exact: true }).fill('9');
    await rosa.getByLabel('Source').fill('House rule 13');
    await rosa.getByRole('button', { name: 'Add the rule' }).click();
    await rosa.getByText('Another rule of that level holds for some of these ages and days.').waitFor();
    await rosa.getByRole('button', { name: 'Leave it' }).click();

    await added.getByRole('button', { name: /^End/ }).click();
    await rosa.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await rosa.getByText(/The rule of level 2\.1 ends on/).waitFor();

    const site = rosa.locator(`[data-site-policy="${programme.site}"]`);
    await site.getByRole('button', { name: 'Change Riverside' }).click();
    await site.getByLabel('Jurisdiction').fill('US-IL');
    await site.getByLabel('Weeks begin on').selectOption('Sunday');
    await look(rosa, 'care-policy');
    await site.getByRole('button', { name: 'Save' }).click();
    await site.getByText('Rules of US-IL go before those that hold everywhere.', { exact: false }).waitFor();
    await nora.getByText('Weeks begin on Sunday', { exact: false }).waitFor();
  }],

  ['follow-up rules: everybody who treats sees them, supervisors change them', async ({ programme, look }, s) => {
    const { nora, priya, rosa } = s;
    await nora.getByRole('link', { name: 'More', exact: true }).click();
    await nora.getByRole('link', { name: /^Settings/ }).click();
    await nora.getByRole('link', { name: /^Follow-up rules/ }).click();
    await nora.getByText('At 2 sessions in a row missed without excuse.').waitFor();
    assert.equal(await nora.getByRole('button', { name: /^Change/ }).count(), 0);
    for (const page of [priya, rosa]) {
      await page.goto(`${programme.origin}/#/follow-up-rules`);
      await page.getByRole('button', { name: 'Change: Often late' }).click();
    }
    await priya.getByLabel('Times late').fill('');
    await priya.getByRole('button', { name: 'Save' }).click();
    await priya.getByText('At least 1.').waitFor();
    await priya.getByLabel('Times late').fill('3');
    await priya.getByLabel('Within days').fill('14');
    await look(priya, 'follow-up-rules');
    await priya.getByRole('button', { name: 'Save' }).click();
    await priya.getByText('When somebody was late 3 times within 14 days.').waitFor();
    await rosa.getByLabel('It opens a task').uncheck();
    await rosa.getByRole('button', { name: 'Save' }).click();
    await rosa.getByText('Somebody changed this rule while you were here: When somebody was late 3 times within 14 days.', { exact: false }).waitFor();
    await rosa.getByRole('button', { name: 'Save' }).click();
    await rosa.locator('[data-rule=often_late]').getByText('Never.').waitFor();
    const rules = (await programme.call('priya', 'GET', '/api/v1/follow-up-rules')).items;
    assert.deepEqual(rules.filter((r) => r.rule === 'often_late').map((r) => [r.times, r.days]), [[0, 14]]);
    await nora.goto(`${programme.origin}/#/open-sheets`);
    await nora.getByText('No sheet is overdue to be closed.').waitFor();
    await look(nora, 'open-sheets-none');
  }],

  ['a client says when, where and in which words they are reminded', async ({ visitor, programme, look }, s) => {
    s.mira = await programme.call('rosa', 'POST', '/api/v1/clients', {
      preferred_name: 'Mira', family_name: 'Holm', site: programme.site, phase: 'aftercare', assign_to: people.nora.id, phone: '+1 212 555 0188',
    });
    const app = (s.miras = await openApp(visitor, programme, s.mira));
    await app.getByRole('link', { name: /^Reminders/ }).click();
    await app.getByRole('link', { name: 'How I am reminded' }).click();
    const card = app.locator('[data-rule=person]');
    await card.getByText('A day and 2 hours before').waitFor();
    await card.getByText(/^“You have an appointment on .*”/).waitFor();
    await look(app, 'reminder-settings');

    await card.getByRole('button', { name: 'Change: My reminders' }).click();
    await card.getByRole('group', { name: 'When', exact: true }).getByRole('radio', { name: 'My own' }).check();
    for (const label of ['A day before', '2 hours before']) await card.getByLabel(label, { exact: true }).uncheck();
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Choose one at least.').waitFor();
    for (const label of ['2 days before', '15 minutes before']) await card.getByLabel(label, { exact: true }).check();
    await card.getByLabel('My own words').fill('See you {when}.');
    assert.match(await card.locator('[data-example=en]').textContent(), /^See you \w{3} \d{1,2} \w{3} at \d\d:\d\d\.$/);
    await look(app, 'reminder-settings-form');
    // What somebody else says meanwhile is told, and what was chosen stays.
    await programme.call('nora', 'PUT', `/api/v1/clients/${s.mira.id}/reminder-settings`, { words: [], wait_minutes: 15 }, { 'If-Match': '"0"' });
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Somebody changed this while you were here.', { exact: false }).waitFor();
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('2 days and 15 minutes before').waitFor();
    await card.getByText(/^“See you \w{3} .*\.”/).waitFor();
    const { own } = await programme.call('nora', 'GET', `/api/v1/clients/${s.mira.id}/reminder-settings`);
    assert.deepEqual([own.offsets_minutes, own.words, own.wait_minutes], [[2880, 15], [{ language: 'en', text: 'See you {when}.' }], undefined]);

    const texts = app.locator('[data-address=sms]');
    assert.equal(await app.locator('[data-address=email]').count(), 0); // this server sends no mail
    await texts.getByLabel('Number').fill('555 0188');
    await texts.getByRole('button', { name: 'Send a code' }).click();
    await texts.getByText('This must be a number with its country', { exact: false }).waitFor();
    await texts.getByLabel('Number').fill('+1 212 555 0188');
    await texts.getByRole('button', { name: 'Send a code' }).click();
    await texts.getByText('Waits for its code').waitFor();
    await texts.getByLabel('The code').fill('0000000');
    await texts.getByRole('button', { name: 'That is the code' }).click();
    await texts.getByText('This code is not good', { exact: false }).waitFor();
    await look(app, 'reminder-settings-code');
    const [, code] = /Your code is (\w+)\./.exec(await programme.textTo('+12125550188'));
    await texts.getByLabel('The code').fill(code.toLowerCase());
    await texts.getByRole('button', { name: 'That is the code' }).click();
    await texts.getByText('Good', { exact: true }).waitFor();
    const text = await app.locator('main').innerText();
    assert.doesNotMatch(text, /counsel|group|programme|Nora|Riverside|therapy|treatment|recovery/i);
    await texts.getByRole('button', { name: /^Stop\s*text messages$/ }).click();
    await app.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
    await texts.getByText('Stopped', { exact: true }).waitFor();
  }],

  ['a client runs late; staff see it, and read the story of the reminders', async ({ programme, look }, s) => {
    const { priya, mira, miras } = s;
    const session = await programme.book('priya', {
      kind: 'one_on_one', starts_at: (Math.floor(Date.now() / minute) + 5 * 60) * minute, duration_minutes: 30, facilitators: [people.priya.id], clients: [mira.id],
    });
    await miras.getByRole('link', { name: 'Next', exact: true }).click();
    await miras.getByRole('button', { name: /^Running late/ }).waitFor();
    await look(miras, 'next-answers');
    await miras.getByRole('button', { name: /^Running late/ }).click();
    await miras.getByText('You said you’ll be late').waitFor();

    await priya.goto(`${programme.origin}/#/sessions/${session.id}`);
    await line(priya, mira).getByText(/^Said at \d\d:\d\d: will be late$/).waitFor();
    await look(priya, 'session-late');
    await line(priya, mira).getByRole('link', { name: /^Reminders: why\?\s*Mira Holm$/ }).click();
    await priya.getByRole('heading', { name: 'Reminders: why?' }).waitFor();
    await priya.locator('[data-try][data-state=pending]').getByText(/\(15 min before\)\. Not due yet\./).waitFor();
    await priya.getByText('The one 2 d before was not planned', { exact: false }).waitFor();
    await priya.getByText('2 days and 15 minutes before').getByText('their own').waitFor();
    await priya.getByText('By text message: +12125550188').waitFor();
    await look(priya, 'reminder-story');

    // What was agreed with the client holds where they chose nothing themselves.
    await priya.getByRole('link', { name: 'Change how Mira is reminded' }).click();
    const plan = priya.locator('[data-rule=plan]');
    await plan.getByRole('button', { name: 'Change: What was agreed' }).click();
    await plan.getByLabel('Language').selectOption('Español');
    await plan.getByRole('group', { name: 'When', exact: true }).getByRole('radio', { name: 'Agreed' }).check();
    await plan.getByLabel('An hour before').check();
    await look(priya, 'client-reminders-form');
    await plan.getByRole('button', { name: 'Save' }).click();
    await plan.getByText('Saved.').waitFor();
    const holds = priya.locator('[data-rule=person]');
    await holds.getByRole('definition').filter({ hasText: 'Español' }).getByText('as agreed').waitFor();
    await holds.getByText('2 days and 15 minutes before').getByText('their own').waitFor();
    await priya.getByRole('radio', { name: 'No, never' }).check();
    await priya.getByText('Noted, for whoever calls.').waitFor();
    await look(priya, 'client-reminders');

    await priya.getByRole('link', { name: 'More', exact: true }).click();
    await priya.getByRole('link', { name: /^Reminders/ }).click();
    await priya.getByRole('heading', { name: 'Day by day' }).waitFor();
    await look(priya, 'reminder-days');
    const due = Date.parse(session.starts_at) - 15 * minute;
    await priya.locator(`[data-day="${date(due)}"]`).getByRole('link').click();
    await priya.getByLabel('Show').selectOption('Planned');
    await look(priya, 'reminder-day');
    await priya.locator(`[data-of="${mira.id}"]`).getByRole('link', { name: 'Mira Holm' }).click();
    await priya.getByRole('heading', { name: 'Reminders: why?' }).waitFor();
  }],

  ['whom no message reaches is called, and is off the list once reached', async ({ programme, look }, s) => {
    const { fran } = s;
    const otto = await programme.call('rosa', 'POST', '/api/v1/clients', {
      preferred_name: 'Otto', family_name: 'Lang', site: programme.site, phase: 'aftercare', assign_to: people.nora.id, phone: '+1 212 555 0199',
    });
    const session = await programme.book('priya', {
      kind: 'one_on_one', starts_at: startOf(date(tomorrow()), '18:15'), duration_minutes: 30, facilitators: [people.priya.id], clients: [otto.id],
    });
    await fran.goto(`${programme.origin}/#/calls`);
    const card = fran.locator(`[data-call="${otto.id}"]`);
    await card.getByText('Leave no word on the machine').waitFor();
    await card.getByText('They have neither the app nor an address that works.').waitFor();
    assert.equal(await card.getByRole('link', { name: '+1 212 555 0199' }).getAttribute('href'), 'tel:+12125550199');
    assert.equal(await card.getByRole('button', { name: 'Left a word' }).count(), 0);
    await card.getByLabel('Note').fill('Rang twice');
    await card.getByRole('button', { name: 'No answer' }).click();
    await card.getByText('1 call so far, the last: no answer.').waitFor();
    await card.getByRole('button', { name: 'Reached', exact: true }).click();
    await card.getByRole('radio', { name: 'Coming, late' }).check();
    await card.scrollIntoViewIfNeeded();
    await look(fran, 'calls');
    await card.getByRole('button', { name: 'Save: reached' }).click();
    await fran.getByText('Otto Lang: reached. Noted.').waitFor();
    await card.waitFor({ state: 'detached' });
    const { participants } = await programme.call('priya', 'GET', `/api/v1/sessions/${session.id}/roster`);
    assert.deepEqual(participants.map((p) => [p.answer, Boolean(p.late_said_at)]), [['confirmed', true]]);
  }],

  ['a supervisor says how everybody is reminded, and how a group is', async ({ programme, look }, s) => {
    const { priya } = s;
    await priya.goto(`${programme.origin}/#/reminder-rule`);
    const card = priya.locator('[data-rule=programme]');
    await card.getByText('Nobody has set one; this is what Circled comes with.').waitFor();
    await card.getByRole('button', { name: 'Change: The programme’s rule' }).click();
    await card.getByRole('group', { name: 'Quiet hours' }).getByRole('radio', { name: 'Its own' }).check();
    await card.getByLabel('Quiet from').fill('late');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('A time such as 21:00.').waitFor();
    await card.getByLabel('Quiet from').fill('8 pm');
    await card.getByLabel('Its own words, Español').fill('Le esperamos el {when}.');
    assert.match(await card.locator('[data-example=es]').textContent(), /^Le esperamos el \S+ \d{1,2} \S+ a las \d\d:\d\d\.$/);
    await look(priya, 'reminder-rule-form');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('20:00–08:00').waitFor();
    await look(priya, 'reminder-rule');

    const group = (await programme.call('priya', 'GET', '/api/v1/groups')).items[0];
    await priya.goto(`${programme.origin}/#/groups/${group.id}`);
    await priya.locator('dd').getByRole('link', { name: 'Rule', exact: true }).click();
    const its = priya.locator('[data-rule=group]');
    await its.getByText('It has none of its own; this is the programme’s.').waitFor();
    await its.getByText('20:00–08:00').waitFor();
    await its.getByRole('button', { name: 'Change: The group’s rule' }).click();
    await its.getByRole('group', { name: 'When', exact: true }).getByRole('radio', { name: 'Its own' }).check();
    await its.getByLabel('30 minutes before').check();
    await its.getByRole('button', { name: 'Save' }).click();
    await its.getByText('A day, 2 hours and 30 minutes before').waitFor();
    await its.getByRole('button', { name: 'All as the programme' }).click();
    await its.getByText('It has none of its own; this is the programme’s.').waitFor();
  }],

  ['sheets that nobody closed are listed, the oldest first, and lead to their roll call', async ({ visitor, programme, look }) => {
    // A programme in which nobody has closed a sheet for two days.
    const left = new Programme(programme.binary, programme.web);
    try {
      const printed = await left.command(['demo', '--seed', '1', '--today', new Date(Date.now() - 2 * 24 * 60 * minute).toISOString().slice(0, 10)]);
      await left.start();
      const [, login, secret] = /^\s+(\S+)\s+(\S+)\s+supervisor\s/m.exec(printed);
      const page = await visitor('/');
      await page.goto(`${left.origin}/`);
      await page.getByLabel('Login').fill(login);
      await page.getByLabel('Password').fill(secret);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Live', { exact: true }).waitFor();
      await page.goto(`${left.origin}/#/open-sheets`);
      const sheets = page.locator('[data-sheet]');
      await sheets.first().getByText(/^Open for (\d+ hours|2 days)$/).waitFor();
      await sheets.first().getByText(/\d+ clients? not marked/).waitFor();
      await look(page, 'open-sheets');
      const first = await sheets.first().getAttribute('data-sheet');
      await page.getByRole('radio', { name: 'Not signed' }).check();
      await sheets.first().getByText('Closed, and waits for who leads it').waitFor();
      await page.getByRole('radio', { name: 'Not closed' }).check();
      await page.locator(`[data-sheet="${first}"]`).getByRole('link').click();
      await page.getByRole('button', { name: 'All present' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.').waitFor();
      await page.getByRole('button', { name: 'Close the sheet' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Close the sheet' }).click();
      await page.getByText(/^Closed by/).waitFor();
      await page.goto(`${left.origin}/#/open-sheets`);
      await sheets.first().waitFor();
      assert.equal(await page.locator(`[data-sheet="${first}"]`).count(), 0);
      await page.context().close();
    } finally {
      await left.end();
    }
  }],

  ['a found time is kept while the booking form is open', async ({ programme, look }, s) => {
    const { nora } = s;
    await nora.getByRole('link', { name: 'Calendar', exact: true }).click();
    await nora.getByRole('button', { name: 'Find a time' }).click();
    await nora.getByLabel('For', { exact: true }).selectOption({ index: 1 });
    await nora.getByLabel('From').fill(date(tomorrow()));
    await nora.getByRole('button', { name: 'Find', exact: true }).click();
    const slot = nora.locator('[data-slot]').first();
    const words = (await slot.textContent()).trim();
    await slot.click();
    await nora.getByText(/is kept for you until/).waitFor();
    await look(nora, 'book-kept');
    // Somebody else is told that it is kept; once the form is closed it is free again.
    const [from] = words.split('–');
    const at = await nora.getByLabel('Start').inputValue();
    assert.equal(at, from);
    const body = { kind: 'one_on_one', starts_at: startOf(date(tomorrow()), at), duration_minutes: 50, facilitators: [people.nora.id], clients: [programme.clients[5].id] };
    await assert.rejects(programme.book('priya', body), /booking_conflict/);
    const released = nora.waitForResponse((r) => r.request().method() === 'DELETE' && r.url().includes('/api/v1/holds/'));
    await nora.getByRole('link', { name: 'Leave it' }).click();
    assert.equal((await released).status(), 204);
    await programme.book('priya', body);
  }],

  ['a bad day: each session is decided on, after the list was renewed by somebody else’s booking', async ({ programme, look }, s) => {
    const { nora } = s;
    await nora.getByRole('link', { name: 'Today', exact: true }).click();
    await nora.getByRole('link', { name: 'Somebody is out' }).click();
    await nora.getByRole('radio', { name: 'Tomorrow' }).check();
    await look(nora, 'bad-day-who');
    await nora.getByRole('button', { name: 'Show the sessions' }).click();
    const group = nora.locator('[data-concerned]').filter({ hasText: 'Evening circle' });
    await group.getByRole('radio', { name: /Samuel Okafor takes it/ }).check();
    await look(nora, 'bad-day');
    const late = await programme.book('priya', {
      kind: 'one_on_one', starts_at: startOf(date(tomorrow()), '17:00'), duration_minutes: 30, facilitators: [people.nora.id], clients: [programme.clients[7].id],
    });
    await nora.getByRole('button', { name: /^Apply to/ }).click();
    await nora.getByText('The calendar changed meanwhile').waitFor();
    assert.equal(await group.getByRole('radio', { name: /Samuel Okafor takes it/ }).isChecked(), true); // what was chosen stays
    await nora.locator(`[data-concerned="${late.id}"]`).getByRole('radio', { name: 'Cancel it' }).check();
    await nora.getByText('Up to 1 client is told', { exact: false }).waitFor();
    await look(nora, 'bad-day-renewed');
    await nora.getByRole('button', { name: 'Apply to 2 sessions' }).click();
    await nora.getByText('1 client was told, once.', { exact: false }).waitFor();
    await nora.locator(`[data-done="${late.id}"]`).getByText('Cancelled').waitFor();
    await look(nora, 'bad-day-done');
    assert.equal((await programme.call('nora', 'GET', `/api/v1/sessions/${late.id}`)).status, 'cancelled');
  }],

  ['a day off says which sessions it leaves in trouble; weekly hours are kept as typed', async ({ programme, look }, s) => {
    const { nora, priya } = s;
    await nora.getByRole('link', { name: 'More', exact: true }).click();
    await nora.getByRole('link', { name: /^Hours/ }).click();
    await nora.getByRole('link', { name: 'Your own hours, days off and calendars' }).click();
    await nora.locator('[data-exception=off]').waitFor(); // the bad day entered it
    await look(nora, 'hours-own');
    await priya.goto(`${programme.origin}/#/hours/staff/${people.nora.id}`);
    await priya.getByRole('button', { name: 'Change: Weekly hours' }).click();
    await priya.getByLabel('From', { exact: true }).fill('6 pm');
    await priya.getByLabel('Until', { exact: true }).fill('5 pm');
    await priya.getByRole('button', { name: 'Save', exact: true }).click();
    await priya.getByText('Later than it begins.').waitFor();
    await priya.getByLabel('From', { exact: true }).fill('9');
    await look(priya, 'hours-change');
    await priya.getByRole('button', { name: 'Save', exact: true }).click();
    await priya.getByText(/Hours saved\./).waitFor();
    await priya.getByText('Mon–Fri').waitFor();
    await priya.getByText('09:00–17:00').waitFor();
    await look(priya, 'hours');
    await priya.goto(`${programme.origin}/#/hours/sites/${programme.site}`);
    await priya.getByRole('button', { name: 'Closed days' }).click();
    await priya.getByLabel('Why').fill('Frozen pipes');
    await priya.getByLabel('First day').fill(date(tomorrow()));
    await priya.getByRole('dialog').getByRole('button', { name: 'Enter' }).click();
    await priya.locator('[data-troubled]').first().waitFor(); // the group, which Samuel leads now
    await look(priya, 'hours-site');
    await priya.getByRole('button', { name: 'Take back Frozen pipes' }).click();
    await priya.getByText('“Frozen pipes” is taken back', { exact: false }).waitFor();
  }],

  ['a client is away: what becomes of it is shown first, and given back afterwards', async ({ programme, look }, s) => {
    const { nora } = s;
    await nora.goto(`${programme.origin}/#/clients/${programme.clients[2].id}`);
    await nora.getByRole('button', { name: 'They are away' }).click();
    await nora.getByRole('button', { name: 'See what becomes of it' }).click();
    await nora.locator('[data-matter=seat]').getByText(/Evening circle/).first().waitFor();
    await look(nora, 'care-hold');
    await nora.getByRole('button', { name: 'Begin the hold' }).click();
    await nora.getByText('In hospital, nobody knows until when').waitFor();
    await look(nora, 'care');
    await nora.getByRole('button', { name: 'They are back' }).click();
    await nora.getByRole('button', { name: 'End the hold' }).click();
    await nora.getByText('The hold has ended').waitFor();
  }],

  ['who may be here already is shown before a client is admitted', async ({ look }, s) => {
    const { nora } = s;
    await nora.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Clients' }).click();
    await nora.getByRole('link', { name: 'New client' }).click();
    await nora.getByLabel('Name they go by').fill('Ray');
    await nora.getByLabel('Family name').fill('Dube');
    await nora.getByRole('button', { name: 'Admit' }).click();
    await nora.locator('[data-duplicate]').getByText('Ray Dube').waitFor();
    await look(nora, 'client-new');
    await nora.getByLabel('Family name').fill('Dupont');
    await nora.getByRole('button', { name: 'Admit', exact: true }).click();
    await nora.getByRole('heading', { name: 'Ray Dupont' }).waitFor();
  }],

  ['the public page ticks signs and clears nobody; it keeps nothing, and prints on one page', async ({ visitor, look }) => {
    const page = await visitor('/help');
    const verdict = page.locator('[data-ticked]');
    await verdict.getByText(/clears nobody/).first().waitFor();
    await look(page, 'help');
    await page.getByRole('checkbox', { name: /The money is gone/ }).check();
    await page.getByRole('radio', { name: 'For somebody else' }).check();
    await page.getByRole('checkbox', { name: /They have lost interest/ }).check();
    await page.getByRole('checkbox', { name: /It takes more than it used to/ }).check();
    await verdict.getByText(/^Three of eight\./).waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    assert.deepEqual(await page.evaluate('[localStorage.length, sessionStorage.length, location.href.split("/").pop()]'), [0, 0, 'help']);
    for (const [paper, pages] of Object.entries(await printed(page))) {
      assert.equal(pages.length, 1, paper);
      for (const words of ['911', '988', 'Don’t stop alone', 'They have lost interest', 'pupils are as small as pinpoints', 'This is no diagnosis'])
        assert.ok(pages[0].text.includes(squashed(words)), `${paper}: ${words}`);
      for (const words of ['Ask for a call back', 'Three of eight']) assert.ok(!pages[0].text.includes(squashed(words)), `${paper}: ${words}`);
    }
    await page.reload();
    await verdict.getByText(/^None ticked\./).waitFor();
  }],

  ['who asks to be called stands on the front desk’s list at once, and is called as they wished', async ({ visitor, look }, s) => {
    s.fran = await visitor('/');
    await signIn(s.fran, 'fran');
    await s.fran.getByRole('link', { name: 'Enquiries' }).click();
    await s.fran.getByText('Nobody waits for a call.', { exact: false }).waitFor();
    await look(s.fran, 'enquiries-none');

    const page = await visitor('/help', { width: 390, height: 844 });
    await page.getByRole('button', { name: 'Ask for the call' }).click();
    await page.getByText('Choose one of the two.').waitFor();
    await page.getByLabel('A safe number').fill('call me');
    await page.getByLabel('Whom to ask for').fill('Maria');
    await page.getByLabel('Best time').fill('after six');
    await page.getByRole('radio', { name: 'No, none' }).check();
    await page.getByRole('button', { name: 'Ask for the call' }).click();
    await page.getByText('This must be a telephone number', { exact: false }).waitFor();
    await look(page, 'help-form');
    await page.getByLabel('A safe number').fill('555 010 0177');
    await page.getByRole('button', { name: 'Ask for the call' }).click();
    await page.getByText('Thank you. Somebody will call.').waitFor();
    await look(page, 'help-thanks');
    assert.equal(await page.getByText('0177').count(), 0);

    const card = s.fran.locator('[data-enquiry]').filter({ hasText: 'Ask for Maria' });
    await card.getByText('No call yet').waitFor();
    await card.getByText(/Leave no voicemail\./).waitFor();
    assert.equal(await card.getByRole('link', { name: '555 010 0177' }).getAttribute('href'), 'tel:5550100177');
    assert.equal(await card.getByRole('button', { name: 'Left a voicemail' }).count(), 0);
    await look(s.fran, 'enquiries');
    await card.getByRole('button', { name: 'No answer' }).click();
    await card.getByText(/last: No answer/).waitFor();
    assert.equal(await card.getByText('No call yet').count(), 0);
  }],

  ['an assessment keeps a time and makes no record; a person who admits does', async ({ visitor, programme, look }, s) => {
    const { fran } = s;
    const records = async () => (await programme.call('rosa', 'POST', '/api/v1/clients/search', { limit: 200 })).items.length;
    const before = await records();
    await fran.getByRole('link', { name: 'Ask for Maria' }).click();
    await fran.getByLabel('Note on the call').fill('Sounds tired; can come on Thursday');
    await fran.getByRole('button', { name: 'Reached' }).click();
    await fran.getByText('Sounds tired', { exact: false }).waitFor();
    await fran.getByRole('button', { name: 'Book an assessment' }).click();
    await choose(fran, 'With whom', 'Sam', /Samuel Okafor/);
    await fran.getByLabel('Day').fill(date(tomorrow() + 24 * 60 * minute));
    await fran.getByLabel('Start').fill('07:15');
    await look(fran, 'enquiry-assessment');
    await fran.getByRole('button', { name: 'Book it' }).click();
    await fran.getByRole('link', { name: /^Assessment on/ }).waitFor();
    await fran.getByRole('button', { name: 'Waits' }).click();
    await fran.getByRole('button', { name: 'They wait' }).click();
    await fran.getByText('Say what they wait for.').waitFor();
    await fran.getByLabel('What they wait for').fill('A bed on Monday');
    await fran.getByRole('button', { name: 'They wait' }).click();
    await fran.getByText('A bed on Monday').waitFor();
    await look(fran, 'enquiry');
    assert.equal(await records(), before);

    await fran.getByRole('link', { name: 'Admit', exact: true }).click();
    await fran.locator('button:enabled', { hasText: /^Admit$/ }).waitFor();
    assert.equal(await fran.getByLabel('Name they go by').inputValue(), 'Maria');
    assert.equal(await fran.getByLabel('Phone').inputValue(), '555 010 0177');
    await look(fran, 'enquiry-admit');
    await fran.getByRole('button', { name: 'Admit', exact: true }).click();
    await fran.getByRole('heading', { name: 'Maria', exact: true }).waitFor();
    assert.equal(await records(), before + 1);
    await fran.goto(`${programme.origin}/#/enquiries`);
    await fran.getByLabel('Which').selectOption('Admitted');
    await fran.locator('[data-enquiry]').getByText('Ask for Maria').waitFor();

    const rosa = await visitor('/#/enquiries');
    await signIn(rosa, 'rosa');
    await rosa.getByRole('link', { name: 'How long they are kept' }).click();
    await rosa.getByRole('button', { name: 'Change how long they are kept' }).click();
    await rosa.getByLabel('Days after declining').fill('30');
    await look(rosa, 'enquiries-keeping');
    await rosa.getByRole('button', { name: 'Save' }).click();
    await rosa.getByText(/who was declined: 30 days/).waitFor();
    await rosa.goto(`${programme.origin}/#/reports`);
    await rosa.getByRole('heading', { name: 'Enquiries: 1' }).scrollIntoViewIfNeeded();
    await rosa.getByText('Median wait for the first call').waitFor();
    await look(rosa, 'reports-enquiries');
  }],

  ['the API’s page works under the same rules', async ({ visitor }) => {
    const page = await visitor('/api/docs');
    await page.getByText('/api/v1/audit', { exact: true }).first().waitFor();
  }],

  ['signing out leaves nothing on the screen', async (_, s) => {
    await s.nora.getByRole('button', { name: 'Sign out', exact: true }).click();
    await s.nora.getByLabel('Password').waitFor();
    assert.equal(await s.nora.getByText('Ana Ruiz').count(), 0);
  }],
];
