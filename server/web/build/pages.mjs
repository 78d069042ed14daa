// Makes one page of its two builds: dist/*.html names the parts of each language, and a small script, the
// only one that starts by itself, starts those of the reader's.
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const dist = new URL('../dist/', import.meta.url).pathname;
const languages = { en: dist, es: join(dist, 'es') };

const start = readFileSync(new URL('./start.js', import.meta.url));
const startAs = `/assets/start-${createHash('sha256').update(start).digest('base64url').slice(0, 8)}.js`;

cpSync(join(languages.es, 'assets'), join(dist, 'assets'), { recursive: true });
for (const page of ['index.html', 'app.html', 'kiosk.html', 'help.html', 'answer.html']) {
  const made = Object.entries(languages).map(([language, folder]) => {
    const html = readFileSync(join(folder, page), 'utf8');
    const scripts = [...html.matchAll(/<script type="module" crossorigin src="([^"]+)"><\/script>|<link rel="modulepreload" crossorigin href="([^"]+)">/g)];
    const styles = [...html.matchAll(/<link rel="stylesheet" crossorigin href="([^"]+)">/g)].map((m) => m[1]);
    const later = [...html.matchAll(/<link rel="later" [^>]*>/g)].map((m) => m[0]);
    return { language, html, scripts: scripts.map((m) => m[1] ?? m[2]), styles, later };
  });
  const [plain, ...others] = made;
  for (const other of others)
    if (other.styles.join() !== plain.styles.join()) throw new Error(`${page} looks different in ${other.language}`);
  // The first is what begins, the others are what it needs.
  const parts = made.flatMap(({ language, scripts }) => scripts.map((href) => `    <link rel="alternate" hreflang="${language}" type="text/javascript" href="${href}">`));
  parts.push(...new Set(made.flatMap(({ later }) => later.map((link) => `    ${link}`))));
  const html = plain.html
    .replace(/\s*<script type="module"[^>]*><\/script>|\s*<link rel="(modulepreload|later)"[^>]*>/g, '')
    .replace('  </head>', `${parts.join('\n')}\n    <script src="${startAs}"></script>\n  </head>`);
  writeFileSync(join(dist, page), html);
}
writeFileSync(join(dist, startAs), start);
rmSync(languages.es, { recursive: true });
