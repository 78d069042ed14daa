// What Chromium prints, read back by poppler: how large its pages are and which words stand on each.
import { execFileSync } from 'node:child_process';

const poppler = (tool, args, pdf) => execFileSync(tool, [...args, '-', ...(tool === 'pdftotext' ? ['-'] : [])], { input: pdf, encoding: 'utf8' });

// Its pages in order: width and height in points, and the text without any blanks, which a PDF need not have.
export function readPdf(pdf) {
  const sizes = poppler('pdfinfo', ['-f', '1', '-l', '-1'], pdf).matchAll(/^Page +\d+ size: +([\d.]+) x ([\d.]+) pts/gm);
  const texts = poppler('pdftotext', ['-raw'], pdf).split('\f'); // one after each page
  return [...sizes].map(([, width, height], i) => ({
    width: Number(width), height: Number(height), text: texts[i].normalize('NFKC').replace(/\s/g, ''),
  }));
}

// Points of the two papers that offices have (ISO 216; ANSI/ASME Y14.1).
export const papers = { A4: [595.3, 841.9], Letter: [612, 792] };
