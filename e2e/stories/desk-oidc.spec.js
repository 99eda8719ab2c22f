// Signing in at the clinic's own provider of identities: a real one, in a process beside the clinic's.
import { axeFindsNothing } from '../house/checks.js';
import { hire } from '../house/colleague.js';
import { CLIENT, Issuer } from '../house/provider.js';
import { startClinic } from '../house/server.js';
import { dataVariable } from '../house/setup.js';
import { expect, test } from '../house/story.js';

const NAME = 'учётная запись клиники';

test('staff sign in at the clinic’s own provider', async ({ opens }) => {
  test.setTimeout(240_000);
  const issuer = await new Issuer().begins();
  const settings = `[desk.identity_provider]\nissuer = "${issuer.origin}"\nclient_id = "${CLIENT}"\ntitle = "${NAME}"\nstrong_methods = ["mfa"]`;
  const clinic = await startClinic({ name: 'oidc', binary: process.env.MEDOK_TEST_BINARY, named: true, settings });
  process.env[dataVariable('oidc')] = clinic.data;
  try {
    await told({ issuer, clinic, opens: () => opens({ baseURL: clinic.origin, friends: [issuer.origin] }) });
  } finally {
    await issuer.ends();
    await clinic.end();
  }
});

/** The story. */
async function told({ issuer, clinic, opens }) {
  const admin = await hire({ clinic: 'oidc', login: 'oidc-admin', role: 'administrator', name: 'Петров Игорь Львович' });
  const anna = await hire({ clinic: 'oidc', login: 'oidc-anna', role: 'registrar', name: 'Соколова Анна Петровна' });
  const keeper = await opens();
  const say = (key, values) => keeper.say(key, values);
  const enter = say('desk-provider-enter', { title: NAME });

  await test.step('the provider is down: that is said, and the way in of the clinic itself remains', async () => {
    const visitor = await opens();
    visitor.guard.down.add('/desk/provider');
    await visitor.goes('/desk/sign-in');
    await visitor.page.getByRole('link', { name: enter }).click();
    await expect(visitor.page.getByRole('alert')).toContainText(say('desk-provider-down'));
    await axeFindsNothing(visitor, 'the provider is down');
    await visitor.page.getByRole('link', { name: say('desk-provider-local') }).click();
    await anna.beginsWork(visitor);
  });

  await issuer.serves(clinic.origin);

  await test.step('whom nobody linked is told so', async () => {
    const visitor = await opens();
    await throughProvider(visitor, enter, 'subject-anna');
    await expect(visitor.page.getByRole('alert')).toContainText(say('desk-provider-unknown'));
    await expect(visitor.page.getByRole('link', { name: say('desk-provider-local') })).toBeVisible();
  });

  await test.step('the administrator links the employee', async () => {
    await admin.beginsWork(keeper);
    await links(keeper, anna, 'subject-anna');
  });

  await test.step('the provider vouches for a password alone: our own second factor is asked', async () => {
    const visitor = await opens();
    await throughProvider(visitor, enter, 'subject-anna');
    await expect(visitor.page.getByText(say('desk-provider-second-about'))).toBeVisible();
    await axeFindsNothing(visitor, 'the second factor after the provider');
    await visitor.page.getByLabel(say('desk-code'), { exact: true }).fill(anna.code());
    await visitor.page.getByRole('button', { name: say('desk-enter'), exact: true }).click();
    await expect(visitor.page.getByRole('banner')).toContainText(anna.name);
  });

  const strong = await opens();
  await test.step('it vouches for a second factor: ours is not asked', async () => {
    issuer.methods.set('subject-anna', ['pwd', 'mfa']);
    await throughProvider(strong, enter, 'subject-anna');
    await expect(strong.page.getByRole('banner')).toContainText(anna.name);
    await expect(strong.page).toHaveURL(/\/desk\/today/);
  });

  await test.step('whoever is dismissed is out, and does not come back by the provider', async () => {
    const { page } = keeper;
    await page.getByRole('checkbox', { name: say('desk-staff-dismiss-sure', { name: anna.name }) }).check();
    await page.getByRole('button', { name: say('desk-staff-dismiss-do') }).click();
    await expect(page.getByRole('status').first()).toContainText(say('desk-staff-dismissed'));
    await expect(strong.page, 'the open board too').toHaveURL(/sign-in/);
    const visitor = await opens();
    await throughProvider(visitor, enter, 'subject-anna');
    await expect(visitor.page.getByRole('alert')).toContainText(say('desk-provider-unknown'));
  });
}

/** From the page of the door to the provider, and back. */
async function throughProvider({ page }, enter, subject) {
  await page.goto('/desk/sign-in');
  await page.getByRole('link', { name: enter }).click();
  await page.getByLabel('Логин').fill(subject);
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.waitForURL((url) => url.pathname !== '/desk/provider/back' && !url.pathname.startsWith('/hello') && !url.pathname.startsWith('/auth'), { timeout: 15_000 });
}

/** On the page of an employee: says who they are at the provider. */
async function links(visitor, colleague, subject) {
  const { page } = visitor;
  await page.goto('/desk/staff');
  await page.getByRole('link', { name: colleague.name }).click();
  await page.getByLabel(visitor.say('desk-provider-subject')).fill(subject);
  await page.getByRole('button', { name: visitor.say('desk-provider-link'), exact: true }).click();
  await expect(page.getByRole('status').first()).toContainText(visitor.say('desk-staff-changed'));
}
