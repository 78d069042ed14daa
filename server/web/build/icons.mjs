// Draws the app's icons as PNG from public/my-week.svg, where telephones ask for PNG: by hand, after the SVG changed
// (node build/icons.mjs). A maskable one is filled to its edges, for whoever cuts it into a shape; what is drawn on it
// stays within the middle four fifths.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const folder = new URL('../public/', import.meta.url).pathname;
const svg = readFileSync(`${folder}my-week.svg`, 'utf8');
const ground = /<rect width="32" height="32" rx="8" fill="(#[0-9a-f]{6})"\/>/;
if (!ground.test(svg)) throw new Error('my-week.svg has another ground than is expected here');
const sign = svg.replace(ground, '');
const filled = (inner) =>
  svg.replace(/(<svg[^>]*>)[\s\S]*/, `$1<rect width="32" height="32" fill="${ground.exec(svg)[1]}"/><g transform="translate(16 16) scale(${inner}) translate(-16 -16)">${sign.replace(/<\/?svg[^>]*>/g, '')}</g></svg>`);
const icons = [
  ['my-week-180', 180, filled(0.95)], // iOS rounds it by itself
  ['my-week-192', 192, svg],
  ['my-week-512', 512, svg],
  ['my-week-maskable-192', 192, filled(0.8)],
  ['my-week-maskable-512', 512, filled(0.8)],
];

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
for (const [name, size, drawn] of icons) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>* { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${drawn}`);
  writeFileSync(`${folder}${name}.png`, await page.screenshot({ omitBackground: true }));
}
await browser.close();
