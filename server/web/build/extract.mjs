// npm run messages: brings the catalogs to what the source says now. What is new waits for words (msgstr ""),
// what is gone is printed for the last time. `npm run messages FILE.json` takes words in as well: a list of
// { "id", "plural"?, "within"?, "says": ["…"] }.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { keyOf, readCatalog, writeCatalog } from './catalog.mjs';
import { allMessages, catalogFile } from './languages.mjs';

const language = 'es';
const file = catalogFile(language);
const catalog = existsSync(file) ? readCatalog(readFileSync(file, 'utf8')) : new Map();
for (const path of process.argv.slice(2))
  for (const entry of JSON.parse(readFileSync(path, 'utf8'))) catalog.set(keyOf(entry), entry);
const messages = allMessages();
const there = new Set(messages.map(keyOf));
for (const [key, entry] of catalog) if (!there.has(key) && entry.says[0]) console.log(`gone: ${entry.id}\n      ${entry.says.join(' | ')}`);
writeFileSync(file, writeCatalog(language, messages, catalog));
const without = messages.filter((m) => !catalog.get(keyOf(m))?.says[0]);
for (const m of without) console.log(`no words yet (${m.file}): ${m.id}`);
console.log(`${messages.length} messages, ${without.length} without words in ${language}`);
