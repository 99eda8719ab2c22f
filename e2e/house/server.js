// A demo clinic for the tests: `medok serve --demo` in a folder of its own.
//
// Invariant: a server does not outlive the process that started it. A small shell keeps it and waits on a pipe: when
// this process goes, however it goes, the pipe closes, and the shell ends the server and removes its folder.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const KEEPER = `
folder=$1
shift
trap : HUP INT TERM
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(while read -r _ <&3; do :; done; kill -s TERM "$server") >/dev/null 2>&1 &
exec 3<&-
code=0
while kill -0 "$server" 2>/dev/null; do
    wait "$server"
    code=$?
done
rm -rf "$folder"
exit "$code"
`;

/** How long a debug binary on a busy machine may take to fill a demo clinic. */
const PATIENCE_MS = 120_000;

/**
 * Starts a clinic and answers with its origin.
 *
 * @param {object} wish
 * @param {string} wish.name for its folder and for messages
 * @param {string} wish.binary the built `medok`
 * @param {string} [wish.settings] TOML of the `[booking]` section: `hold_minutes = 1`
 * @param {string} [wish.database] `postgres://…`; SQLite in its folder if absent
 * @param {boolean} [wish.named] whether its address is a name, `http://localhost:…`: passkeys belong to names
 * @param {(origin: string) => object} [wish.environment] further variables, once the address is known; for named ones
 * @returns {Promise<{origin: string, data: string, end: () => Promise<void>}>}
 */
export async function startClinic({ name, binary, settings = '', database, named = false, environment = () => ({}) }) {
  const folder = mkdtempSync(join(tmpdir(), `medok-e2e-${name}-`));
  const config = join(folder, 'medok.toml');
  // Many visitors here come from one address: neither requests nor holds are counted against it.
  writeFileSync(config, `limits = "off"\nlog = "warn"\n[booking]\nholds_per_client = 10000\n${settings}\n`);
  const data = join(folder, 'data');
  const port = named ? await freePort() : 0;
  const called = `http://localhost:${port}`;
  const serve = [binary, 'serve', '--demo', '--config', config, '--data', data, '--listen', `127.0.0.1:${port}`];
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MEDOK_')));
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', folder, ...serve], {
    env: { ...own, ...(database ? { MEDOK_DATABASE_URL: database } : {}), ...(named ? { MEDOK_ORIGIN: called, ...environment(called) } : {}) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => keeper.once('close', done));
  const end = async () => {
    // Waited for again: a process with nothing to wait for would end here, before anybody says how the stories went.
    keeper.ref();
    keeper.stdin.end();
    await ended;
  };
  const origin = await new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`clinic ${name}: not ready after ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    createInterface({ input: keeper.stdout }).on('line', (line) => {
      const address = /^listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address) ready(address);
    });
    keeper.once('error', failed);
    ended.then((code) => failed(new Error(`clinic ${name}: medok ended with code ${code}; its log is above`)));
    ended.finally(() => clearTimeout(late));
    keeper.unref();
  }).catch(async (error) => {
    await end();
    throw error;
  });
  return { origin: named ? called : origin, data, end };
}

/** A port that nobody listens on now. */
async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
