// Somebody of the clinic's staff: hired by the command that clinics use, with a device that shows one-time codes.
//
// Invariant: each story hires its own people, so none depends on another.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { expect } from '@playwright/test';
import { dataVariable } from './setup.js';

/** A password that will do. */
const PASSWORD = 'лошадь верно скрепка';
const STEP_MS = 30_000;

/**
 * Hires somebody: `medok staff add`, carried out by the running server.
 *
 * @param {object} wish
 * @param {string} [wish.clinic] of `setup.js`
 * @param {string} wish.login unlike any other story's
 * @param {string} wish.role its code: `registrar`
 * @param {string} wish.name
 * @param {string} [wish.practitioner] the practitioner's code, for a practitioner
 * @returns {Promise<Colleague>}
 */
export async function hire({ clinic = 'desk', login, role, name, practitioner }) {
  const wishes = ['--login', login, '--role', role, '--name', name, ...(practitioner ? ['--practitioner', practitioner] : [])];
  const { MEDOK_TEST_BINARY: binary, [dataVariable(clinic)]: data, ...rest } = process.env;
  const env = Object.fromEntries(Object.entries(rest).filter(([variable]) => !variable.startsWith('MEDOK_')));
  const command = spawn(binary, ['staff', 'add', '--data', data, ...wishes, '--password-stdin'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  command.stdin.end(`${PASSWORD}\n`);
  let told = '';
  for await (const text of command.stdout.setEncoding('utf8')) told += text;
  const address = /^otpauth:\S+$/m.exec(told)?.[0];
  if (!address) throw new Error(`medok staff add ${login}: no second factor was told`);
  const recovery = [...told.matchAll(/^recovery (\S+)$/gm)].map(([, code]) => code);
  return new Colleague({ login, name, secret: new URL(address).searchParams.get('secret'), recovery });
}

/** A colleague, with what they know and have. */
export class Colleague {
  #key;
  #last = 0;

  constructor({ login, name, secret, recovery }) {
    Object.assign(this, { login, name, password: PASSWORD, recovery });
    this.#key = base32(secret);
  }

  /** A code that was not shown before: each counts once, and the next one counts already (RFC 6238 §5.2). */
  code() {
    this.#last = Math.max(this.#last + 1, Math.floor(Date.now() / STEP_MS));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(this.#last));
    const hash = createHmac('sha1', this.#key).update(counter).digest();
    const number = hash.readUInt32BE(hash.at(-1) & 0xf) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
  }

  /** Signs in with password and code in a visitor's browser, and accepts the obligation where it was not yet. */
  async beginsWork(visitor) {
    const { page } = visitor;
    const say = (key) => visitor.say(key);
    await page.goto('/desk/sign-in?to=/desk');
    await this.says({ page, say });
    await page.getByLabel(say('desk-code'), { exact: true }).fill(this.code());
    await page.getByRole('button', { name: say('desk-enter'), exact: true }).click();
    await page.waitForURL((url) => url.pathname !== '/desk/sign-in');
    if (new URL(page.url()).pathname === '/desk/obligation') {
      await page.getByLabel(say('desk-obligation-yes')).check();
      await page.locator('main').getByRole('button').click();
      await page.waitForURL((url) => url.pathname !== '/desk/obligation');
    }
    await expect(page.getByRole('banner')).toContainText(this.name);
  }

  /** On the page of an invitation: accepts it, with a password and a device of one's own. */
  static async accepts(visitor, { login, name }) {
    const { page } = visitor;
    const key = (await page.locator('.key').first().innerText()).replace(/\s+/g, '');
    const one = new Colleague({ login, name, secret: key, recovery: [] });
    await page.getByLabel(visitor.say('desk-new-password'), { exact: true }).fill(PASSWORD);
    await page.getByLabel(visitor.say('desk-new-password-again'), { exact: true }).fill(PASSWORD);
    await page.getByLabel(visitor.say('desk-code'), { exact: true }).fill(one.code());
    await page.getByLabel(visitor.say('desk-obligation-yes')).check();
    await page.getByRole('main').getByRole('button').last().click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(visitor.say('desk-recovery-title'));
    return one;
  }

  /** Types login and password. */
  async says(visitor) {
    const { page } = visitor;
    const say = (key) => visitor.say(key);
    await page.getByLabel(say('desk-login'), { exact: true }).fill(this.login);
    await page.getByLabel(say('desk-password'), { exact: true }).fill(this.password);
  }
}

/** RFC 4648 §6. */
function base32(text) {
  const bits = [...text.replace(/=+$/, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
