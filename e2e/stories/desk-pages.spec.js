// Every page of the desk, for every role: what its menu leads to and what these pages lead to. None is ugly to a screen
// reader, wider than the window, or noisy in the console (the guards).
//
// Invariant: the list of pages is the program's own. A page that nobody comes to fails the story.
import { axeFindsNothing, fits, looksDark } from '../house/checks.js';
import { hire } from '../house/colleague.js';
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

/** Roles that see the same pages as another, so that one look in the dark is enough. */
const IN_THE_DARK = ['registrar', 'responsible', 'administrator', 'supervisor'];

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
  return { route: page.path, name: [page.path, kind, fresh, ...view].filter(Boolean).join(' ') };
}

/** The addresses of the desk to which a page leads. */
async function linked(page) {
  return page.evaluate(() => [...document.querySelectorAll('a[href]:not([download])')].map((one) => one.href).filter((one) => one.startsWith(location.origin)));
}

/** Looks at the page: axe at the size of a desk, and nothing that sticks out at any. */
async function looks(visitor, name) {
  await axeFindsNothing(visitor, name);
  for (const width of [1280, 390, 320]) {
    await visitor.page.setViewportSize({ width, height: 800 });
    // Names on the board are shortened to their column; the panel has them whole.
    await fits(visitor, `${name}, ${width}`, '#board');
  }
  await visitor.page.setViewportSize({ width: 1280, height: 800 });
}

for (const role of roles().filter((one) => one !== 'partner')) {
  test(`every page looks well to: ${role}`, async ({ anna: visitor }) => {
    test.setTimeout(150_000);
    const { page } = visitor;
    const practitioner = role === 'practitioner' ? 'oduvanchikova' : undefined;
    const one = await hire({ login: `pages-${role}`, role, name: 'Смотрова Людмила Аркадьевна', practitioner });
    await one.beginsWork(visitor);
    await walks(visitor, role);
    expect(page.url()).toContain('/desk/');
  });
}

/** Goes to every page that can be come to by links, and looks at each. */
async function walks(visitor, role) {
  const { page } = visitor;
  const menu = await page.getByRole('banner').getByRole('navigation').getByRole('link').evaluateAll((links) => links.map((one) => one.href));
  for (const address of menu) expect(named(address), `${address} of the menu is a page of the table`).not.toBeNull();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const board = menu.filter((one) => one.endsWith('/desk/today')).map((one) => `${one}?day=${tomorrow}`);
  const account = new URL('/desk/account', page.url()).href;
  const ahead = [...board, ...menu, account];
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
      await looks(visitor, `${role} ${what.name}`);
      if (IN_THE_DARK.includes(role)) await looksDark(visitor, `${role} ${what.name}`);
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
]);
