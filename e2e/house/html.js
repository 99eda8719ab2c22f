// Whether HTML is what the standard allows.
//
// html-validate is chosen over the Nu validator: it needs no Java and asks nobody, so it runs with every page of every
// story. Its set `standard` holds what the HTML standard says and none of its authors' taste, `document` what only a
// whole page can have wrong: references to nothing, boxes without a label, headings that skip a level.
import { createHash } from 'node:crypto';
import { HtmlValidate } from 'html-validate';

const VALIDATOR = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:document'],
  rules: {
    // Files come from the site itself under names that hold their hash; no host in between could change one alone.
    'require-sri': 'off',
  },
});

/** Parts of a page, which a script lays into one: held to the same standard, but for what only a whole document has. */
const PARTS = new HtmlValidate({ root: true, extends: ['html-validate:standard'], rules: { 'require-sri': 'off', 'missing-doctype': 'off' } });

/** Pages that were read already, by their hash. */
const SEEN = new Map();

/**
 * What is wrong with a document, a line each.
 *
 * @param {string} html as served
 * @param {boolean} isPart whether it is a part of a page
 * @returns {Promise<string[]>}
 */
export async function validated(html, isPart = false) {
  const hash = createHash('sha256').update(html).digest('base64');
  if (!SEEN.has(hash)) SEEN.set(hash, await errors(html, isPart));
  return SEEN.get(hash);
}

async function errors(html, isPart) {
  const report = await (isPart ? PARTS : VALIDATOR).validateString(html);
  const lines = html.split('\n');
  return report.results.flatMap((result) =>
    result.messages.map((one) => `${one.ruleId}: ${one.message} (line ${one.line}: ${(lines[one.line - 1] ?? '').trim().slice(0, 160)})`),
  );
}
