// The words of the pages, read from where the house keeps them, so that a change of wording changes no story.
//
// Of Fluent only what is needed: a message a line, places in braces. Of TOML only blocks of `name = { ru = "…" }`.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const LOCALES = join(ROOT, 'crates/web/locales');
const TEXTS = join(ROOT, 'crates/trust/texts');

/** @typedef {'ru' | 'en'} Language */

/** @type {Record<Language, Map<string, string>>} */
const MESSAGES = { ru: messages('ru'), en: messages('en') };
const FIELDS = blocks(join(TEXTS, 'fields.toml'), 'fields');
const CONSENTS = blocks(join(TEXTS, 'declarations/booking.toml'), 'consents');

/**
 * What the pages say in a language.
 *
 * @param {Language} language
 */
export function words(language) {
  const known = MESSAGES[language];
  const raw = (key) => {
    const text = known.get(key);
    if (text === undefined) throw new Error(`no message \`${key}\` in ${language}`);
    return text;
  };
  /** The text of a message; places are filled with `values`. */
  const say = (key, values = {}) => {
    return raw(key).replace(/\{ *\$(\w+) *\}/g, (_, name) => values[name] ?? '');
  };
  return {
    language,
    say,
    /** The message as a pattern in which a place is anything. */
    pattern: (key) => new RegExp(escaped(raw(key)).replace(/\\\{ *\\\$\w+ *\\\}/g, '.+')),
    /** Whether there is such a message: what has no words is not built yet. */
    knows: (key) => known.has(key),
    /** The label of a field by its code: `surname`. */
    label: (code) => textOf(FIELDS, 'code', code, 'label')[language],
    /** An option of a field: `basis`, `parent`. */
    option: (field, code) => options(field).find((one) => one.code === code)[language],
    /** The sentences that stand beside the boxes when booking for `whom`. */
    consents: (whom) =>
      CONSENTS.filter((block) => !/^for = /m.test(block) || new RegExp(`^for = \\[.*"${whom}"`, 'm').test(block)).map(
        (block) => pair(/^sentence = (.*)$/m.exec(block)[1])[language],
      ),
  };
}

/** Makes a text match itself in a pattern. */
export function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Every message of every file of a language; a continued message keeps its last variant, which is the general one. */
function messages(language) {
  const folder = join(LOCALES, language);
  const found = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ftl'))) {
    for (const [, key, text] of readFileSync(join(folder, file), 'utf8').matchAll(/^([a-z][\w-]*) = (.*)$/gm)) {
      found.set(key, text);
    }
  }
  return found;
}

/** The blocks `[[name]]` of a file, each as its text. */
function blocks(file, name) {
  return readFileSync(file, 'utf8')
    .split(/^(?=\[)/m)
    .filter((block) => block.startsWith(`[[${name}]]`));
}

function textOf(all, key, value, wanted) {
  const block = all.find((one) => new RegExp(`^${key} = "${value}"$`, 'm').test(one));
  if (!block) throw new Error(`no block with ${key} = "${value}"`);
  return pair(new RegExp(`^${wanted} = (.*)$`, 'm').exec(block)[1]);
}

function options(field) {
  const block = FIELDS.find((one) => new RegExp(`^code = "${field}"$`, 'm').test(one));
  return [...block.matchAll(/\{ code = "(\w+)", label = (\{.*?\}) \}/g)].map(([, code, label]) => ({ code, ...pair(label) }));
}

/** `{ ru = "…", en = "…" }`. */
function pair(text) {
  return {
    ru: JSON.parse(/\bru = ("(?:[^"\\]|\\.)*")/.exec(text)[1]),
    en: JSON.parse(/\ben = ("(?:[^"\\]|\\.)*")/.exec(text)[1]),
  };
}
