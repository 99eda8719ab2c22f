// «Версия для слабовидящих»: on every page, kept from page to page, without scripts too, and as good as the usual one.
import { expect, test } from '../house/story.js';
import { words } from '../house/words.js';
import { axeFindsNothing, fits } from '../house/checks.js';
import { serviceFor } from '../house/catalogue.js';
import { existing, wholeWalk } from '../pages.js';

// As long as the switch has no words there is no switch.
test.skip(() => !words('ru').knows('view-switch'), 'the low-vision version is not built yet');

/** Everything the switch offers, by the keys of its words. */
const SIZES = ['view-size-1', 'view-size-2', 'view-size-3'];
const COLOURS = ['view-colours-light', 'view-colours-dark', 'view-colours-blue', 'view-colours-beige'];

const exactly = (visitor, key) => new RegExp(`^${visitor.say(key)}$`);
const panel = (visitor) => visitor.page.getByRole('region', { name: visitor.say('view-title') });
const press = (visitor, key) => panel(visitor).getByRole('button', { name: exactly(visitor, key) }).click();
const letters = (visitor) => visitor.page.locator('h1').evaluate((heading) => parseFloat(getComputedStyle(heading).fontSize));

/** From any page: the control in its head leads to the panel, whose button turns the version on. */
async function switchesOn(visitor) {
  await visitor.page.getByRole('link', { name: visitor.say('view-switch') }).first().click();
  await press(visitor, 'view-switch');
  await expect(panel(visitor).getByRole('button', { name: exactly(visitor, 'view-off') })).toBeVisible();
}

for (const javaScriptEnabled of [true, false]) {
  test(`turned on, set, kept and turned off${javaScriptEnabled ? '' : ' without scripts'}`, async ({ opens, request }) => {
    const visitor = await opens({ javaScriptEnabled });
    await visitor.goes('/doctors');
    const usual = await letters(visitor);
    await switchesOn(visitor);
    await expect(visitor.page, 'the page stays').toHaveURL(/\/doctors/);
    expect(await letters(visitor), 'letters grow').toBeGreaterThan(usual);
    await press(visitor, 'view-size-3');
    await expect.poll(() => letters(visitor), 'and grow').toBeGreaterThan(1.5 * usual);
    await press(visitor, 'view-spacing-3');
    await press(visitor, 'view-images-off');
    const image = visitor.page.locator('main img, main picture').filter({ visible: true });
    await expect(image, 'no image is shown').toHaveCount(0);
    await press(visitor, 'view-colours-dark');
    await expect(panel(visitor).getByRole('button', { name: visitor.say('view-colours-dark') })).toHaveAttribute('aria-pressed', 'true');

    // In the middle of a booking it changes looks alone: what was typed stays.
    const service = await serviceFor(request, visitor, [40, 40]);
    await visitor.goes('/book');
    expect(await letters(visitor), 'it is kept from page to page').toBeGreaterThan(1.5 * usual);
    await visitor.choosesWhom('self');
    await visitor.choosesService(service.title);
    await visitor.choosesTime();
    await visitor.introduces('self');
    await press(visitor, 'view-colours-beige');
    await visitor.sees('who-title');
    await expect(visitor.field('self', 'patient', 'surname')).toHaveValue('Пчёлкина');
    await press(visitor, 'view-off');
    await visitor.sees('who-title');
    await expect(visitor.field('self', 'patient', 'surname')).toHaveValue('Пчёлкина');
    await visitor.consents('self');
    await visitor.books();
    await visitor.sees('done-title');
  });
}

test('every page is good in the largest letters and in all colours', async ({ opens }) => {
  test.setTimeout(300_000);
  const visitor = await opens();
  const paths = await existing(visitor);
  await visitor.goes('/');
  await switchesOn(visitor);
  await press(visitor, SIZES.at(-1));
  await press(visitor, 'view-spacing-3');
  for (const [at, path] of paths.entries()) {
    await visitor.goes(path);
    await expect(visitor.page.getByRole('link', { name: visitor.say('view-switch') }).first(), 'the switch is on every page').toBeVisible();
    await press(visitor, COLOURS[at % COLOURS.length]);
    for (const width of [360, 1280]) {
      await visitor.page.setViewportSize({ width, height: 800 });
      await fits(visitor, `${path}, ${width}, low vision`);
    }
    await axeFindsNothing(visitor, `${path}, low vision, ${COLOURS[at % COLOURS.length]}`);
    await visitor.page.setViewportSize({ width: 360, height: 740 });
  }
});

test('a whole booking in the largest letters', async ({ opens, request }) => {
  test.setTimeout(180_000);
  const visitor = await opens();
  await visitor.goes('/');
  await switchesOn(visitor);
  await press(visitor, SIZES.at(-1));
  await wholeWalk({ visitor, opens, request, look: (name) => fits(visitor, `${name}, low vision`) });
});
