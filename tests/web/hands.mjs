// What hands do in every browser: sign in, choose, print.
import assert from 'node:assert/strict';
import { papers, readPdf } from './paper.mjs';
import { clock, password, people, zone } from './programme.mjs';

export const minute = 60_000;
export const date = (at) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
export const tomorrow = () => Date.now() + 24 * 60 * minute;
// The instant of a wall time of the site.
export function startOf(day, time) {
  const guess = Date.parse(`${day}T${time}:00Z`);
  for (let at = guess - 14 * 60 * minute; at <= guess + 14 * 60 * minute; at += 15 * minute)
    if (date(at) === day && clock(at, zone) === time) return at;
  throw new Error(`there is no ${time} on ${day}`);
}
export const row = (page, session) => page.locator(`[data-session="${session}"]`);
export const line = (page, client) => page.locator(`[data-client="${client.id}"]`);

export async function signIn(page, who) {
  await page.getByLabel('Login').fill(people[who].login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  // A page that is loaded anew forgets this.
  await page.evaluate('window.sameVisit = true');
}
// A client's app on a telephone, let in by a code that staff made.
export async function openApp(visitor, programme, client) {
  const { code } = await programme.call('nora', 'POST', `/api/v1/clients/${client.id}/enrolment-codes`);
  const app = await visitor('/app', { width: 390, height: 844 });
  await app.getByLabel('Your code').fill(code);
  await app.getByRole('button', { name: 'Go on' }).click();
  return app;
}
export const neverReloaded = async (page) => assert.equal(await page.evaluate('window.sameVisit'), true);

export async function choose(page, label, typed, option) {
  await page.getByLabel(label).fill(typed);
  await page.getByRole('option', { name: option }).click();
}

// The page as it is printed, in both papers, by whoever left the browser's own lines on.
export async function printed(page) {
  const found = {};
  for (const [format, [width, height]] of Object.entries(papers)) {
    const pages = readPdf(await page.pdf({ format, displayHeaderFooter: true, margin: { top: '15mm', bottom: '15mm' } }));
    assert.doesNotMatch(pages.map((p) => p.text).join(), /127\.0\.0\.1|http|#\//);
    for (const p of pages) assert.ok(Math.abs(p.width - width) < 2 && Math.abs(p.height - height) < 2, `${format}: ${p.width} by ${p.height}`);
    found[format] = pages;
  }
  return found;
}
export const squashed = (text) => text.replace(/\s/g, '');
