// Twice as large is as good: the browser's zoom, and the text alone, on every page and step.
//
// A zoom of 200 % of a window 1280 wide is a window 640 wide with two device pixels to each of the page.
import { test } from '../house/story.js';
import { fits } from '../house/checks.js';
import { existing, wholeWalk } from '../pages.js';

const ZOOMED = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2, hasTouch: false };

/** Twice the size of text that the page has by itself, as a browser's setting of the text's size makes it. */
async function textTwice(page) {
  await page.evaluate(() => {
    const root = document.documentElement;
    root.style.fontSize = '';
    root.style.fontSize = `${2 * parseFloat(getComputedStyle(root).fontSize)}px`;
  });
}

test('a whole booking at 200 %', async ({ opens, request }) => {
  test.setTimeout(180_000);
  const visitor = await opens(ZOOMED);
  await wholeWalk({ visitor, opens, request, look: (name) => fits(visitor, `${name}, zoom 200 %`) });
});

test('every page at 200 %, and with text of 200 %', async ({ opens }) => {
  test.setTimeout(180_000);
  const visitor = await opens(ZOOMED);
  for (const path of await existing(visitor)) {
    await visitor.goes(path);
    await fits(visitor, `${path}, zoom 200 %`);
    for (const width of [1280, 360]) {
      await visitor.page.setViewportSize({ width, height: 800 });
      await textTwice(visitor.page);
      await fits(visitor, `${path}, ${width}, text 200 %`);
    }
    await visitor.page.setViewportSize(ZOOMED.viewport);
  }
});

test('a whole booking with text of 200 %', async ({ opens, request }) => {
  test.setTimeout(180_000);
  const visitor = await opens({ viewport: { width: 1280, height: 800 }, hasTouch: false });
  await wholeWalk({
    visitor,
    opens,
    request,
    look: async (name) => {
      await textTwice(visitor.page);
      await fits(visitor, `${name}, text 200 %`);
    },
  });
});
