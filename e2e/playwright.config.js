// Which stories are told where. `cargo xtask e2e` gives the binary, the browser and the databases; see README.md.
import { defineConfig } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from './house/browser.js';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };
const DESK = { viewport: { width: 1280, height: 800 } };

/** Told in every language, size, and with and without scripts. */
const EVERYWHERE = /stories\/booking\.spec\.js/;
/** Told once with scripts and once without, in different sizes and languages. */
const BOTH_WAYS = /stories\/(managing|keyboard|back|taken|refusing|wrong)\.spec\.js/;
/** What looks at every page and step by itself, in both sizes and themes. */
const ONCE = /stories\/(guards|pages|steps|zoom|lowvision|hold)\.spec\.js/;
const LONG = Boolean(process.env.MEDOK_E2E_LONG);
const SHOTS = process.env.MEDOK_E2E_SHOTS;

const matrix = ['ru', 'en'].flatMap((language) =>
  Object.entries({ 360: PHONE, 1280: DESK }).flatMap(([width, size]) =>
    [true, false].map((javaScriptEnabled) => {
      const twice = (language === 'ru' && width === '360' && javaScriptEnabled) || (language === 'en' && width === '1280' && !javaScriptEnabled);
      const once = language === 'ru' && width === '360' && javaScriptEnabled;
      return {
        name: `${language} ${width}${javaScriptEnabled ? '' : ' no scripts'}`,
        use: { ...size, language, javaScriptEnabled },
        testMatch: [EVERYWHERE, ...(twice || LONG ? [BOTH_WAYS] : []), ...(once ? [ONCE] : [])],
      };
    }),
  ),
);

const postgres = process.env.MEDOK_E2E_DATABASE
  ? [{ name: 'postgres', use: { ...PHONE, language: 'ru', clinic: 'postgres' }, testMatch: EVERYWHERE }]
  : [];

/** Who works at the desk has a computer. */
const desk = { name: 'desk', use: { ...DESK, language: 'ru', clinic: 'desk' }, testMatch: /stories\/desk-.*\.spec\.js/ };

export default defineConfig({
  testDir: 'stories',
  globalSetup: './house/setup.js',
  outputDir: process.env.MEDOK_E2E_OUTPUT || '../target/e2e',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  // A story that fails now and then has found something: it is not told again until it passes.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 10_000,
    launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS },
  },
  projects: SHOTS ? [{ name: 'shots', testMatch: /stories\/shots\.js/, use: DESK }] : [...matrix, desk, ...postgres],
});
