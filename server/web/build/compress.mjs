// Lays a .br and a .gz beside every file of dist/ that gains by it, so that the server never compresses,
// and holds each page's JavaScript, in each language, to its budget.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const budgets = { 'index.html': 170, 'app.html': 60, 'kiosk.html': 35, 'help.html': 35, 'answer.html': 35 }; // KB of JavaScript, as sent (brotli)
// What a page fetches when somebody goes there, each piece by itself. The calendar is larger than the
// others may be because it brings the component that draws and drags.
const later = { CalendarPage: 35 };
const laterAtMost = 25;

const sizes = new Map(); // path → bytes as sent
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const plain = readFileSync(path);
  sizes.set('/' + path.slice(dist.length), plain.length);
  if (plain.length < 512 || !/\.(html|js|css|svg|json|webmanifest)$/.test(path)) continue;
  const br = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const gz = gzipSync(plain, { level: 9 });
  if (br.length < plain.length) {
    writeFileSync(path + '.br', br);
    sizes.set('/' + path.slice(dist.length), br.length);
  }
  if (gz.length < plain.length) writeFileSync(path + '.gz', gz);
}

const atStart = new Set();
for (const [page, budget] of Object.entries(budgets)) {
  const html = readFileSync(join(dist, page), 'utf8');
  const start = [...html.matchAll(/<script src="([^"]+)"/g)].map((m) => m[1]);
  for (const language of ['en', 'es']) {
    const scripts = [...start, ...[...html.matchAll(new RegExp(`hreflang="${language}" type="text/javascript" href="([^"]+)"`, 'g'))].map((m) => m[1])];
    if (scripts.length < 2) throw new Error(`${page} has no parts in ${language}`);
    for (const path of scripts) atStart.add(path);
    const bytes = scripts.reduce((sum, path) => sum + sizes.get(path), 0);
    console.log(`${page}, ${language}: ${(bytes / 1024).toFixed(1)} KB of JavaScript as sent (at most ${budget})`);
    if (bytes > budget * 1024) {
      console.error(`${page} is over its budget in ${language}`);
      process.exitCode = 1;
    }
  }
}
for (const [path, bytes] of sizes) {
  if (!/^\/assets\/.*\.js$/.test(path) || atStart.has(path)) continue;
  const name = /^\/assets\/(.+)-.{8}\.js$/.exec(path)?.[1] ?? path;
  const budget = later[name] ?? laterAtMost;
  console.log(`${name}, later: ${(bytes / 1024).toFixed(1)} KB as sent (at most ${budget})`);
  if (bytes > budget * 1024) {
    console.error(`${name} is over its budget`);
    process.exitCode = 1;
  }
}
