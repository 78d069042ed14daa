// Settings: accounts, the trail, a record opened without being assigned, places and services.
import assert from 'node:assert/strict';
import { neverReloaded, signIn } from '../hands.mjs';
import { password, people } from '../programme.mjs';

const born = '1988-04-17';
const chosen = 'four words that are mine';

export const steps = [
  ['settings are gathered by what somebody looks for, each role its own', async ({ visitor, look }, s) => {
    s.rosa = await visitor('/');
    await signIn(s.rosa, 'rosa');
    await s.rosa.getByRole('link', { name: 'More', exact: true }).click();
    await s.rosa.getByRole('link', { name: /^Settings/ }).click();
    for (const title of ['You', 'People', 'Places', 'Care', 'Messages and lists']) await s.rosa.getByRole('heading', { name: title, exact: true }).waitFor();
    await look(s.rosa, 'settings');
    s.fran = await visitor('/');
    await signIn(s.fran, 'fran');
    await s.fran.goto(s.rosa.url());
    await s.fran.getByRole('link', { name: /^My own settings/ }).waitFor();
    assert.equal(await s.fran.getByRole('link', { name: /^(Accounts|Audit|Sites)/ }).count(), 0);
    for (const forbidden of ['settings/accounts', 'audit', 'openings', 'open-record', 'settings/sites']) {
      await s.fran.goto(`${s.rosa.url().split('#')[0]}#/${forbidden}`);
      await s.fran.getByRole('heading', { name: 'There is no such page' }).waitFor();
    }
  }],

  ['somebody is added, and chooses their own password by the code', async ({ visitor, look }, s) => {
    const { rosa } = s;
    await rosa.getByRole('link', { name: /^Accounts/ }).click();
    await rosa.getByRole('link', { name: /^Nora Lindqvist/ }).waitFor();
    await rosa.getByRole('button', { name: 'Add, and show the code' }).click();
    await rosa.getByText('Say who it is.').waitFor();
    await rosa.getByLabel('Name').fill('Tariq Amin');
    assert.equal(await rosa.getByLabel('Login').inputValue(), 'tariq.amin');
    // A login that somebody has: the person is kept, and the login asked for again.
    await rosa.getByLabel('Login').fill('nora');
    await rosa.getByRole('button', { name: 'Add, and show the code' }).click();
    await rosa.getByText('Somebody has this login already.').first().waitFor();
    await rosa.getByLabel('Login').fill('tariq');
    await rosa.getByRole('button', { name: 'Add, and show the code' }).click();
    const code = rosa.getByTestId('password-code');
    await code.waitFor();
    await rosa.getByRole('link', { name: /^Tariq Amin.*Has a code to choose a password/ }).waitFor();
    assert.equal(await rosa.getByRole('link', { name: /^Tariq Amin/ }).count(), 1);
    await look(rosa, 'accounts');

    s.tariq = await visitor('/');
    await s.tariq.getByRole('button', { name: 'I have a code' }).click();
    await s.tariq.getByLabel('Login').fill('Tariq');
    await s.tariq.getByLabel('Your code').fill((await code.innerText()).toLowerCase());
    await s.tariq.getByLabel('A new password').fill('short');
    await s.tariq.getByLabel('The new one again').fill('other');
    await s.tariq.getByRole('button', { name: 'Choose it, and sign in' }).click();
    await s.tariq.getByText('This is not the same as above.').waitFor();
    await s.tariq.getByLabel('The new one again').fill('short');
    await s.tariq.getByRole('button', { name: 'Choose it, and sign in' }).click();
    await s.tariq.locator('.field-problem').waitFor();
    await look(s.tariq, 'choose-password');
    await s.tariq.getByLabel('A new password').fill(chosen);
    await s.tariq.getByLabel('The new one again').fill(chosen);
    await s.tariq.getByRole('button', { name: 'Choose it, and sign in' }).click();
    await s.tariq.getByText('Live', { exact: true }).waitFor();
    await s.tariq.evaluate('window.sameVisit = true');
    // Without being asked again, the list says so.
    await rosa.getByRole('link', { name: /^Tariq Amin.*Can sign in/ }).waitFor();
  }],

  ['one’s own password is changed by the old one, and devices are listed', async ({ visitor, look }, s) => {
    const samuel = await visitor('/');
    await signIn(samuel, 'samuel');
    await samuel.goto(`${samuel.url().split('#')[0]}#/settings/you`);
    await samuel.getByText('This one').waitFor();
    await samuel.getByText('test', { exact: true }).waitFor(); // the programme's own token
    await samuel.getByLabel('The password you have').fill('not mine');
    await samuel.getByLabel('A new one').fill(chosen);
    await samuel.getByLabel('The new one again').fill(chosen);
    await samuel.getByRole('button', { name: 'Change it' }).click();
    await samuel.getByText('This is not your password.').waitFor();
    await samuel.getByLabel('The password you have').fill(password);
    await look(samuel, 'your-devices');
    await samuel.getByRole('button', { name: 'Change it' }).click();
    await samuel.getByText(/Your password is changed/).waitFor();
    await samuel.getByText('test', { exact: true }).waitFor({ state: 'detached' });
    await samuel.context().close();
  }],

  ['a record is opened without being assigned, read, and ends; nobody learns anything by guessing', async ({ programme, look }, s) => {
    const { tariq } = s;
    const ana = (s.ana = programme.clients.find((c) => c.preferred_name === 'Ana'));
    const care = await fetch(`${programme.origin}/api/v1/clients/${ana.id}/care`, { headers: { Authorization: `Bearer ${programme.tokens.nora}` } });
    await programme.call('nora', 'PUT', `/api/v1/clients/${ana.id}/born-on`, { born_on: born }, { 'If-Match': care.headers.get('ETag') });

    await tariq.goto(`${programme.origin}/#/clients/${ana.id}`);
    await tariq.getByRole('heading', { name: 'There is no such client' }).waitFor();
    await tariq.getByRole('link', { name: 'opened without being assigned' }).click();
    await tariq.getByRole('button', { name: 'Open it for an hour' }).click();
    await tariq.getByText('Give the day of birth.').waitFor();
    await tariq.getByLabel('Full name').fill('Ana Ruiz');
    await tariq.getByLabel('Day of birth', { exact: true }).fill('1988-04-18');
    await tariq.getByLabel('Why you need it').fill('In the hall in a crisis, Nora is away');
    await tariq.getByRole('button', { name: 'Open it for an hour' }).click();
    await tariq.getByText(/This fits nobody, or more than one/).waitFor();
    assert.equal(await tariq.getByLabel('Why you need it').inputValue(), 'In the hall in a crisis, Nora is away');
    await look(tariq, 'open-record');

    await tariq.getByLabel('Day of birth', { exact: true }).fill(born);
    await tariq.getByRole('button', { name: 'Open it for an hour' }).click();
    await tariq.getByRole('heading', { name: 'Ana Ruiz' }).waitFor();
    await tariq.getByText(/Opened without being assigned, until/).waitFor();
    await tariq.getByRole('heading', { name: 'Course of care' }).waitFor();
    // For reading: no code for the app, no card, nothing to change.
    for (const name of [/Make a code/, /Another phase/, /Discharge/, /Make a plan/]) assert.equal(await tariq.getByRole('button', { name }).count(), 0);
    await look(tariq, 'opened-record');
  }],

  ['a supervisor sees it at once, what was read, and reviews it; then it is over', async ({ visitor, look }, s) => {
    const priya = (s.priya = await visitor('/'));
    await signIn(priya, 'priya');
    await priya.getByRole('link', { name: /A record was opened without being assigned/ }).click();
    const card = priya.locator('[data-opening]');
    await card.getByText('In the hall in a crisis, Nora is away').waitFor();
    await card.getByText('Open now').waitFor();
    await look(priya, 'openings');
    await card.getByRole('link', { name: 'What they read' }).click();
    await priya.getByText('Tariq Amin opened Ana Ruiz’s record', { exact: true }).first().waitFor();
    await look(priya, 'audit-client');
    await priya.getByLabel('What').selectOption('Everything');
    await priya.getByText('Tariq Amin opened Ana Ruiz’s record without being assigned').waitFor();
    await priya.goBack();
    await card.getByRole('button', { name: 'It was not in order' }).click();
    await card.getByText('Say what was not in order.').waitFor();
    await card.getByLabel('What you found').fill('Nora was in the next room');
    await card.getByRole('button', { name: 'It was not in order' }).click();
    await card.getByText('Not in order', { exact: true }).waitFor();
    // The record goes from the other screen by itself.
    await s.tariq.getByRole('heading', { name: 'There is no such client' }).waitFor();
    await neverReloaded(s.tariq);
  }],

  ['the trail is read by person, by sort and by day, and says so when there is nothing', async ({ programme, look }, s) => {
    const { priya } = s;
    await priya.goto(`${priya.url().split('#')[0]}#/audit`);
    await priya.getByText('Priya Raman signed in').first().waitFor();
    await look(priya, 'audit');
    await priya.getByLabel('Who').selectOption('Tariq Amin');
    await priya.getByLabel('What').selectOption('Records opened without being assigned');
    await priya.getByText('Tariq Amin opened Ana Ruiz’s record without being assigned').waitFor();
    await priya.locator('[data-entry]').nth(1).waitFor({ state: 'detached' });
    await priya.getByLabel('What').selectOption('Deactivated accounts');
    await priya.getByText('Nothing of this kind in these days.').waitFor();
    const file = await priya.request.get(`${programme.origin}/api/v1/exports/audit?format=csv&person=${people.priya.id}`);
    assert.match(await file.text(), /sign_in\.create/);
    await priya.goto(`${priya.url().split('#')[0]}#/clients/${s.ana.id}`);
    await priya.getByRole('link', { name: 'Who has looked at this record' }).click();
    await priya.getByRole('heading', { name: 'Who has looked at Ana Ruiz’s record' }).waitFor();
  }],

  ['an account that is deactivated is signed out at once in the other browser', async ({ look }, s) => {
    const { rosa, tariq } = s;
    await rosa.getByRole('link', { name: /^Tariq Amin/ }).click();
    await rosa.getByRole('heading', { name: 'Tariq Amin' }).waitFor();
    await rosa.getByText(/on Linux/).first().waitFor();
    await look(rosa, 'account');
    await rosa.getByRole('button', { name: 'Deactivate Tariq Amin' }).click();
    await look(rosa, 'account-deactivate');
    await rosa.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await rosa.getByText('Deactivated', { exact: true }).waitFor();
    await tariq.getByText('You were signed out. Sign in to go on.').waitFor();
    await neverReloaded(tariq);
    await tariq.getByLabel('Login').fill('tariq');
    await tariq.getByLabel('Password').fill(chosen);
    await tariq.getByRole('button', { name: 'Sign in' }).click();
    await tariq.getByText('The login or the password is not right.').waitFor();
    await rosa.getByRole('button', { name: 'Reactivate Tariq Amin' }).click();
    await rosa.getByText('Works here').waitFor();
    await tariq.getByRole('button', { name: 'Sign in' }).click();
    await tariq.getByText('Live', { exact: true }).waitFor();
  }],

  ['whoever leaves clients behind: the page says so and leads on; the last administrator stays', async ({ programme, look }, s) => {
    const { rosa } = s;
    await rosa.goto(`${programme.origin}/#/settings/accounts/${people.nora.id}`);
    await rosa.getByRole('button', { name: 'Deactivate Nora Lindqvist' }).click();
    await rosa.getByRole('dialog').getByText(/8 clients/).waitFor();
    await rosa.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
    await rosa.getByText('Somebody has to take over').waitFor();
    await look(rosa, 'account-left');
    await rosa.getByRole('link', { name: 'Hand over the clients' }).click();
    await rosa.getByRole('heading', { name: 'Hand over Nora Lindqvist’s clients' }).waitFor();
    await rosa.goto(`${programme.origin}/#/settings/accounts/${people.nora.id}`);
    await rosa.getByRole('button', { name: 'Reactivate Nora Lindqvist' }).click();
    await rosa.getByText('Works here').waitFor();

    await rosa.goto(`${programme.origin}/#/settings/accounts/${people.rosa.id}`);
    await rosa.getByRole('button', { name: 'Change name, role or site' }).click();
    await rosa.getByLabel('Role').selectOption('Counselor');
    await rosa.getByText('They are signed out by this, and sign in again.').waitFor();
    await rosa.getByRole('button', { name: 'Save' }).click();
    await rosa.getByText(/Nobody else could decide on accounts any more/).waitFor();
    await rosa.getByRole('button', { name: 'Leave it' }).click();
  }],

  ['rooms are added, changed and retired; the zone of a site in use is fixed', async ({ programme, look }, s) => {
    const { rosa } = s;
    await rosa.goto(`${programme.origin}/#/settings/sites`);
    const site = rosa.locator(`[data-site="${programme.site}"]`);
    await site.getByRole('button', { name: 'Change Maple room' }).waitFor();
    await look(rosa, 'sites');
    await site.getByRole('button', { name: 'Change Riverside' }).click();
    await site.getByText('Fixed: sessions were planned here in it').waitFor();
    await site.getByLabel('Address').fill('12 Main Street');
    await site.getByRole('button', { name: 'Save' }).click();
    await site.getByText('12 Main Street').waitFor();
    await site.getByRole('button', { name: 'Add a room at Riverside' }).click();
    await site.getByLabel('Room').fill('Attic');
    await site.getByLabel('Seats').fill('4');
    await site.getByRole('button', { name: 'Add it' }).click();
    await site.getByRole('button', { name: 'Change Attic' }).click();
    const dialog = rosa.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Retire it' }).click();
    await dialog.getByRole('button', { name: 'Use it again' }).waitFor();
    await look(rosa, 'room');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await site.getByRole('button', { name: 'Change Attic' }).waitFor({ state: 'detached' });
    await site.getByLabel('Also retired rooms').check();
    await site.getByText('Retired', { exact: true }).waitFor();
  }],

  ['services are added and renamed; how long enquiries are kept has its page', async ({ programme, look }, s) => {
    const { rosa } = s;
    await rosa.goto(`${programme.origin}/#/settings/services`);
    await rosa.getByRole('button', { name: 'Add a service' }).click();
    await rosa.getByLabel('Name', { exact: true }).fill('Morning walk');
    await rosa.getByRole('button', { name: 'Save' }).click();
    const card = rosa.getByRole('region', { name: 'Morning walk' });
    await card.getByText('Anybody who treats clients').waitFor();
    await card.getByRole('button', { name: /^Who may lead and book it/ }).click();
    await card.getByLabel('Clients book it by themselves, with their own counselors').check();
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Staff, and clients themselves').waitFor();
    await look(rosa, 'services');
    await rosa.goto(`${programme.origin}/#/settings/keeping`);
    await rosa.getByRole('button', { name: 'Change how long they are kept' }).waitFor();
    await look(rosa, 'keeping');
  }],
];
