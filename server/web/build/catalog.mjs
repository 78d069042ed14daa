// A catalog in the PO format, which every program for translators reads. One block a message, in the order
// of the files, so that what two people add rarely meets in one line.
const quoted = (text) => JSON.stringify(text);
export const keyOf = ({ id, plural, within }) => JSON.stringify([id, plural ?? null, within ?? null]);

// → a map from keyOf(…) to { id, plural, within, says: [text] or [one, other] }
export function readCatalog(po) {
  const catalog = new Map();
  for (const block of po.split(/\n\s*\n/)) {
    const entry = { says: [] };
    let put = () => {};
    for (const line of block.split('\n')) {
      const found = /^(msgctxt|msgid|msgid_plural|msgstr(?:\[(\d)\])?) (".*")\s*$/.exec(line);
      if (found) {
        const [, field, index, text] = found;
        const said = JSON.parse(text);
        put = (more) => {
          if (field === 'msgctxt') entry.within = (entry.within ?? '') + more;
          else if (field === 'msgid') entry.id = (entry.id ?? '') + more;
          else if (field === 'msgid_plural') entry.plural = (entry.plural ?? '') + more;
          else entry.says[Number(index ?? 0)] = (entry.says[Number(index ?? 0)] ?? '') + more;
        };
        put(said);
      } else if (line.startsWith('"')) put(JSON.parse(line.trim()));
    }
    if (entry.id) catalog.set(keyOf(entry), entry);
  }
  return catalog;
}

// The messages of all files, each once, with what the catalog says of it.
export function writeCatalog(language, messages, catalog) {
  const blocks = [
    `# The words of the pages in another language; \`npm run messages\` keeps it with the source.
# {0} is what is filled in, <0>…</0> what is around words; msgctxt is the sentence within which the words stand.
msgid ""
msgstr ""
"Language: ${language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"`,
  ];
  for (const message of messages) {
    const says = catalog.get(keyOf(message))?.says ?? [];
    blocks.push([
      `#: src/${message.file}`,
      ...message.holes.map((hole, n) => `#. {${n}} = ${hole.replace(/\s+/g, ' ')}`),
      ...(message.within ? [`msgctxt ${quoted(message.within)}`] : []),
      `msgid ${quoted(message.id)}`,
      ...(message.plural
        ? [`msgid_plural ${quoted(message.plural)}`, `msgstr[0] ${quoted(says[0] ?? '')}`, `msgstr[1] ${quoted(says[1] ?? '')}`]
        : [`msgstr ${quoted(says[0] ?? '')}`]),
    ].join('\n'));
  }
  return blocks.join('\n\n') + '\n';
}
