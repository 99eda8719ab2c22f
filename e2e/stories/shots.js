// Pictures of every page and step for a person to look at: both sizes, both themes, the low-vision version, on paper.
// Written to a folder outside the repository, in the order of the flow. No story: `cargo xtask e2e --shots DIR`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../house/story.js';
import { words } from '../house/words.js';
import { TROUBLES, existing, wholeWalk } from '../pages.js';

const FOLDER = process.env.MEDOK_E2E_SHOTS;
const SIGHTS = [360, 1280].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme })));

/** A page of paper: what a printer is given. */
const PAPER = { width: 794, height: 1123 };

/** Takes the pictures of one sight: `01-home.360-light.png` and so on. */
async function shoot(visitor, name, lowVision = false) {
  const { page } = visitor;
  const before = page.viewportSize();
  const picture = (kind) => page.screenshot({ path: join(FOLDER, `${name}.${kind}.png`), fullPage: true, animations: 'disabled' });
  for (const { width, colorScheme } of lowVision ? [{ width: 360, colorScheme: 'light' }, { width: 1280, colorScheme: 'light' }] : SIGHTS) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    await page.emulateMedia({ colorScheme });
    await picture(lowVision ? `${width}-low-vision` : `${width}-${colorScheme}`);
  }
  if (!lowVision) {
    await page.setViewportSize(PAPER);
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await picture('print');
    writeFileSync(join(FOLDER, `${name}.print.pdf`), await page.pdf({ format: 'A4' }));
  }
  await page.emulateMedia({ media: null, colorScheme: null });
  await page.setViewportSize(before);
}

/** `/book?for=self` becomes `book-for`, so that a name stays the same from run to run. */
function named(at, path) {
  const [pathname, query = ''] = path.split('?');
  const parts = [...pathname.split('/'), ...new URLSearchParams(query).keys()].map((part) => part.replace(/[^\w.-]/g, '').slice(0, 24));
  return `${String(at).padStart(2, '0')}-${parts.filter(Boolean).join('-') || 'home'}`;
}

async function switchesLowVisionOn(visitor) {
  if (!visitor.words.knows('view-switch')) return false;
  await visitor.goes('/');
  await visitor.page.getByRole('link', { name: visitor.say('view-switch') }).first().click();
  const panel = visitor.page.getByRole('region', { name: visitor.say('view-title') });
  await panel.getByRole('button', { name: visitor.say('view-switch') }).click();
  await panel.getByRole('button', { name: new RegExp(`^${visitor.say('view-size-3')}$`) }).click();
  return true;
}

test.beforeAll(() => mkdirSync(FOLDER, { recursive: true }));

for (const language of ['ru', 'en']) {
  for (const lowVision of [false, true]) {
    const kind = `${language}${lowVision ? ', low vision' : ''}`;
    test(`pages: ${kind}`, async ({ opens }) => {
      test.setTimeout(600_000);
      const visitor = await opens({ locale: language, words: words(language) });
      const paths = await existing(visitor);
      if (lowVision && !(await switchesLowVisionOn(visitor))) return;
      for (const [at, path] of [...paths, ...TROUBLES.map((one) => one.path)].entries()) {
        await visitor.goes(path);
        await shoot(visitor, `${language}-pages-${named(at, path)}`, lowVision);
      }
      expect(paths.length).toBeGreaterThan(8);
    });

    test(`booking: ${kind}`, async ({ opens, request }) => {
      test.setTimeout(600_000);
      const open = () => opens({ locale: language, words: words(language) });
      const visitor = await open();
      if (lowVision && !(await switchesLowVisionOn(visitor))) return;
      await wholeWalk({ visitor, opens: open, request, look: (name) => shoot(visitor, `${language}-steps-${name}`, lowVision) });
    });
  }
}
