// The pages in a real browser against the real server:
//
//   node tests/web/run.mjs --binary build/dev/circled [--web server/web/dist] [--screenshots FOLDER] [STORY…]
//
// A story is a file in steps/, told on a programme of its own, so that each can be run alone. Waits for what a page shows, never for a time. Exit code 77 (skipped) when there is no built page, no
// installed package, no Chromium or no pdftotext; the line before says which.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { looker } from './look.mjs';
import { Programme } from './programme.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { binary: { type: 'string' }, web: { type: 'string' }, screenshots: { type: 'string' }, chromium: { type: 'string' } },
});
const binary = resolve(values.binary ?? `${root}/build/dev/circled`);
const web = resolve(values.web ?? `${root}/server/web/dist`);
const executablePath = values.chromium ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}
if (!existsSync(`${web}/index.html`)) skip(`the pages are not built (${web}); run scripts/build-web`);
if (!existsSync(`${root}/server/web/node_modules/playwright-core`)) skip('server/web has no packages; run scripts/build-web');
if (!executablePath) skip('there is no Chromium (Debian: chromium)');
if (!existsSync('/usr/bin/pdftotext')) skip('nothing reads what is printed (Debian: poppler-utils)');
if (!existsSync(binary)) {
  console.error(`no such binary: ${binary}`);
  process.exit(2);
}

const require = createRequire(`${root}/server/web/package.json`);
const { chromium } = require('playwright-core');
const stories = positionals.length
  ? positionals
  : readdirSync(`${root}/tests/web/steps`).filter((f) => f.endsWith('.mjs')).map((f) => f.slice(0, -4)).sort();
let passed = 0;
let failed = 0;

async function tell(story) {
  const { steps } = await import(`./steps/${story}.mjs`);
  const programme = new Programme(binary, web);
  let browser;
  let told = 0;
  try {
    await programme.fill();
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    const complaints = [];
    const house = {
      programme,
      look: looker(require, values.screenshots && resolve(values.screenshots)),
      // A browser of its own: its own cookies, and nothing it complains of goes unheard.
      async visitor(path, viewport = { width: 1280, height: 800 }, options = {}) {
        const context = await browser.newContext({ viewport, locale: 'en-US', reducedMotion: 'reduce', ...options });
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('console', (m) => {
          if (m.type() === 'error' && /Content Security Policy|Refused to/.test(m.text())) complaints.push(m.text());
        });
        await page.goto(programme.origin + path);
        return page;
      },
    };
    const shared = {};
    for (const [name, step] of steps) {
      try {
        await step(house, shared);
        if (complaints.length) throw new Error(complaints.splice(0).join('\n'));
        told++;
        console.log(`ok      ${name}`);
      } catch (error) {
        failed++;
        console.log(`FAILED  ${name}\n${error.stack ?? error}`);
        if (values.screenshots)
          for (const [i, page] of browser.contexts().flatMap((c) => c.pages()).entries())
            await page.screenshot({ path: resolve(values.screenshots, `failed-${story}-${told + 1}-${i}.png`) }).catch(() => {});
        console.log(`${steps.length - told - 1} steps of ${story} skipped, for they stand on it`);
        break;
      }
    }
  } catch (error) {
    failed++;
    console.log(`FAILED  ${story}, before the first step\n${error.stack ?? error}`);
  } finally {
    if (failed) console.log(`the server's last lines:\n${(programme.log ?? '').split('\n').slice(-15).join('\n')}`);
    await browser?.close();
    await programme.end();
  }
  passed += told;
}

for (const story of stories) await tell(story);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
