// Lighthouse over the pages a patient sees first, as on a phone. Prints the scores and, where one is not 100, why.
// Run by `cargo xtask e2e --lighthouse`.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../house/browser.js';
import { startClinic } from '../house/server.js';

const PAGES = ['/', '/doctors', '/book', '/policy'];
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

/** What the person who runs it may look at afterwards. */
const FOLDER = join(process.env.MEDOK_E2E_OUTPUT || join(import.meta.dirname, '../../target/e2e'), 'lighthouse');
const COMMAND = join(import.meta.dirname, 'node_modules/lighthouse/cli/index.js');

/** Lighthouse's own report of a page; also written as HTML. */
async function measured(origin, path) {
  const name = join(FOLDER, path.replaceAll('/', '') || 'home');
  // A browser that asks for English is given English at the bare address, whose own address is another (`?language=en`).
  const flags = ['--headless=new', '--accept-lang=ru-RU', ...CHROMIUM_ARGUMENTS].join(' ');
  await promisify(execFile)(
    process.execPath,
    [COMMAND, origin + path, '--quiet', '--output=json', '--output=html', `--output-path=${name}`, `--chrome-flags=${flags}`, `--only-categories=${CATEGORIES}`],
    { env: { ...process.env, CHROME_PATH: CHROMIUM }, maxBuffer: 1 << 26 },
  );
  return JSON.parse(readFileSync(`${name}.report.json`, 'utf8'));
}

/** The audits that took something from a score, a line each. */
function reasons(report) {
  const taking = ({ id, weight }) => weight > 0 && report.audits[id].score !== null && report.audits[id].score < 1;
  return CATEGORIES.flatMap((category) =>
    report.categories[category].auditRefs.filter(taking).map(({ id }) => {
      const { title, displayValue = '', score } = report.audits[id];
      return `  ${category}: ${title} ${displayValue} (${score})`;
    }),
  );
}

const clinic = await startClinic({ name: 'lighthouse', binary: process.env.MEDOK_TEST_BINARY });
try {
  mkdirSync(FOLDER, { recursive: true });
  console.log(['page'.padEnd(10), ...CATEGORIES.map((name) => name.padStart(15))].join(''));
  for (const path of PAGES) {
    const report = await measured(clinic.origin, path);
    if (report.runtimeError) throw new Error(`${path}: ${report.runtimeError.message}`);
    const scores = CATEGORIES.map((name) => Math.round(report.categories[name].score * 100));
    console.log([path.padEnd(10), ...scores.map((score) => String(score).padStart(15))].join(''));
    for (const reason of reasons(report)) console.log(reason);
  }
  console.log(`The whole reports are in ${FOLDER}`);
} finally {
  await clinic.end();
}
