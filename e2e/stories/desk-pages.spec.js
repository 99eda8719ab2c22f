// Every page of the desk, for every role: what its menu leads to and what these pages lead to. None is ugly to a screen
// reader, wider than the window, or noisy in the console (the guards).
//
// Invariant: the list of pages is the program's own. A page that nobody comes to fails the story.
import { offered } from '../house/catalogue.js';
import { axeFindsNothing, fits, looksDark } from '../house/checks.js';
import { Colleague, hire } from '../house/colleague.js';
import { pages, roles } from '../house/desk.js';
import { expect, test } from '../house/story.js';

const PAGES = pages();

/** Had by GET, and no page to walk to: a stream, files, cards laid into the board, ways that begin elsewhere. */
const NO_PAGE = new Map([
  ['/desk', 'leads to the first section'],
  ['/desk/obligation', 'leads on once it was accepted; the story of the door looks at it'],
  ['/desk/live', 'a stream'],
  ['/desk/waiting', 'a part of the board'],
  ['/desk/figures/{figure}', 'a file'],
]);

/** Who looks at a page with axe: the first of these that may have it. Its width everybody's browser tells, for menus differ. */
const LOOKERS = ['registrar', 'administrator', 'responsible', 'owner', 'practitioner', 'supervisor'];

function looker(route) {
  const { roles } = PAGES.find((one) => one.path === route);
  return LOOKERS.find((role) => roles === 'everybody' || roles.includes(role));
}

/** Pages that differ by a part of their address, and not only in what they tell of. */
const KINDS = { '/desk/clinic/{kind}/{id}': 1, '/desk/clinic/{kind}/{id}/week': 1, '/desk/clinic/{kind}/{id}/dates': 1 };

/** Parts of a query that make another page of it. */
const VIEWS = ['view', 'about', 'step', 'kind'];

/** The page behind an address: its route, and what makes another page of it. Nothing where it is no page. */
function named(address) {
  const url = new URL(address);
  const page = PAGES.find((one) => one.fits.test(url.pathname));
  if (!page || page.roles === 'anybody' || NO_PAGE.has(page.path)) return null;
  const kind = page.path in KINDS ? page.fits.exec(url.pathname)[KINDS[page.path]] : '';
  const view = VIEWS.filter((key) => url.searchParams.has(key)).map((key) => `${key}=${url.searchParams.get(key)}`);
  // A new thing is another form than one that is there.
  const fresh = url.pathname.endsWith('/new') ? 'new' : '';
  return { route: page.path, fresh, name: [page.path, kind, fresh, ...view].filter(Boolean).join(' ') };
}

/** The addresses of the desk to which a page leads. */
async function linked(page) {
  return page.evaluate(() => [...document.querySelectorAll('a[href]:not([download])')].map((one) => one.href).filter((one) => one.startsWith(location.origin)));
}

/** Nothing sticks out at any size. Names on the board are shortened to their column; the panel has them whole. */
async function fitsEverywhere(visitor, name) {
  for (const width of [390, 320, 1280]) {
    await visitor.page.setViewportSize({ width, height: 800 });
    await fits(visitor, `${name}, ${width}`, '#board');
  }
}

/** With axe: in the light; in the dark what a theme can spoil; for who sees little the first page of each section. */
async function looks(visitor, name, { dark = true, low = true } = {}) {
  await axeFindsNothing(visitor, name);
  if (dark) await looksDark(visitor, name);
  if (low) await asLowVision(visitor.page, () => axeFindsNothing(visitor, `${name}, low vision`, ['color-contrast', 'link-in-text-block']));
}

/** The page as the low-vision version shows it: what its switch sets on the page (its own story is of the public site). */
async function asLowVision(page, look) {
  const set = (values) => page.evaluate((values) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === null) delete document.documentElement.dataset[name];
      else document.documentElement.dataset[name] = value;
    }
  }, values);
  await set({ view: 'on', size: '3', spacing: '2', colours: 'blue' });
  await look();
  await set({ view: null, size: null, spacing: null, colours: null });
}

/** Those with the most pages first, so that two browsers end together. A partner is invited on screen, below. */
const busy = (role) => (['administrator', 'registrar', 'responsible'].includes(role) ? 0 : 1);

for (const role of roles().filter((one) => one !== 'partner').sort((a, b) => busy(a) - busy(b))) {
  test(`every page looks well to: ${role}`, async ({ anna: visitor }) => {
    test.setTimeout(240_000);
    const { page } = visitor;
    // What colleagues of other stories do meanwhile loads a live page anew, and nobody can look at a page that changes.
    await page.route('**/desk/live**', () => {});
    const practitioner = role === 'practitioner' ? await receives(visitor) : undefined;
    const one = await hire({ login: `pages-${role}`, role, name: 'Смотрова Людмила Аркадьевна', practitioner });
    await one.beginsWork(visitor);
    await walks(visitor, role);
    expect(page.url()).toContain('/desk/');
  });
}

/** Tomorrow's day: the demonstration clinic has visits then, whatever hour it is now. */
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

/** The code of a practitioner who receives tomorrow: half of their times are taken, and half are free. */
async function receives({ page }) {
  const { request } = page;
  for (const service of await offered(request, 'services')) {
    const answer = await request.get('/api/v1/slots', { params: { service: service.id, from: tomorrow(), to: tomorrow() } });
    const [slot] = (await answer.json()).slots;
    if (slot) {
      const { name } = (await offered(request, 'practitioners')).find((one) => one.id === slot.practitioner);
      await page.goto('/doctors');
      const link = page.getByRole('link', { name }).first();
      return new URL(await link.evaluate((one) => one.href)).pathname.split('/').pop();
    }
  }
  throw new Error('nobody receives tomorrow');
}

/** Last digits of telephones of the demonstration. Whose visit would have been over already when it began has none. */
const DIGITS = Array.from({ length: 10 }, (_, nth) => `00${nth}1`);

/** Whoever may look for people finds one, by the last digits of a telephone. */
async function found(visitor) {
  const { page } = visitor;
  const link = page.getByRole('rowheader').getByRole('link').first();
  for (const digits of DIGITS) {
    await visitor.goes('/desk/people');
    await page.getByRole('main').getByRole('searchbox').fill(digits);
    await page.getByRole('main').getByRole('button', { name: visitor.say('desk-find-do') }).click();
    await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue(digits);
    if (await link.count()) break;
  }
  await expect(link).toBeVisible();
  await fitsEverywhere(visitor, 'found people');
  return link.evaluate((one) => one.href);
}

/** Goes to every page that can be come to by links, and looks at each. */
async function walks(visitor, role) {
  const { page } = visitor;
  const menu = await page.getByRole('banner').getByRole('navigation').getByRole('link').evaluateAll((links) => links.map((one) => one.href));
  for (const address of menu) expect(named(address), `${address} of the menu is a page of the table`).not.toBeNull();
  const board = menu.filter((one) => one.endsWith('/desk/today')).map((one) => `${one}?day=${tomorrow()}`);
  const account = new URL('/desk/account', page.url()).href;
  const ahead = [...board, ...menu, account];
  if (menu.some((one) => one.endsWith('/desk/people'))) ahead.push(await found(visitor));
  const seen = new Map();
  while (ahead.length) {
    const address = ahead.shift();
    const what = named(address);
    if (!what || seen.has(what.name)) continue;
    seen.set(what.name, what.route);
    await test.step(what.name, async () => {
      const answer = await visitor.goes(address);
      expect(answer.status(), address).toBe(200);
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
      await fitsEverywhere(visitor, `${role} ${what.name}`);
      if (looker(what.route) === role) await looks(visitor, `${role} ${what.name}`, { dark: !what.fresh, low: menu.includes(address) });
      ahead.push(...(await linked(page)));
    });
  }
  test.info().annotations.push({ type: 'pages', description: [...seen.keys()].join(', ') });
  const mine = PAGES.filter((one) => !NO_PAGE.has(one.path) && (one.roles === 'everybody' || one.roles.includes(role)));
  const came = new Set(seen.values());
  const missed = mine.map((one) => one.path).filter((path) => !came.has(path) && !UNLINKED.get(path)?.(role));
  expect(missed, 'pages that a role may have and no link leads to').toEqual([]);
}

/** Pages that are come to by more than links, by whom; other stories come to them. */
const UNLINKED = new Map([
  ['/desk/account/calendar', (role) => role !== 'practitioner'],
  // The list of looks names people by their entries; a card, which an inspector never opens, leads to those at one person.
  ['/desk/looks/{id}', (role) => role === 'inspector'],
]);

test('the door, and what stands before the desk', async ({ anna: visitor }) => {
  const { page } = visitor;
  const one = await hire({ login: 'pages-door', role: 'registrar', name: 'Порогова Инна Львовна' });
  const look = async (name) => {
    await fitsEverywhere(visitor, name);
    await looks(visitor, name);
  };
  await visitor.goes('/desk/sign-in');
  await look('signing in');
  await one.says(visitor);
  await page.getByLabel(visitor.say('desk-code'), { exact: true }).fill('000000');
  await page.getByRole('button', { name: visitor.say('desk-enter'), exact: true }).click();
  await expect(page.getByRole('alert').first()).toContainText(visitor.say('desk-sign-in-wrong'));
  await look('a wrong code');
  await visitor.goes('/desk/welcome/none');
  await look('an invitation that is none');
  await visitor.goes('/desk/demo');
  await look('beginning the demonstration again');
  await one.beginsWork(visitor);
  await visitor.goes('/desk/staff');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(visitor.say('desk-trouble-not-allowed-title'));
  await look('not for this role');
  await page.getByRole('banner').getByRole('button', { name: visitor.say('desk-lock') }).click();
  await page.waitForURL(/switch/);
  await look('who works?');
});

test('a partner is invited, comes in, and every page looks well to them', async ({ anna: visitor, opens }) => {
  test.setTimeout(120_000);
  const { page } = visitor;
  const admin = await hire({ login: 'pages-inviting', role: 'administrator', name: 'Приглашалов Игорь Львович' });
  await admin.beginsWork(visitor);
  await visitor.goes('/desk/staff');
  await page.getByLabel(visitor.say('desk-staff-name')).fill('Договорнова Елена Ивановна');
  await page.getByLabel(visitor.say('desk-login'), { exact: true }).fill('pages-partner');
  await page.getByLabel(visitor.say('desk-role'), { exact: true }).selectOption('partner');
  await page.getByText(visitor.say('desk-staff-contract'), { exact: true }).click();
  await page.getByLabel(visitor.say('desk-staff-contract-number')).fill('№ 7 от 1 ноября 2026 года');
  for (const named of ['desk-action-see-board', 'desk-purpose-services', 'desk-category-identity', 'desk-category-special']) {
    await page.getByLabel(visitor.say(named), { exact: true }).check();
  }
  await page.getByRole('button', { name: visitor.say('desk-staff-invite-do') }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(visitor.say('desk-invited-title'));
  await fitsEverywhere(visitor, 'an invitation');
  await axeFindsNothing(visitor, 'an invitation');
  const link = /https?:\/\/\S+\/desk\/welcome\/[\w-]+/.exec(await page.getByRole('main').innerText())[0];
  const partner = await opens();
  await partner.goes(link);
  await fitsEverywhere(partner, 'welcome');
  await axeFindsNothing(partner, 'welcome');
  const invited = await Colleague.accepts(partner, { login: 'pages-partner', name: 'Договорнова Елена Ивановна' });
  await fitsEverywhere(partner, 'codes of recovery');
  await axeFindsNothing(partner, 'codes of recovery');
  await partner.page.getByRole('main').getByRole('link', { name: partner.say('desk-recovery-next') }).or(partner.page.getByRole('main').getByRole('button', { name: partner.say('desk-recovery-next') })).click();
  await partner.page.waitForLoadState();
  if (partner.page.url().includes('sign-in')) await invited.beginsWork(partner);
  await walks(partner, 'partner');
});
