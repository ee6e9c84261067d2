import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong with a page as it is now, in light and in dark: one line for each element and rule. */
export async function axeViolations(page: Page): Promise<string[]> {
  // A string: the page's content security policy lets scripts of the debugger in.
  await page.evaluate(source);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const run = `axe.run(document, { runOnly: ${JSON.stringify(tags)}, iframes: false }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`;
    const lines = (await page.evaluate(run)) as string[];
    found.push(...lines.map((line) => `${colorScheme}: ${line}`));
  }
  return found;
}
