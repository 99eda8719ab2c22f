// Going back, by the browser's arrow and by the page's own, loses nothing.
import { expect, test } from '../house/story.js';
import { serviceFor } from '../house/catalogue.js';

async function toTheForm(visitor, service) {
  await visitor.beginsBooking();
  await visitor.choosesWhom('self');
  await visitor.choosesService(service.title);
  await visitor.choosesTime();
  await visitor.sees('who-title');
}

test('by the page’s own way back', async ({ anna, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  await toTheForm(anna, service);
  await anna.introduces('self');
  await anna.consents('self');
  await anna.presses(anna.say('back-to-time'));
  await anna.sees('time-title');
  await anna.presses(new RegExp(`^${anna.say('back')}$`));
  await anna.sees('service-title');
  await anna.choosesService(service.title);
  // The time chosen before is still held, and can be kept.
  await anna.presses(anna.say('held-keep'));
  await anna.sees('who-title');
  await expect(anna.field('self', 'patient', 'surname')).toHaveValue('Пчёлкина');
  await expect(anna.field('self', 'patient', 'phone')).toHaveValue('+7 916 000-09-13');
  for (const sentence of anna.words.consents('self')) {
    await expect(anna.main.getByRole('checkbox', { name: sentence })).toBeChecked();
  }
  await anna.books();
  await anna.sees('done-title');
});

/**
 * The browser's arrow. Without scripts a step is the answer to a form that nobody keeps, so the browser asks whether to
 * send that form again; this visitor says yes.
 */
async function goesBack(visitor) {
  await visitor.page.goBack().catch(async (error) => {
    if (!String(error).includes('ERR_CACHE_MISS')) throw error;
    // The page that asks comes in place of the one wanted, a moment later.
    await expect(() => visitor.page.reload()).toPass();
  });
}

test('by the browser’s arrow', async ({ anna, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  await toTheForm(anna, service);
  for (const key of ['time-title', 'service-title', 'for-title']) {
    await goesBack(anna);
    await anna.sees(key);
  }
  await anna.choosesWhom('self');
  await anna.choosesService(service.title);
  await anna.choosesTime();
  await anna.introduces('self');
  await anna.consents('self');
  await anna.books();
  await anna.sees('done-title');
});

test('from a booking that is made, the arrow books nothing again', async ({ anna, request }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  await toTheForm(anna, service);
  await anna.introduces('self');
  await anna.consents('self');
  await anna.books();
  await anna.sees('done-title');
  const link = await anna.secretLink();
  // What the browser shows is its own matter, a form that was filled among it; the booking stays one and as it was.
  await anna.page.goBack().catch(() => {});
  await expect(() => anna.goes(link)).toPass();
  await anna.sees('appointment-title');
  await expect(anna.main).toContainText(anna.say('status-requested'));
});

test('in the other language nothing is lost', async ({ anna, request, language }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  await toTheForm(anna, service);
  await anna.introduces('self');
  const other = { ru: 'English', en: 'Русский' }[language];
  await anna.presses(other, anna.page.locator('body'));
  await expect(anna.page.locator('html')).toHaveAttribute('lang', language === 'ru' ? 'en' : 'ru');
  await expect(anna.main.getByRole('textbox').first()).toHaveValue('Пчёлкина');
});
