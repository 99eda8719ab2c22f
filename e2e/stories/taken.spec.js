// Two people want one time. The second is offered the nearest ones, and has nothing to type again.
import { expect, test } from '../house/story.js';
import { serviceFor } from '../house/catalogue.js';

async function toTheTimes(visitor, service) {
  await visitor.goes('/book');
  await visitor.choosesWhom('self');
  await visitor.choosesService(service.title);
  await expect(visitor.times().first()).toBeVisible();
}

test('the second to choose a time is offered the nearest', async ({ anna, opens, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  const vera = await opens();
  await toTheTimes(anna, service);
  await toTheTimes(vera, service);
  const value = await (await anna.someTime()).getAttribute('value');
  await anna.theTime(value).click();
  await anna.sees('who-title');
  await vera.theTime(value).click();
  await expect(vera.page.getByRole('heading', { name: vera.say('taken-title') })).toBeVisible();
  await expect(vera.theTime(value), 'the taken time is not offered again').toHaveCount(0);
  await vera.times().first().click();
  await vera.sees('who-title');
});

test('who loses the time on another page, form filled, keeps what was typed', async ({ anna, opens, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  const vera = await opens();
  await toTheTimes(anna, service);
  const value = await (await anna.someTime()).getAttribute('value');
  await anna.theTime(value).click();
  await anna.introduces('self');
  await anna.consents('self');
  // Anna's hold is given up behind her back, as by a hold that ran out, and another takes the time.
  const hold = await anna.main.locator('input[name="hold"]').getAttribute('value');
  const [id] = /^[0-9a-f-]{36}/.exec(hold);
  expect((await request.delete(`/api/v1/holds/${id}`)).ok(), 'the hold is given up').toBe(true);
  await toTheTimes(vera, service);
  await vera.theTime(value).click();
  await vera.sees('who-title');

  await anna.books();
  await expect(anna.page.getByRole('heading', { name: anna.say('taken-title') })).toBeVisible();
  await anna.times().first().click();
  await anna.sees('who-title');
  await expect(anna.field('self', 'patient', 'surname')).toHaveValue('Пчёлкина');
  await expect(anna.field('self', 'patient', 'birth_date')).toHaveValue('24.11.1986');
  for (const sentence of anna.words.consents('self')) {
    await expect(anna.main.getByRole('checkbox', { name: sentence })).toBeChecked();
  }
  await anna.books();
  await anna.sees('done-title');
});
