// The addresses of the desk, and who may have them, as the story of the routes holds them against the program itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const TABLE = readFileSync(join(ROOT, 'crates/journeys/tests/all/desk/routes.rs'), 'utf8');
const ROLES = readFileSync(join(ROOT, 'crates/trust/src/access/roles.toml'), 'utf8');

/** Every role, by its code. */
export const roles = () => [...ROLES.matchAll(/^code = "(\w+)"$/gm)].map(([, code]) => code);

/** The lists of roles that the table gives a name. */
const LISTS = new Map([...TABLE.matchAll(/^const (\w+): Who = Roles\(&\[([^\]]*)\]\);/gm)].map(([, name, list]) => [name, quoted(list)]));

/**
 * Every page of the desk: what is had by GET, and who may have it.
 *
 * @returns {{path: string, roles: 'anybody' | 'everybody' | string[], fits: RegExp}[]}
 */
export function pages() {
  const rows = [...TABLE.matchAll(/\(\s*"GET",\s*"([^"]+)",\s*(\w+(?:\(&\[[^\]]*\]\))?),?\s*\)/g)];
  return rows.map(([, path, who]) => ({
    path,
    roles: who === 'Anybody' ? 'anybody' : who === 'Everybody' ? 'everybody' : (LISTS.get(who) ?? quoted(who)),
    fits: new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`),
  }));
}

function quoted(text) {
  return [...text.matchAll(/"(\w+)"/g)].map(([, word]) => word);
}
