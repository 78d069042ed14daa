// A reminder by mail, and its link: three buttons, no account.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clock, people, zone } from '../programme.mjs';
import { minute } from '../hands.mjs';
import { play } from '../outside.mjs';

const phone = { width: 390, height: 844 };

export const steps = [
  ['a client is reminded by mail, whose link opens a page that tells no more than the mail', async ({ programme, visitor, look }, s) => {
    const folder = join(programme.folder, 'outside');
    mkdirSync(folder);
    const outside = await play('sinks.py', folder);
    const [, smtp] = /smtp=(\d+)/.exec(outside.said);
    programme.outside.push('--mail-server', `smtp://127.0.0.1:${smtp}`, '--mail-from', 'Calendar <calendar@example.org>', '--public-origin', programme.origin);
    await programme.stop();
    await programme.start();

    const [ana] = programme.clients;
    const of = `/api/v1/clients/${ana.id}`;
    await programme.call('nora', 'POST', `${of}/addresses/email`, { address: 'ana@example.org' });
    const text = ({ parts }) => parts['text/plain'];
    const sent = await outside.first('mails', (mail) => /Your code is/.test(text(mail)));
    await programme.call('nora', 'POST', `${of}/addresses/email/verify`, { code: /code is (\w+)/.exec(text(sent))[1] });
    await programme.call('nora', 'PUT', `${of}/reminder-settings`, { offsets_minutes: [120], channels: ['email'], words: [] }, { 'If-Match': '"0"' });
    s.session = await programme.book('nora', {
      kind: 'one_on_one', starts_at: Math.ceil(Date.now() / 1000) * 1000 + 120 * minute + 3000, duration_minutes: 30,
      facilitators: [people.nora.id], clients: [ana.id],
    });
    const mail = await outside.first('mails', (each) => /Say whether/.test(text(each)));
    s.link = /Say whether you'll come: (\S+)/.exec(text(mail))[1];
    assert.ok(s.link.startsWith(`${programme.origin}/answer?language=en#`), s.link);

    s.page = await visitor('/', phone);
    s.asked = [];
    s.page.on('request', (request) => s.asked.push(request.url()));
    await s.page.goto(s.link);
    await s.page.getByRole('heading', { name: 'Your appointment' }).waitFor();
    await s.page.getByText(clock(Date.parse(s.session.starts_at), zone)).waitFor();
    assert.equal(await s.page.getByText(/Nora|Riverside|counsel/i).count(), 0);
    // No log has the token, and looking answers nothing.
    const token = s.link.split('#')[1];
    assert.ok(s.asked.every((url) => !new URL(url).pathname.includes(token) && !new URL(url).search.includes(token)));
    s.answer = async () => (await programme.call('nora', 'GET', `/api/v1/sessions/${s.session.id}/roster`)).participants[0].answer;
    assert.equal(await s.answer(), 'none');
    await look(s.page, 'answer-link', [[390, 844], [1280, 800]]);
  }],

  ['one tap answers, another one changes it, and coming back shows what was said', async ({ look }, s) => {
    const { page } = s;
    await page.getByRole('button', { name: 'I can’t come' }).click();
    await page.getByText('Thank you, noted: you can’t come.').waitFor();
    assert.equal(await s.answer(), 'cant_come');
    await page.getByRole('button', { name: 'I’ll come' }).click();
    await page.getByText('Thank you, noted: you’ll come.').waitFor();
    assert.equal(await s.answer(), 'confirmed');
    await look(page, 'answer-link-said');
    await page.reload();
    await page.getByText('Thank you, noted: you’ll come.').waitFor();
    await page.getByRole('button', { name: 'Español' }).click();
    await page.getByRole('heading', { name: 'Su cita' }).waitFor();
    assert.equal(await page.evaluate('document.documentElement.lang'), 'es');
    await look(page, 'answer-link-spanish');
  }],

  ['a link that is cut, of an appointment that moved, and a server that is gone: each says what to do', async ({ programme, visitor, look }, s) => {
    const page = await visitor('/', phone);
    await page.goto(s.link.slice(0, -1));
    await page.getByText('This link is not whole').waitFor();
    await look(page, 'answer-link-cut');
    await programme.stop();
    await page.goto('about:blank').catch(() => {});
    const { version } = await (await programme.start(), programme.call('nora', 'GET', `/api/v1/sessions/${s.session.id}`));
    await page.goto(s.link);
    await page.getByRole('button', { name: 'I’ll be late' }).waitFor();
    await programme.stop();
    await page.getByRole('button', { name: 'I’ll be late' }).click();
    await page.getByText('Not connected').waitFor();
    // What was said before stands, and the answer can be given again.
    await page.getByText('Thank you, noted: you’ll come.').waitFor();
    await programme.start();
    await page.getByRole('button', { name: 'I’ll be late' }).click();
    await page.getByText('Thank you, noted: you’ll be late.').waitFor();
    await programme.call('nora', 'PATCH', `/api/v1/sessions/${s.session.id}`, { starts_at: new Date(Date.parse(s.session.starts_at) + 30 * minute).toISOString() }, { 'If-Match': `"${version}"` });
    await page.getByRole('button', { name: 'I can’t come' }).click();
    await page.getByText('This appointment has changed since; look at the newer message.').waitFor();
    await page.reload();
    await page.getByText('This appointment has changed since; look at the newer message.').waitFor();
    await look(page, 'answer-link-moved');
  }],
];
