// Every page there is, in one place: what a crawl from the first page finds, what no link leads to, and every step and
// trouble of a booking on the way. Whoever checks all pages (axe, HTML, sizes, screenshots) walks these.
import { expect } from '@playwright/test';
import { serviceFor } from './house/catalogue.js';

/** Pages that no link of the site leads to. A page that is not built yet answers 404 and is left out by `existing`. */
const UNLINKED = ['/doctors', '/prices', '/contacts', '/legal', '/consents', '/policy', '/design', '/book'];

/** Pages that say what went wrong, and the status with which. */
export const TROUBLES = [
  { path: '/no-such-page', status: 404 },
  { path: '/a/no-such-link', status: 404 },
  { path: '/appointment', status: 404 },
  { path: '/policy/9999', status: 404 },
];

/** What a crawl does not follow: files, the interface for programs, what an answer of a form leads to. */
const NOT_PAGES = /^\/(api|static|journal|upload|health)\/|\.(ics|pdf|webp|avif|jpg|jpeg|xml|txt|json|jsonld|svg|png|ico|css|js)$|\/pdf$|\/design$|^\/a\/|^\/appointment/;

/** So many pages of one shape are looked at: `/doctors/…` differ in their words alone. */
const OF_A_SHAPE = 2;

/**
 * The paths of all pages that can be had by their address, as a visitor of this language is led to them.
 *
 * @param {import('./house/visitor.js').Visitor} visitor
 * @returns {Promise<string[]>} sorted; `/` first
 */
export async function existing(visitor) {
  const { page } = visitor;
  const found = [];
  const waiting = ['/', ...UNLINKED];
  const met = new Set(waiting);
  const shapes = new Map();
  while (waiting.length > 0) {
    const path = waiting.shift();
    const shape = shapeOf(path);
    const alike = shapes.get(shape) ?? 0;
    if (alike >= OF_A_SHAPE) continue;
    const answer = await page.goto(path);
    if (answer.status() === 404 && UNLINKED.includes(path)) continue;
    expect(answer.status(), `${path} is linked and answers`).toBe(200);
    shapes.set(shape, alike + 1);
    found.push(path);
    for (const href of await page.locator('a[href]').evaluateAll((links) => links.map((link) => link.href))) {
      const url = new URL(href);
      const next = url.pathname + url.search;
      // The other language has a crawl of its own.
      const isAnotherLanguage = url.searchParams.has('language') && url.searchParams.get('language') !== visitor.words.language;
      if (url.origin === visitor.guard.origin && !NOT_PAGES.test(url.pathname) && !isAnotherLanguage && !met.has(next)) {
        met.add(next);
        waiting.push(next);
      }
    }
  }
  return found.sort();
}

/** The address with everything that names one of many taken out. */
function shapeOf(path) {
  const [pathname, query = ''] = path.split('?');
  const keys = [...new URLSearchParams(query).keys()].sort().join('&');
  return `${pathname.replace(/\/[^/]+/g, (part, at) => (at === 0 ? part : '/*'))}?${keys}`;
}

/**
 * Goes through a whole booking and what can go wrong in it, and stops at each sight: `look` is given its name, whose
 * alphabetical order is the order of the walk. Booked and cancelled in the end.
 *
 * @param {object} scene
 * @param {import('./house/visitor.js').Visitor} scene.visitor
 * @param {() => Promise<import('./house/visitor.js').Visitor>} scene.opens another visitor, who takes a time away
 * @param {import('@playwright/test').APIRequestContext} scene.request
 * @param {(name: string) => Promise<void>} scene.look
 */
export async function wholeWalk({ visitor, opens, request, look }) {
  await childsWalk({ visitor, request, look });

  const service = await serviceFor(request, visitor, [40, 40]);
  await visitor.beginsBooking();
  await look('20-for-whom');
  await visitor.choosesWhom('self');
  await look('21-service');
  await visitor.choosesService(service.title);
  await look('22-time');
  const value = await (await visitor.someTime()).getAttribute('value');
  const rival = await opens();
  await rival.beginsBooking();
  await rival.choosesWhom('self');
  await rival.choosesService(service.title);
  await rival.theTime(value).click();
  await rival.sees('who-title');
  await visitor.theTime(value).click();
  await expect(visitor.page.getByRole('heading', { name: visitor.say('taken-title') })).toBeVisible();
  await look('23-time-taken');
  await visitor.choosesTime();
  await visitor.sees('who-title');
  await look('24-who');
  await visitor.books();
  await expect(visitor.page.getByRole('heading', { name: visitor.say('wrongs-title') })).toBeVisible();
  await look('25-who-wrong');
  await visitor.introduces('self');
  await visitor.consents('self');
  await look('26-who-filled');
  await visitor.books();
  await visitor.sees('done-title');
  await look('27-done');
  await ownersWalk({ visitor, link: await visitor.secretLink(), look });
}

/** A child's first questions, where a date of birth is asked before all else, and the form with two people in it. */
async function childsWalk({ visitor, request, look }) {
  const service = await serviceFor(request, visitor, [6, 6]);
  await visitor.beginsBooking();
  await visitor.presses(visitor.say('for-child'));
  await visitor.sees('born-title');
  await look('10-born');
  await visitor.main.getByLabel(visitor.words.label('birth_date')).fill('31.02.2020');
  await visitor.presses(visitor.say('next'));
  await expect(visitor.page.getByRole('heading', { name: visitor.say('wrongs-title') })).toBeVisible();
  await look('11-born-wrong');
  await visitor.beginsBooking();
  await visitor.choosesWhom('child');
  await look('12-service-for-a-child');
  await visitor.choosesService(service.title);
  await visitor.choosesTime();
  await visitor.sees('who-title');
  await look('13-who-for-a-child');
  await visitor.beginsBooking();
  await visitor.choosesWhom('adult');
  const forAdults = await serviceFor(request, visitor, [68, 68]);
  await visitor.choosesService(forAdults.title);
  await visitor.choosesTime();
  await visitor.sees('who-title');
  await look('14-who-for-an-adult');
}

/** An appointment in its owner's hands. */
async function ownersWalk({ visitor, link, look }) {
  await visitor.goes(link);
  await visitor.sees('appointment-title');
  await look('30-appointment');
  await visitor.presses(new RegExp(`^${visitor.say('move')}$`));
  await visitor.sees('move-title');
  await look('31-move');
  await (await visitor.someTime()).click();
  await visitor.sees('appointment-title');
  await look('32-moved');
  await visitor.presses(new RegExp(`^${visitor.say('cancel')}$`));
  await visitor.sees('cancel-title');
  await look('33-cancel');
  await visitor.presses(new RegExp(`^${visitor.say('cancel')}$`));
  await visitor.sees('appointment-title');
  await look('34-cancelled');
}
