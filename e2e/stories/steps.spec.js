// Every step of a booking and everything that can go wrong in it is good for all: axe, HTML (by the guards), width.
import { test } from '../house/story.js';
import { words } from '../house/words.js';
import { looksWell } from '../house/checks.js';
import { wholeWalk } from '../pages.js';

for (const language of ['ru', 'en']) {
  test(`every step looks well: ${language}`, async ({ opens, request }) => {
    test.setTimeout(300_000);
    const open = () => opens({ locale: language, words: words(language) });
    const visitor = await open();
    await wholeWalk({
      visitor,
      opens: open,
      request,
      look: (name) => test.step(name, () => looksWell(visitor, name)),
    });
  });
}
