// What Chromium prints, read back: how large its pages are and which words stand on each. It reads the PDFs of
// Chromium alone, whose objects are plain, and whose fonts say which glyph is which letter (ISO 32000-1 §9.10.3).
import { inflateSync } from 'node:zlib';

function objects(bytes) {
  const text = bytes.toString('latin1');
  const found = new Map();
  for (const m of text.matchAll(/(\d+) 0 obj\b([\s\S]*?)(?:\bendobj|\bstream\r?\n)/g)) {
    const object = { dict: m[2] };
    if (m[0].endsWith('\n')) {
      const length = Number(/\/Length (\d+)/.exec(m[2])[1]);
      const start = m.index + m[0].length;
      const raw = bytes.subarray(start, start + length);
      object.stream = (/\/FlateDecode/.test(m[2]) ? inflateSync(raw) : raw).toString('latin1');
    }
    found.set(Number(m[1]), object);
  }
  return found;
}

const utf16 = (hex) => String.fromCharCode(...hex.match(/.{4}/g).map((h) => parseInt(h, 16)));

// Glyph → letters.
function letters(cmap) {
  const map = new Map();
  for (const [, lines] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, glyph, to] of lines.matchAll(/<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g)) map.set(parseInt(glyph, 16), utf16(to));
  for (const [, lines] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, first, last, to] of lines.matchAll(/<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>/g))
      for (let glyph = parseInt(first, 16), letter = parseInt(to, 16); glyph <= parseInt(last, 16); ++glyph, ++letter)
        map.set(glyph, String.fromCharCode(letter));
  return map;
}

// Its pages in order: width and height in points, and the text without any blanks, which a PDF need not have.
export function readPdf(bytes) {
  const all = objects(bytes);
  const dict = (text, key) => {
    const reference = new RegExp(`/${key} (\\d+) 0 R`).exec(text);
    return reference ? all.get(Number(reference[1])).dict : (new RegExp(`/${key}\\s*(<<[\\s\\S]*?>>)`).exec(text)?.[1] ?? '');
  };
  const fonts = new Map(); // object → letters, and how many digits a glyph has
  const fontOf = (number) => {
    if (!fonts.has(number)) {
      const { dict: d } = all.get(number);
      const cmap = /\/ToUnicode (\d+) 0 R/.exec(d);
      if (!cmap) throw new Error('a font of this PDF does not say what its glyphs are');
      fonts.set(number, { map: letters(all.get(Number(cmap[1])).stream), digits: /\/Type0/.test(d) ? 4 : 2 });
    }
    return fonts.get(number);
  };
  const pages = [...all.values()].filter((o) => /\/Type\s*\/Page\b/.test(o.dict));
  return pages.map((page) => {
    const [, , width, height] = /\/MediaBox\s*\[([^\]]*)\]/.exec(page.dict)[1].trim().split(/\s+/).map(Number);
    const named = new Map([...dict(page.dict, 'Font').matchAll(/\/(\w+) (\d+) 0 R/g)].map((m) => [m[1], Number(m[2])]));
    const content = /\/Contents\s*\[?\s*((?:\d+ 0 R\s*)+)/.exec(page.dict)[1];
    let font = null;
    let text = '';
    for (const [reference] of content.matchAll(/\d+(?= 0 R)/g)) {
      for (const [, name, hex, literal] of all.get(Number(reference)).stream.matchAll(/\/(\w+) [-\d.]+ Tf|<([0-9A-Fa-f]*)>|\(((?:\\.|[^\\)])*)\)\s*Tj/g)) {
        if (literal !== undefined) throw new Error('text that this reader does not know');
        if (name !== undefined) font = fontOf(named.get(name));
        else if (font) for (const glyph of hex.match(new RegExp(`.{${font.digits}}`, 'g')) ?? []) text += font.map.get(parseInt(glyph, 16)) ?? '\ufffd';
      }
    }
    return { width, height, text: text.normalize('NFKC').replace(/\s/g, '') };
  });
}

// Points of the two papers that offices have (ISO 216; ANSI/ASME Y14.1).
export const papers = { A4: [595.3, 841.9], Letter: [612, 792] };
