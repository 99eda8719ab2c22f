// By the secret link a booking is seen, moved and cancelled, by whoever has it and nobody else.
import { expect, test } from '../house/story.js';
import { serviceFor } from '../house/catalogue.js';

test('moves and cancels by the secret link, from another device', async ({ anna, opens, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  const link = await anna.booksFor('self', service.title);

  const later = await opens();
  await later.goes(link);
  await later.sees('appointment-title');
  expect(new URL(later.page.url()).pathname, 'the secret leaves the address bar').toBe('/appointment');
  await expect(later.main).toContainText('09-13');
  await expect(later.main, 'the telephone is masked').not.toContainText('916');
  await expect(later.main, 'no name is shown').not.toContainText('Пчёлкина');
  const before = await later.main.locator('time').first().getAttribute('datetime');

  await later.presses(new RegExp(`^${later.say('move')}$`));
  await later.sees('move-title');
  await (await later.someTime()).click();
  await expect(later.main).toContainText(later.say('appointment-moved'));
  expect(await later.main.locator('time').first().getAttribute('datetime'), 'another time').not.toBe(before);

  await later.presses(new RegExp(`^${later.say('cancel')}$`));
  await later.sees('cancel-title');
  await later.presses(later.say('cancel-keep'));
  await later.sees('appointment-title');
  await expect(later.main).toContainText(later.say('status-requested'));
  await later.presses(new RegExp(`^${later.say('cancel')}$`));
  await later.presses(new RegExp(`^${later.say('cancel')}$`));
  await expect(later.main).toContainText(later.say('status-cancelled'));

  await anna.goes(link);
  await expect(anna.main, 'whoever else has the link sees it too').toContainText(anna.say('status-cancelled'));
  await expect(anna.control(anna.say('move')), 'what is cancelled cannot be moved').toHaveCount(0);
});

test('without the link there is nothing to see', async ({ anna }) => {
  for (const path of ['/appointment', '/appointment/move', '/appointment/cancel', '/a/AAAAAAAAAAAAAAAAAAAAAAAAAA']) {
    expect((await anna.goes(path)).status(), path).toBe(404);
    await anna.sees('trouble-link-title');
    await expect(anna.main.locator('a[href^="tel:"]').first()).toBeVisible();
  }
});
