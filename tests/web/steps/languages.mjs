// The pages in Spanish, as somebody reads them whose browser is Spanish, and from one language to the other.
import assert from 'node:assert/strict';
import { readCatalog } from '../../../server/web/build/catalog.mjs';
import { catalogFile } from '../../../server/web/build/languages.mjs';
import { readFileSync } from 'node:fs';
import { date, openApp, startOf, tomorrow } from '../hands.mjs';
import { password, people } from '../programme.mjs';

const spanish = { locale: 'es-US' };
const phone = [[390, 844]];
const tablet = [[1024, 768], [768, 1024]];

// What services are called stands as staff have typed it, in whatever language.
const typed = new Set();
// English texts that have other words in Spanish, and that nothing in Spanish is called.
const catalog = [...readCatalog(readFileSync(catalogFile('es'), 'utf8')).values()];
const said = new Set(catalog.flatMap((entry) => entry.says));
const inEnglish = catalog.filter((e) => !/[{<]/.test(e.id) && !said.has(e.id) && e.id.length > 2).map((e) => e.id);

const loaded = (page) => page.waitForFunction(() => ![...document.querySelectorAll('[role=status]')].some((s) => /^Cargando/.test(s.textContent.trim())));

// Nothing on the page stands there in English.
async function allSpanish(page, name) {
  const left = await page.evaluate((texts) => {
    const known = new Set(texts);
    const found = [];
    const look = (text, where) => known.has(text?.replace(/\s+/g, ' ').trim()) && found.push(`${where}: ${text.trim()}`);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const within = walk.currentNode.parentElement;
      if (!within.closest('script, style, noscript, [lang=en], [translate=no]')) look(walk.currentNode.data, within.tagName);
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      for (const attribute of ['aria-label', 'title', 'placeholder', 'alt']) look(element.getAttribute(attribute), attribute);
    look(document.title, 'title');
    return found;
  }, inEnglish.filter((text) => !typed.has(text)));
  assert.deepEqual(left, [], `${name} is in English in places`);
  assert.equal(await page.evaluate('document.documentElement.lang'), 'es');
}

export const steps = [
  ['help is in the language of the browser, and fetches no other', async ({ visitor, programme, look }, s) => {
    for (const service of programme.services) typed.add(service.name).add(service.neutral_name);
    s.help = await visitor('/help', undefined, spanish);
    const asked = [];
    s.help.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await s.help.reload();
    await s.help.getByRole('heading', { name: '¿Necesito ayuda?' }).waitFor();
    await allSpanish(s.help, 'help');
    await look(s.help, 'es-help');
    const html = await (await fetch(`${programme.origin}/help`)).text();
    const parts = (language) => [...html.matchAll(new RegExp(`hreflang="${language}"[^>]*href="([^"]+)"`, 'g'))].map((m) => m[1]);
    assert.ok(parts('es').length && parts('es').every((part) => asked.includes(part)));
    // What has no words is the same file in both.
    const english = parts('en').filter((part) => !parts('es').includes(part));
    assert.ok(english.length && !english.some((part) => asked.includes(part)));
  }],

  ['help turns to the other language with what was ticked and typed, and keeps nothing', async (_, s) => {
    const { help } = s;
    await help.getByRole('checkbox').nth(2).check();
    await help.getByText('Una de ocho.', { exact: false }).waitFor();
    await help.getByLabel('Un número seguro').fill('555 0199');
    await help.getByRole('radio', { name: 'No, ninguno' }).check();
    await help.getByRole('button', { name: 'English' }).click();
    await help.getByRole('heading', { name: 'Do I need help?' }).waitFor();
    await help.getByText('One of eight.', { exact: false }).waitFor();
    assert.equal(await help.getByLabel('A safe number').inputValue(), '555 0199');
    assert.ok(await help.getByRole('radio', { name: 'No, none' }).isChecked());
    assert.equal(await help.evaluate('document.documentElement.lang'), 'en');
    assert.equal(await help.evaluate('localStorage.length + sessionStorage.length + document.cookie.length'), 0);
    assert.equal(await help.evaluate('history.state'), null);
    await help.getByRole('button', { name: 'Español' }).click();
    await help.getByText('Una de ocho.', { exact: false }).waitFor();
    await help.getByRole('button', { name: 'Pedir la llamada' }).click();
    await help.getByText('Diga por quién preguntar; basta un nombre.').waitFor();
  }],

  ['a kiosk speaks the language that is chosen on it', async ({ visitor, programme, look }) => {
    const made = await programme.call('rosa', 'POST', '/api/v1/kiosks', { name: 'Front door', site: programme.site });
    const kiosk = await visitor('/kiosk');
    await kiosk.getByText('This tablet is not set up yet.', { exact: false }).waitFor();
    await kiosk.getByLabel('Set-up code').fill(made.code);
    await kiosk.getByRole('button', { name: 'Español' }).click();
    await kiosk.getByText('Esta tableta todavía no está configurada.', { exact: false }).waitFor();
    await look(kiosk, 'es-kiosk-set-up', tablet);
    await kiosk.getByRole('button', { name: 'Configurar esta tableta' }).click(); // with what was typed before
    await kiosk.getByText('Escanee su tarjeta').waitFor();
    await kiosk.keyboard.type('WIFI:S:guest;');
    await kiosk.keyboard.press('Enter');
    await kiosk.getByText('Ese no es el número de una tarjeta.', { exact: false }).waitFor();
    await allSpanish(kiosk, 'the kiosk');
    await look(kiosk, 'es-kiosk', tablet);
    await kiosk.reload();
    await kiosk.getByText('Escanee su tarjeta').waitFor();
  }],

  ['a client’s app follows the language in which they are reminded', async ({ visitor, programme, look }, s) => {
    const [ana] = programme.clients;
    s.booked = await programme.book('nora', {
      kind: 'one_on_one', title: 'Planning', room: programme.rooms[1].id, starts_at: startOf(date(tomorrow()), '15:00'), duration_minutes: 50,
      facilitators: [people.nora.id], clients: [ana.id],
    });
    s.app = await openApp(visitor, programme, ana);
    await s.app.getByText('This week').waitFor();
    await s.app.goto(`${programme.origin}/app#/reminders/settings`);
    await s.app.getByRole('button', { name: 'Change: My reminders' }).click();
    await s.app.getByRole('combobox', { name: 'Language' }).selectOption('es');
    await s.app.getByRole('button', { name: 'Save' }).click();
    await s.app.getByRole('heading', { name: 'Cómo se me recuerda' }).waitFor();
    await allSpanish(s.app, 'how I am reminded');
    await look(s.app, 'es-app-reminder-settings', phone);
    // Another device of theirs, whose browser is English.
    const other = await openApp(visitor, programme, ana);
    await other.getByText('Esta semana').waitFor();
    await other.context().close();
  }],

  ['every page of the app is whole in Spanish, its dates too', async ({ programme, look }, s) => {
    const { app } = s;
    const at = date(startOf(date(tomorrow()), '15:00'));
    const day = new Intl.DateTimeFormat('es', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' }).format(Date.parse(`${at}T00:00:00Z`)).replace(',', '');
    const pages = {
      next: 'Esta semana', reminders: 'Recordatorios', meetings: 'Las mías', plan: 'Cómo estoy', sharing: 'A quién se informó', talk: 'Necesito hablar',
      'how-are-you': 'Ganas, de 0 a 10', 'make-up': 'Otra hora',
    };
    for (const [page, words] of Object.entries(pages)) {
      await app.goto(`${programme.origin}/app#/${page}`);
      await app.getByText(words).first().waitFor();
      await loaded(app);
      await allSpanish(app, page);
      await look(app, `es-app-${page}`, phone);
    }
    await app.goto(`${programme.origin}/app#/reminders`);
    await app.getByText(day, { exact: false }).first().waitFor();
  }],

  ['the app turns to English with what was typed, and back', async ({ programme }, s) => {
    const { app } = s;
    await app.goto(`${programme.origin}/app#/how-are-you`);
    await app.getByLabel('Una nota, si quiere').fill('Fui a caminar');
    await app.getByRole('button', { name: 'English' }).click();
    await app.getByLabel('A note, if you like').waitFor();
    await app.waitForFunction(() => [...document.querySelectorAll('textarea')].some((area) => area.value === 'Fui a caminar'));
    await app.getByRole('button', { name: 'Español' }).click();
    await app.getByLabel('Una nota, si quiere').waitFor();
  }],

  ['without a connection the app opens in the language it had', async ({ programme }, s) => {
    const { app } = s;
    await app.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await app.waitForFunction(async () => {
      const kept = await (await caches.open('my-week')).keys();
      const names = [...document.querySelectorAll('link[hreflang=es]')].map((link) => link.href);
      return names.length && names.every((name) => kept.some((request) => request.url === name));
    });
    await app.context().setOffline(true);
    await app.goto(`${programme.origin}/app#/talk`);
    await app.getByText('Sin conexión').first().waitFor();
    await app.context().setOffline(false);
    await app.context().close();
  }],

  ['staff sign in in Spanish, and what is refused is said in it', async ({ visitor, look }, s) => {
    s.rosa = await visitor('/', undefined, spanish);
    const { rosa } = s;
    await rosa.getByLabel('Usuario').fill('rosa');
    await rosa.getByLabel('Contraseña').fill('wrong');
    await rosa.getByRole('button', { name: 'Iniciar sesión' }).click();
    await rosa.getByText('El usuario o la contraseña no son correctos.').waitFor();
    await allSpanish(rosa, 'signing in');
    await look(rosa, 'es-sign-in');
    await rosa.getByLabel('Contraseña').fill(password);
    await rosa.getByRole('button', { name: 'Iniciar sesión' }).click();
    await rosa.getByText('En vivo', { exact: true }).waitFor();
  }],

  ['the pages of staff are whole in Spanish', async ({ programme, look }, s) => {
    const { rosa } = s;
    const [ana] = programme.clients;
    const pages = [
      'today', 'calendar', 'book', 'groups', 'clients', `clients/${ana.id}`, `clients/${ana.id}/reminders`, `sessions/${programme.group.id}`, `sessions/${s.booked.id}`,
      'more', 'tasks', 'enquiries', 'reminders', 'reminder-rule', 'calls', 'hours', `hours/staff/${people.nora.id}`, `hours/sites/${programme.site}`, 'weekly-hours', 'reports',
      'terms', 'care-rules', 'follow-up-rules', 'plan-templates', 'meetings', 'lists', 'on-call', 'help-numbers', 'kiosks', 'open-sheets', 'approvals', 'bad-day',
    ];
    for (const page of pages) {
      await rosa.goto(`${programme.origin}/#/${page}`);
      await rosa.locator('main h1, main h2').first().waitFor();
      await loaded(rosa);
      await allSpanish(rosa, page);
      await look(rosa, `es-${page.replaceAll('/', '-')}`);
    }
  }],

  ['staff choose another language under “More”, and it stays', async ({ programme }, s) => {
    const { rosa } = s;
    await rosa.goto(`${programme.origin}/#/more`);
    await rosa.getByRole('button', { name: 'English' }).click();
    await rosa.getByRole('heading', { name: 'More' }).waitFor();
    await rosa.goto(`${programme.origin}/#/today`);
    await rosa.getByText('Live', { exact: true }).waitFor();
    assert.equal(await rosa.evaluate('document.documentElement.lang'), 'en');
  }],
];
