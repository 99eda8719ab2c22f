// Every page that can be had by its address is good for all: axe, HTML (by the guards), width. In both languages.
import { expect, test } from '../house/story.js';
import { words } from '../house/words.js';
import { looksWell } from '../house/checks.js';
import { TROUBLES, existing } from '../pages.js';

for (const language of ['ru', 'en']) {
  test(`every page looks well: ${language}`, async ({ opens }) => {
    test.setTimeout(300_000);
    const visitor = await opens({ locale: language, words: words(language) });
    const paths = await existing(visitor);
    test.info().annotations.push({ type: 'pages', description: paths.join(' ') });
    expect(paths.length, 'a crawl that finds next to nothing is a crawl that is broken').toBeGreaterThan(8);
    for (const path of paths) {
      await test.step(path, async () => {
        await visitor.goes(path);
        await expect(visitor.page.locator('html')).toHaveAttribute('lang', language);
        await expect(visitor.page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await expect(visitor.page.locator('a[href^="tel:"]').first(), 'the clinic can be called from every page').toBeVisible();
        await looksWell(visitor, path);
      });
    }
    for (const { path, status } of TROUBLES) {
      await test.step(path, async () => {
        expect((await visitor.goes(path)).status(), path).toBe(status);
        await expect(visitor.page.getByRole('link', { name: visitor.say('book-action') }).first(), 'a way on').toBeVisible();
        await looksWell(visitor, path);
      });
    }
  });
}
