// Who does not consent is shown the telephone, and leaves no trace.
import { expect, test } from '../house/story.js';
import { freeTimes, serviceFor } from '../house/catalogue.js';

test('without consents nothing is booked, and the telephone stands beside', async ({ anna, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  await anna.beginsBooking();
  await anna.choosesWhom('self');
  await anna.choosesService(service.title);
  await anna.choosesTime();
  await anna.introduces('self');
  const time = await anna.main.locator('time').first().getAttribute('datetime');
  await anna.books();
  await anna.sees('who-title');
  await expect(anna.page.getByRole('heading', { name: anna.say('wrongs-title') })).toBeVisible();
  await expect(anna.main).toContainText(anna.say('consent-missing'));
  await expect(anna.main).toContainText(anna.say('instead-call'));
  await expect(anna.main.locator('a[href^="tel:"]').first()).toBeVisible();
  await expect(anna.field('self', 'patient', 'surname'), 'what was typed is kept').toHaveValue('Пчёлкина');

  // She goes away. What is left is the time she held, and that only until she gives it up or it runs out.
  const hold = await anna.main.locator('input[name="hold"]').getAttribute('value');
  const [id] = /^[0-9a-f-]{36}/.exec(hold);
  expect((await request.delete(`/api/v1/holds/${id}`)).ok()).toBe(true);
  const free = await freeTimes(request, service);
  expect(free.some((one) => Date.parse(one.split(' ')[0]) === Date.parse(time)), 'the time is free again').toBe(true);
  expect(await anna.page.context().cookies(), 'no cookie stays').toEqual([]);
  expect(await storedBy(anna.page), 'nothing stays in the browser beyond the tab').toEqual([]);
});

/** What outlives the tab: drafts may stand in `sessionStorage` alone. */
async function storedBy(page) {
  const state = await page.context().storageState({ indexedDB: true });
  return state.origins.flatMap((origin) => [...origin.localStorage, ...(origin.indexedDB ?? [])]);
}
