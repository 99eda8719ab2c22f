// What every story is told with: a clinic, a language, a visitor, and the guards around all that is opened.
import { test as base, expect } from '@playwright/test';
import { Guard } from './guards.js';
import { originVariable } from './setup.js';
import { Visitor } from './visitor.js';
import { words } from './words.js';

export { expect };

/** The browser's wish for each language of the site. */
const LOCALES = { ru: 'ru-RU', en: 'en-GB' };

export const test = base.extend({
  /** Which clinic of `setup.js` the story happens in. */
  clinic: ['sqlite', { option: true }],
  /** Which language the visitor's browser asks for. @type {import('./words.js').Language} */
  language: ['ru', { option: true }],
  locale: async ({ language }, use) => use(LOCALES[language]),
  baseURL: async ({ clinic }, use) => {
    const origin = process.env[originVariable(clinic)];
    if (!origin) throw new Error(`no clinic \`${clinic}\` was started`);
    await use(origin);
  },
  /** The words of the pages. */
  words: async ({ language }, use) => use(words(language)),

  /**
   * Opens browsers of further people, each guarded: `await opens({ javaScriptEnabled: false })`. A story's own visitor
   * is one of them. All that the guards found is told at the end.
   */
  opens: async ({ browser, baseURL, contextOptions, language, words }, use, info) => {
    const opened = [];
    const project = info.project.use;
    await use(async ({ friends, words: said, ...asked } = {}) => {
      const home = asked.baseURL ?? baseURL;
      const context = await browser.newContext({
        ...contextOptions,
        baseURL,
        locale: LOCALES[language],
        timezoneId: 'Europe/Moscow',
        viewport: project.viewport,
        hasTouch: project.hasTouch,
        javaScriptEnabled: project.javaScriptEnabled,
        acceptDownloads: true,
        ...asked,
      });
      context.setDefaultTimeout(project.actionTimeout ?? 10_000);
      const guard = new Guard(context, new URL(home).origin, friends);
      const page = await context.newPage();
      const visitor = new Visitor({ page, words: said ?? words, guard, seed: [info.project.name, ...info.titlePath, opened.length].join('/') });
      opened.push({ context, guard, page });
      return visitor;
    });
    const faults = [];
    for (const [at, { context, guard, page }] of opened.entries()) {
      faults.push(...(await guard.told()));
      if (info.status !== info.expectedStatus) {
        await info.attach(`visitor-${at + 1}`, { body: await page.screenshot({ fullPage: true }).catch(() => Buffer.alloc(0)), contentType: 'image/png' });
      }
      await context.close();
    }
    expect([...new Set(faults)].join('\n'), 'what no page may do').toBe('');
  },

  /** The story's own visitor. */
  anna: async ({ opens }, use) => use(await opens()),
});
