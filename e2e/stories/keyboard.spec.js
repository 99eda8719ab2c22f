// A whole booking by keyboard alone: Tab, Enter, Space, arrows. Where one is can always be seen.
import { expect, test } from '../house/story.js';
import { serviceFor } from '../house/catalogue.js';
import { CASES } from '../house/visitor.js';

/** More presses than any page has places to stop. */
const FAR = 250;

/** Goes on with Tab until it stands on what is meant. */
async function tabsTo(visitor, locator) {
  await expect(locator.first()).toBeVisible();
  for (let presses = 0; presses < FAR; presses += 1) {
    await visitor.page.keyboard.press('Tab');
    const focused = visitor.page.locator(':focus');
    if ((await focused.count()) === 0) continue;
    if (await locator.first().evaluate((element) => element === document.activeElement)) {
      await seesWhereItIs(visitor, locator.first());
      return;
    }
  }
  throw new Error(`Tab does not lead to ${locator}`);
}

/** The place of the focus is marked and lies in the window, under nothing (WCAG 2.4.7, 2.4.11). */
async function seesWhereItIs(visitor, element) {
  const { marked, covered } = await element.evaluate((node) => {
    // A box may be drawn by its label: then the label is what is marked.
    const drawn = [node, ...(node.labels ?? []), node.parentElement].filter(Boolean);
    const isMarked = (one) => {
      const style = getComputedStyle(one);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    };
    const { left, top, width, height } = node.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + height / 2);
    return { marked: drawn.some(isMarked), covered: !at || !drawn.some((one) => one.contains(at) || at.contains(one)) };
  });
  const name = (await element.evaluate((node) => node.outerHTML)).slice(0, 120);
  if (!marked) visitor.guard.finds(`the focus cannot be seen on ${name}`);
  if (covered) visitor.guard.finds(`what has the focus is covered: ${name}`);
}

async function pressesByKey(visitor, name, key = 'Enter', within = visitor.main) {
  await tabsTo(visitor, visitor.control(name, within));
  await visitor.page.keyboard.press(key);
}

test('a booking by keyboard alone', async ({ anna, request }) => {
  test.setTimeout(120_000);
  const { page, words } = anna;
  const service = await serviceFor(request, anna, [6, 6]);
  await anna.goes('/');
  await pressesByKey(anna, anna.say('book-action'), 'Enter', page.locator('body'));
  await anna.sees('for-title');
  await pressesByKey(anna, anna.say('for-child'), 'Space');
  await anna.sees('born-title');
  await tabsTo(anna, anna.main.getByLabel(words.label('birth_date')));
  await page.keyboard.type(CASES.child.patient.birth_date);
  await page.keyboard.press('Enter');
  await anna.sees('service-title');
  await pressesByKey(anna, service.title);
  await anna.sees('time-title');
  await tabsTo(anna, anna.times());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: anna.say('who-title') }).or(page.getByRole('heading', { name: anna.say('taken-title') })).first()).toBeVisible();
  if (await page.getByRole('heading', { name: anna.say('taken-title') }).isVisible()) {
    await tabsTo(anna, anna.times());
    await page.keyboard.press('Enter');
  }
  await anna.sees('who-title');

  for (const [party, person] of Object.entries(CASES.child)) {
    for (const [field, value] of Object.entries(person)) {
      if (field === 'birth_date') continue;
      if (field === 'basis') {
        // Tab comes to the first of the options, arrows go on through them.
        const options = anna.party('child', party).getByRole('radio');
        await tabsTo(anna, options);
        await page.keyboard.press('ArrowDown');
        await expect(options.nth(1)).toBeChecked();
        await page.keyboard.press('ArrowUp');
        await expect(options.first()).toBeChecked();
      } else {
        await tabsTo(anna, anna.field('child', party, field));
        await page.keyboard.type(value);
      }
    }
  }
  for (const sentence of words.consents('child')) {
    const box = anna.main.getByRole('checkbox', { name: sentence });
    await tabsTo(anna, box);
    await page.keyboard.press('Space');
    await expect(box).toBeChecked();
  }
  await pressesByKey(anna, new RegExp(`^${anna.say('book-send')}$`));
  await anna.sees('done-title');
  await pressesByKey(anna, anna.say('manage-open'));
  await anna.sees('appointment-title');
});

test('the first Tab offers to pass over the menu', async ({ anna }) => {
  await anna.goes('/');
  await anna.page.keyboard.press('Tab');
  const skip = anna.page.getByRole('link', { name: anna.say('skip-to-content') });
  await expect(skip).toBeFocused();
  await expect(skip, 'it shows when it has the focus').toBeInViewport();
  await anna.page.keyboard.press('Enter');
  await anna.page.keyboard.press('Tab');
  const isInside = await anna.page.evaluate(() => document.querySelector('main').contains(document.activeElement));
  expect(isInside, 'the next stop is in the content').toBe(true);
});

test('Enter in a field sends the form, and does nothing else', async ({ anna, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  await anna.beginsBooking();
  await anna.choosesWhom('self');
  await anna.choosesService(service.title);
  await anna.choosesTime();
  await anna.introduces('self');
  await anna.consents('self');
  await anna.field('self', 'patient', 'phone').press('Enter');
  await anna.sees('done-title');
});
