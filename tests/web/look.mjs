// Looks at a page as people do: narrow and wide, light and dark. Each look is searched by axe and, when
// asked for, kept as a picture. What is not a matter of colour is the same in the dark, and asked once.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ofColour = ['color-contrast', 'link-in-text-block'];

export function looker(require, screenshots) {
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  if (screenshots) mkdirSync(screenshots, { recursive: true });

  return async function look(page, name, sizes = [[1280, 800], [390, 844]]) {
    const before = page.viewportSize();
    const found = [];
    for (const [width, height] of sizes)
      for (const colorScheme of ['light', 'dark']) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        if (!(await page.evaluate('Boolean(window.axe)'))) await page.evaluate(axe);
        const options = { resultTypes: ['violations'], ...(colorScheme === 'dark' && { runOnly: ofColour }) };
        const { violations } = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
        for (const v of violations)
          found.push(`${name} ${width} ${colorScheme}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} (${n.any[0]?.message ?? n.html})`).join(', ')}`);
        const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        if (wider > 0) found.push(`${name} ${width} ${colorScheme}: wider than its window by ${wider} px`);
        if (screenshots) await page.screenshot({ path: join(screenshots, `${name}-${width}-${colorScheme}.png`) });
      }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(before);
    if (found.length) throw new Error(found.join('\n'));
  };
}
