// Before all stories: the clinics they happen in. After them: nothing is left of these.
import { existsSync } from 'node:fs';
import { startClinic } from './server.js';

/** The clinics and the settings in which they differ. */
const CLINICS = {
  sqlite: {},
  // The shortest hold there is, for who waits too long.
  brief: { settings: 'hold_minutes = 1' },
  // The desk, under a name: its people are hired by the stories themselves (`colleague.js`).
  desk: { named: true },
};

/** Where a story finds its clinic's origin; workers inherit the environment. */
export const originVariable = (clinic) => `MEDOK_E2E_ORIGIN_${clinic.toUpperCase()}`;

/** Where a story finds its clinic's data folder. */
export const dataVariable = (clinic) => `MEDOK_E2E_DATA_${clinic.toUpperCase()}`;

/** Starts the clinics; what it returns ends them. */
export default async function setup() {
  // Whoever ends without a verdict has failed; Playwright sets its own at the end.
  process.exitCode = 1;
  const binary = process.env.MEDOK_TEST_BINARY;
  if (!binary || !existsSync(binary)) {
    throw new Error('MEDOK_TEST_BINARY names no built medok; run `cargo xtask e2e`, or build it and name it yourself');
  }
  const database = process.env.MEDOK_E2E_DATABASE;
  const wanted = Object.entries(database ? { ...CLINICS, postgres: { database } } : CLINICS);
  const started = await Promise.allSettled(wanted.map(([name, wish]) => startClinic({ name, binary, ...wish })));
  const running = started.filter((one) => one.status === 'fulfilled').map((one) => one.value);
  const end = () => Promise.all(running.map((clinic) => clinic.end()));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await end();
    throw failed.reason;
  }
  wanted.forEach(([name], at) => {
    process.env[originVariable(name)] = running[at].origin;
    process.env[dataVariable(name)] = running[at].data;
  });
  return end;
}
