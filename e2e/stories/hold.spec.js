// A hold that runs out. The clinic of this story keeps a time for a minute only.
import { expect, test } from '../house/story.js';
import { serviceFor } from '../house/catalogue.js';

test.use({ clinic: 'brief' });

const HOLD_MS = 60_000;

test('a hold runs out: the time is offered to others, and nothing typed is lost', async ({ opens, request }) => {
  test.setTimeout(180_000);
  const scripted = await opens({ javaScriptEnabled: true });
  const plain = await opens({ javaScriptEnabled: false });
  const extended = await opens({ javaScriptEnabled: true });
  const begun = Date.now();
  for (const visitor of [scripted, plain, extended]) {
    await visitor.goes('/book');
    await visitor.choosesWhom('self');
    await visitor.choosesService((await serviceFor(request, visitor, [40, 40])).title);
    await visitor.choosesTime();
    await expect(visitor.main, 'until when is told').toContainText(visitor.words.pattern('hold-until'));
    await visitor.introduces('self');
    await visitor.consents('self');
  }
  await extended.page.waitForTimeout(Math.max(0, HOLD_MS * 0.75 - (Date.now() - begun)));
  await extended.presses(extended.say('hold-extend'));
  await extended.sees('who-title');
  await expect(extended.field('self', 'patient', 'surname'), 'extending loses nothing').toHaveValue('Пчёлкина');

  await scripted.page.waitForTimeout(Math.max(0, HOLD_MS + 12_000 - (Date.now() - begun)));
  for (const visitor of [scripted, plain, extended]) {
    // Nobody else wanted the time meanwhile: it is booked all the same, without retyping.
    await expect(visitor.field('self', 'patient', 'surname')).toHaveValue('Пчёлкина');
    await visitor.books();
    await visitor.sees('done-title');
  }
});

test('whose hold ran out and whose time another took is offered the nearest', async ({ opens, request }) => {
  test.setTimeout(180_000);
  const [anna, vera] = [await opens(), await opens()];
  const service = await serviceFor(request, anna, [40, 40]);
  await anna.goes('/book');
  await anna.choosesWhom('self');
  await anna.choosesService(service.title);
  const value = await (await anna.someTime()).getAttribute('value');
  await anna.theTime(value).click();
  await anna.introduces('self');
  await anna.consents('self');
  await anna.page.waitForTimeout(HOLD_MS + 2_000);
  await vera.goes('/book');
  await vera.choosesWhom('self');
  await vera.choosesService(service.title);
  await vera.theTime(value).click();
  await vera.sees('who-title');
  await anna.books();
  await expect(anna.page.getByRole('heading', { name: anna.say('taken-title') })).toBeVisible();
  await anna.times().first().click();
  await expect(anna.field('self', 'patient', 'surname')).toHaveValue('Пчёлкина');
  await anna.books();
  await anna.sees('done-title');
});
