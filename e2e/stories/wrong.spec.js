// Whatever is typed wrongly is told, beside its field and first of all, and nothing typed is lost.
import { expect, test } from '../house/story.js';
import { serviceFor } from '../house/catalogue.js';

test('what is wrong is told and what was typed is kept', async ({ anna, request, javaScriptEnabled }) => {
  const service = await serviceFor(request, anna, [40, 40]);
  await anna.beginsBooking();
  await anna.choosesWhom('self');
  await anna.choosesService(service.title);
  await anna.choosesTime();
  await anna.introduces('self', { patient: { surname: 'Пчёлкина', given_name: 'Анна', birth_date: '31.02.1986', phone: '12' } });
  await anna.consents('self');
  await anna.books();
  await anna.sees('who-title');

  const summary = anna.page.getByRole('alert').filter({ hasText: anna.say('wrongs-title') });
  await expect(summary).toBeVisible();
  await expect(anna.page, 'the title says so first').toHaveTitle(new RegExp(`^${anna.say('wrong-prefix')}`));
  const birth = anna.field('self', 'patient', 'birth_date');
  await expect(birth).toHaveAttribute('aria-invalid', 'true');
  await expect(birth).toHaveAccessibleDescription(new RegExp(anna.say('birth-date-malformed').slice(0, 20)));
  await expect(birth).toHaveValue('31.02.1986');
  await expect(anna.field('self', 'patient', 'phone')).toHaveAttribute('aria-invalid', 'true');
  await expect(anna.field('self', 'patient', 'surname')).toHaveValue('Пчёлкина');
  await expect(anna.field('self', 'patient', 'surname')).not.toHaveAttribute('aria-invalid', 'true');
  for (const sentence of anna.words.consents('self')) {
    await expect(anna.main.getByRole('checkbox', { name: sentence }), 'a box once ticked stays so').toBeChecked();
  }
  // The line of the summary leads to its field.
  await summary.getByRole('link', { name: anna.words.label('birth_date') }).click();
  if (javaScriptEnabled) await expect(birth).toBeFocused();
  await birth.fill('24.11.1986');
  await anna.field('self', 'patient', 'phone').fill('8 916 000-09-13');
  await anna.books();
  await anna.sees('done-title');
});

test('a child that is none is told at once', async ({ anna }) => {
  await anna.beginsBooking();
  await anna.presses(anna.say('for-child'));
  await anna.sees('born-title');
  const birth = anna.main.getByLabel(anna.words.label('birth_date'));
  for (const [typed, key] of [
    ['24.11.1986', 'age-not-child'],
    ['45.13.2020', 'birth-date-malformed'],
    ['01.01.2199', 'birth-date-future'],
  ]) {
    await birth.fill(typed);
    await anna.presses(anna.say('next'));
    await anna.sees('born-title');
    await expect(birth).toHaveValue(typed);
    await expect(birth).toHaveAccessibleDescription(new RegExp(anna.say(key).slice(0, 20)));
  }
});

test('what the house refuses stands beside what was typed', async ({ anna, javaScriptEnabled }) => {
  test.skip(!javaScriptEnabled, 'without scripts the browser keeps the form by itself');
  await anna.beginsBooking();
  await anna.presses(anna.say('for-child'));
  await anna.sees('born-title');
  const birth = anna.main.getByLabel(anna.words.label('birth_date'));
  await birth.fill('24.11.2019');
  // More fields than any page of ours has: the form is refused whole.
  await anna.page.evaluate(() => {
    for (let number = 0; number < 300; number += 1) {
      const field = Object.assign(document.createElement('input'), { type: 'hidden', name: `f${number}` });
      document.getElementById('booking').append(field);
    }
  });
  await anna.presses(anna.say('next'));
  await expect(anna.page.getByRole('alert').filter({ hasText: anna.say('trouble-type-title') })).toBeVisible();
  await anna.sees('born-title');
  await expect(birth).toHaveValue('24.11.2019');
  await anna.page.evaluate(() => document.querySelectorAll('[name^=f]').forEach((field) => /^f\d/.test(field.name) && field.remove()));
  await anna.presses(anna.say('next'));
  await anna.sees('service-title');
});
