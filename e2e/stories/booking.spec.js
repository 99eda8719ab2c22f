// A visit is booked from the first page to «Вы записаны», for oneself, a child, another adult.
import { readFile } from 'node:fs/promises';
import { expect, test } from '../house/story.js';
import { serviceFor } from '../house/catalogue.js';

/** Ages for which each case wants a service. */
const AGES = { self: [40, 40], child: [6, 6], adult: [68, 68] };

for (const whom of ['self', 'child', 'adult']) {
  test(`books for: ${whom}`, async ({ anna, request }) => {
    const service = await serviceFor(request, anna, AGES[whom]);
    await anna.booksFor(whom, service.title);

    await expect(anna.main).toContainText(service.title);
    await expect(anna.main, 'what to bring').toContainText(service.preparation);
    await expect(anna.main, 'whence the clinic calls').toContainText(anna.say('done-outgoing'));
    const [download] = await Promise.all([anna.page.waitForEvent('download'), anna.presses(anna.say('calendar-add'))]);
    const calendar = await readFile(await download.path(), 'utf8');
    expect(download.suggestedFilename()).toMatch(/\.ics$/);
    expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\n[^]*BEGIN:VEVENT[^]*END:VCALENDAR\r\n$/);
    expect(calendar, 'a calendar that others see names no service').not.toContain(service.title);
  });
}
