// A passkey of an employee, in a browser with an authenticator: added, shown beside the password, alone at a shared computer.
import { looksWell } from '../house/checks.js';
import { hire } from '../house/colleague.js';
import { expect, test } from '../house/story.js';

/** Gives the browser an authenticator that verifies its user (WebDriver's virtual authenticators, over CDP). */
async function authenticator(page, isUserVerified = true) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
  return {
    keys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    verifies: (value) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: value }),
  };
}

async function addsKey({ page, say }, colleague, title) {
  await page.goto('/desk/account');
  await page.getByLabel(say('desk-passkey-name'), { exact: true }).fill(title);
  await page.getByLabel(say('desk-passkey-password'), { exact: true }).fill(colleague.password);
  await page.getByRole('button', { name: say('desk-passkey-add') }).click();
}

test('a passkey opens the door beside the password, until it is taken away', async ({ anna: visitor }) => {
  const { page } = visitor;
  const say = (key) => visitor.say(key);
  const anna = await hire({ login: 'passkey-anna', role: 'registrar', name: 'Ключевская Анна' });
  const device = await authenticator(page);
  await anna.beginsWork({ page, say });
  await addsKey({ page, say }, anna, 'Мой телефон');
  await expect(page.getByRole('status').first()).toContainText(say('desk-passkey-added'));
  await expect(page.getByRole('rowheader', { name: 'Мой телефон' })).toBeVisible();
  const [key] = await device.keys();
  expect(key).toMatchObject({ isResidentCredential: true, rpId: 'localhost' });
  await looksWell(visitor, 'one’s own passkeys');

  await page.getByRole('banner').getByRole('button', { name: say('desk-sign-out') }).click();
  await expect(page).toHaveURL(/sign-in/);
  // Without login and password the key is not even asked for.
  await page.getByRole('button', { name: say('desk-passkey-enter') }).click();
  await expect(page).toHaveURL(/sign-in/);
  await anna.says({ page, say });
  await page.getByRole('button', { name: say('desk-passkey-enter') }).click();
  await expect(page.getByRole('banner')).toContainText('Ключевская Анна');

  await page.goto('/desk/account');
  await expect(page.getByText(say('desk-passkey-unused'))).toHaveCount(0);
  await page.getByRole('button', { name: say('desk-passkey-remove') }).click();
  await expect(page.getByRole('status').first()).toContainText(say('desk-passkey-removed'));
  await page.getByRole('banner').getByRole('button', { name: say('desk-sign-out') }).click();
  await anna.says({ page, say });
  await page.getByRole('button', { name: say('desk-passkey-enter') }).click();
  await expect(page.getByRole('alert').first()).toContainText(say('desk-sign-in-wrong-key'));
});

test('a passkey alone takes the place at a shared computer, when its owner proved to be there', async ({ anna: visitor }) => {
  const { page } = visitor;
  const say = (key) => visitor.say(key);
  const boris = await hire({ login: 'passkey-boris', role: 'registrar', name: 'Местный Борис' });
  const vera = await hire({ login: 'passkey-vera', role: 'registrar', name: 'Сменная Вера' });
  const device = await authenticator(page);
  await boris.beginsWork({ page, say });
  await addsKey({ page, say }, boris, 'Ключ на связке');
  await expect(page.getByRole('status').first()).toContainText(say('desk-passkey-added'));
  await page.getByRole('banner').getByRole('button', { name: say('desk-lock') }).click();
  await page.getByRole('link', { name: say('desk-switch-another') }).click();
  await vera.beginsWork({ page, say });
  await page.getByRole('banner').getByRole('button', { name: say('desk-lock') }).click();

  // Somebody else's finger.
  await device.verifies(false);
  await page.getByRole('button', { name: say('desk-passkey-switch'), exact: true }).click();
  await expect(page.getByText(say('desk-passkey-none'))).toBeVisible({ timeout: 30_000 });
  await device.verifies(true);
  await page.getByRole('button', { name: say('desk-passkey-switch'), exact: true }).click();
  await expect(page.getByRole('banner')).toContainText('Местный Борис');
});
