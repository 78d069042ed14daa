// The pages in another language: the catalog, all messages of the source, and the plugin that builds with it.
import { readFileSync, readdirSync } from 'node:fs';
import { keyOf, readCatalog } from './catalog.mjs';
import { messagesOf, translated } from './messages.mjs';

const src = new URL('../src/', import.meta.url).pathname;
export const catalogFile = (language) => `${src}languages/${language}.po`;
export const catalogOf = (language) => readCatalog(readFileSync(catalogFile(language), 'utf8'));

// What has words of its own in every language, and what is no page.
const spoken = (file) => /\.(svelte|ts)$/.test(file) && !/\.test\.ts$|\.d\.ts$/.test(file) && !file.startsWith('languages/');

// Every message of the source once, in the order of the files.
export function allMessages() {
  const found = new Map();
  for (const file of readdirSync(src, { recursive: true }).map((f) => f.replaceAll('\\', '/')).filter(spoken).sort())
    for (const message of messagesOf(readFileSync(src + file, 'utf8'), file)) if (!found.has(keyOf(message))) found.set(keyOf(message), message);
  return [...found.values()];
}

// What has no words yet stays in English; the tests do not let that through.
export function inLanguage(language) {
  let catalog = new Map();
  const say = (message) => {
    const says = catalog.get(keyOf(message))?.says ?? [];
    if (message.plural) return says[0] && says[1] ? says : null;
    return says[0] || null;
  };
  return {
    name: 'circled-language',
    enforce: 'pre',
    buildStart() {
      if (language === 'en') return;
      catalog = catalogOf(language);
      this.addWatchFile(catalogFile(language));
    },
    transform(code, id) {
      const file = id.startsWith(src) ? id.slice(src.length) : '';
      if (language === 'en' || !spoken(file)) return null;
      return { code: translated(code, file, say), map: null };
    },
  };
}
