// What holds of every page, at any size, in any theme.
import { AxeBuilder } from '@axe-core/playwright';

/** WCAG 2.2 at level AA, which holds ГОСТ Р 52872-2019, and what axe's authors hold for good. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Both sizes and both themes. A theme changes colours alone: in the dark one only what depends on these is asked. */
const SIGHTS = [
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
  { width: 1280, height: 800, colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
  { width: 1280, height: 800, colorScheme: 'light' },
];

/** The narrowest page that must need no scrolling sideways (WCAG 2.2, 1.4.10). */
const NARROWEST = 320;

/**
 * Looks at the page with axe in both sizes and themes, and at its width; puts the size back. The visitor's guard hears
 * what is found, so that one walk tells of all pages.
 *
 * @param {import('./visitor.js').Visitor} visitor
 * @param {string} name of the sight
 */
export async function looksWell({ page, guard }, name) {
  const before = page.viewportSize();
  for (const { colorScheme, rules, ...size } of SIGHTS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await axeFindsNothing({ page, guard }, `${name}, ${size.width}, ${colorScheme}`, rules);
  }
  await page.setViewportSize({ width: NARROWEST, height: 640 });
  await fits({ page, guard }, `${name}, ${NARROWEST}`);
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}

/** Looks at the colours of the page as it is, in the dark. */
export async function looksDark({ page, guard }, name) {
  await page.emulateMedia({ colorScheme: 'dark' });
  await axeFindsNothing({ page, guard }, `${name}, dark`, ['color-contrast', 'link-in-text-block']);
  await page.emulateMedia({ colorScheme: null });
}

/** No violation of the rules, which are all of those above unless some are named. */
export async function axeFindsNothing({ page, guard }, name, rules) {
  // Pages have no frames, so axe need not open a page of its own to put their answers together.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  // The board's columns are made alike, a dozen of them with a hundred cards: three are looked at.
  axe.exclude('#board .column:nth-of-type(n + 4)');
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(TAGS)).analyze();
  for (const { id, help, nodes } of violations) {
    for (const { target, any, all } of nodes) {
      const why = [...any, ...all].map((check) => check.message).join('; ');
      guard.finds(`axe: ${id}: ${help}: ${target.join(' ')}${why && ` — ${why}`}`, name);
    }
  }
}

/** Nothing sticks out sideways and no text is cut off, but within what is named as shortened on purpose. */
export async function fits({ page, guard }, name, shortened = null) {
  const told = await page.evaluate((shortened) => {
    const root = document.documentElement;
    const found = [];
    const named = (element) => `<${element.tagName.toLowerCase()} class="${element.className}"> “${element.textContent.trim().slice(0, 40)}”`;
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5);
      found.push(`the page is ${root.scrollWidth} wide in a window of ${root.clientWidth}: ${wide.slice(-3).map(named).join(', ')}`);
    }
    for (const element of document.body.querySelectorAll('*')) {
      const style = getComputedStyle(element);
      const hides = (side) => ['hidden', 'clip'].includes(side);
      const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      // What only a screen reader is told is a pixel large on purpose.
      const isForEars = element.clientWidth <= 1 || style.clipPath !== 'none' || style.position === 'absolute';
      if (!hasText || isForEars || !element.checkVisibility() || (shortened && element.closest(shortened))) continue;
      if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1) found.push(`cut at the side: ${named(element)}`);
      if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1) found.push(`cut at the foot: ${named(element)}`);
    }
    return found;
  }, shortened);
  for (const one of told) guard.finds(`does not fit: ${one}`, name);
}
