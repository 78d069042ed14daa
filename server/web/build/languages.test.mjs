// What the pages say in Spanish is whole, and fits what they say in English. Whoever adds a text runs
// `npm run messages` and gives it its words in es.po.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keyOf, readCatalog, writeCatalog } from './catalog.mjs';
import { allMessages, catalogFile, catalogOf } from './languages.mjs';
import { isPhrase, marks, messagesOf, pieces, translated } from './messages.mjs';

const messages = allMessages();
const catalog = catalogOf('es');
const all = messages.map((message) => ({ message, says: catalog.get(keyOf(message))?.says ?? [] }));

describe('the Spanish catalog', () => {
  test('has words for every text of the pages', () => {
    expect(all.filter(({ message, says }) => says.filter(Boolean).length < (message.plural ? 2 : 1)).map(({ message }) => `${message.file}: ${message.id}`)).toEqual([]);
  });
  test('fills in what the English fills in, once each', () => {
    expect(all.filter(({ message, says }) => says.some((said, n) => marks(said) !== marks(n && message.plural ? message.plural : message.id))).map(({ message }) => message.id)).toEqual([]);
  });
  test('closes what it opens', () => {
    for (const { says } of all) for (const said of says) pieces(said);
  });
  test('is as `npm run messages` leaves it', () => {
    expect(readFileSync(catalogFile('es'), 'utf8') === writeCatalog('es', messages, catalog)).toBe(true);
  });
});

describe('the texts of a file', () => {
  const ids = (source, file = 'a.svelte') => messagesOf(source, file).map((m) => m.id);
  const inCapitals = (source, file = 'a.svelte') =>
    translated(source, file, (m) => (m.plural ? [m.id.toUpperCase(), m.plural.toUpperCase()] : m.id.replace(/[a-z]+(?![^{<]*[}>])/g, (w) => w.toUpperCase())));

  test.each([
    ['Save', true], ['Not now', true], ['“After six”', true], ['by the group’s rule', true], ['{0} min late', true],
    ['one_on_one', false], ['/api/v1/me', false], ['#/session/{0}', false], ['America/New_York', false], ['FREQ=WEEKLY', false],
    ['open', false], ['Content-Type', false], ['Enter', false], ['', false],
  ])('%j is read by people: %j', (text, expected) => expect(isPhrase(text)).toBe(expected));

  test('a sentence is one text, with what stands in it', () => {
    expect(ids('<p>Call <a href="/x">{number}</a> when {who} waits.</p>')).toEqual(['Call <0>{0}</0> when {1} waits.']);
  });
  test('and may be said in another order', () => {
    expect(translated('<p>Call <a href="/x">{number}</a> when {who} waits.</p>', 'a.svelte', () => 'Si {1} espera, llame al <0>{0}</0>.')).toBe(
      '<p>Si {who} espera, llame al <a href="/x">{number}</a>.</p>');
  });
  test('a picture beside words is no part of them, a block between them ends them', () => {
    expect(ids('<p><Icon name="phone" />I need to talk{#if open} now{/if}</p>')).toEqual(['I need to talk', 'now']);
  });
  test('labels are read, classes and addresses are not', () => {
    expect(ids('<input class="button small" aria-label="The day before" href="/a b" /><Field label="mine" tone="good one" />')).toEqual(['The day before', 'mine']);
  });
  test('what is compared is a code, what is chosen in a sentence is a word of it', () => {
    const found = messagesOf("<p>It {state === 'Some code' ? 'is' : 'was'} there</p>", 'a.svelte');
    expect(found.map((m) => [m.id, m.within])).toEqual([['It {0} there', undefined], ['is', 'It {0} there'], ['was', 'It {0} there']]);
  });
  test('scripts: templates, tables of words, both forms of what is counted', () => {
    const source = "import x from './The file';\nconst stateWords = { open: 'open' };\nexport const f = (n: number): string => `Left: ${count(n, 'day')}`;\n";
    expect(inCapitals(source, 'a.ts')).toBe(
      "import x from './The file';\nconst stateWords = { open: \"OPEN\" };\nexport const f = (n: number): string => `LEFT: ${count(n, \"DAY\", \"DAYS\")}`;\n");
  });
  test('marks, quotes and braces in a translation stay text', () => {
    expect(translated('<p title="The day">Leave it</p>', 'a.svelte', () => 'a "b" <c> & {d}')).toBe('<p title="a &quot;b&quot; <c> &amp; &#123;d}">a "b" &lt;c> &amp; &#123;d&#125;</p>');
  });
  test('what nobody has said stays as it is', () => {
    const source = "<script>const a = 'One thing';</script>\n<p>Two {b ? 'x' : 'y'} things</p>";
    expect(translated(source, 'a.svelte', () => null)).toBe(source);
  });
  test('what speaks for itself in every language is left', () => {
    expect(ids("// @as-is\nexport const names = { en: 'English', es: 'Español' };", 'a.ts')).toEqual([]);
  });
  test('a catalog is read as it was written, also with long lines broken', () => {
    const one = { id: 'A "b"\n{0}', plural: 'c', within: 'd', file: 'a.ts', holes: ['x'] };
    const said = new Map([[keyOf(one), { says: ['e', 'f\n'] }]]);
    expect(readCatalog(writeCatalog('es', [one], said)).get(keyOf(one))).toEqual({ id: one.id, plural: 'c', within: 'd', says: ['e', 'f\n'] });
    expect([...readCatalog('msgid ""\n"Long "\n"text"\nmsgstr ""\n"Texto "\n"largo"\n').values()]).toEqual([{ id: 'Long text', says: ['Texto largo'] }]);
  });
});
