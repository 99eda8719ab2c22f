// A registrar's day by keyboard alone: no mouse, no address typed after the door. After each step the focus is where a person
// would look for it, and what was done is said aloud.
//
// The board of tomorrow is used, whose times are all ahead at whatever hour the story is told; who arrives, arrives today.
import { axeFindsNothing } from '../house/checks.js';
import { hire } from '../house/colleague.js';
import { expect, test } from '../house/story.js';
import { CASES } from '../house/visitor.js';

/** Somebody at a keyboard: types, presses, and knows where the focus is. */
class Typist {
  presses = 0;

  constructor(visitor) {
    this.page = visitor.page;
    this.visitor = visitor;
  }

  say(key) {
    return this.visitor.say(key);
  }

  async press(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      this.presses += 1;
    }
  }

  async type(text) {
    await this.page.keyboard.type(text);
    this.presses += text.length;
  }

  /** Presses Tab until this has the focus. */
  async tabsTo(goal, most = 30, key = 'Tab') {
    for (let at = 0; at < most; at += 1) {
      if (await goal.evaluate((one) => one === document.activeElement)) return;
      await this.press(key);
    }
    await expect(goal, `${most} times ${key}`).toBeFocused();
  }

  /** What was said last, by the live region of the desk. */
  get told() {
    return this.page.locator('#toasts[role=status]');
  }

  /** The focus is on something, and that something can be seen. */
  async keepsFocus(where) {
    const held = await this.page.evaluate(() => {
      const one = document.activeElement;
      return one && one !== document.body && one !== document.documentElement && one.checkVisibility();
    });
    expect(held, `${where}: the focus is on something`).toBe(true);
  }

  /** From a page to another, at such an address, by what `does`. */
  async turns(does, url) {
    await this.page.evaluate(() => (window.before = true));
    await does();
    await this.page.waitForFunction(() => !window.before && document.readyState === 'complete');
    await this.page.waitForURL(url);
  }
}

/** Opens the desk by password and code, without a mouse. */
async function opens(typist, colleague) {
  const { page } = typist;
  await page.goto('/desk/sign-in?to=/desk/today');
  await expect(page.locator('#login'), 'the page of the door waits for the login').toBeFocused();
  await typist.type(colleague.login);
  await typist.press('Tab');
  await typist.type(colleague.password);
  await typist.press('Tab');
  await typist.type(colleague.code());
  await typist.turns(() => typist.press('Enter'), (url) => url.pathname !== '/desk/sign-in');
  if (new URL(page.url()).pathname === '/desk/obligation') {
    await typist.tabsTo(page.getByRole('checkbox', { name: typist.say('desk-obligation-yes') }));
    await typist.press('Space');
    await typist.turns(() => typist.press('Enter'), (url) => url.pathname !== '/desk/obligation');
  }
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** The live stream is open: from here on nothing is missed. */
const listens = (page) => page.evaluate(() => new Promise((done) => {
  const look = () => (performance.getEntriesByType('resource').some((one) => one.name.includes('/desk/live')) ? done() : setTimeout(look, 50));
  setTimeout(done, 2000);
  look();
}));

test('a registrar’s day, by keyboard alone', async ({ anna: visitor, request, baseURL }) => {
  test.setTimeout(150_000);
  const olga = await hire({ login: 'day-olga', role: 'registrar', name: 'Липкина Ольга Сергеевна' });
  const vera = await hire({ login: 'day-vera', role: 'registrar', name: 'Сменная Вера Павловна' });
  const typist = new Typist(visitor);
  const { page } = visitor;
  const say = (key) => visitor.say(key);
  const heading = page.getByRole('heading', { level: 1 });
  const panel = page.locator('#panel');

  await test.step('she signs in', async () => opens(typist, olga));

  await test.step('the next day, and back, by one key each', async () => {
    const today = await heading.textContent();
    await typist.turns(() => typist.press(']'), /day=/);
    await expect(heading).not.toHaveText(today);
    await typist.turns(() => typist.press('['), /day=/);
    await expect(heading).toHaveText(today);
    await typist.turns(() => typist.press(']'), /day=/);
  });
  const day = new URL(page.url()).searchParams.get('day');

  await test.step('the keys are shown by one of them, and closed by another', async () => {
    await typist.press('?');
    const keys = page.getByRole('dialog', { name: say('desk-keys') });
    await expect(keys).toBeVisible();
    await axeFindsNothing(visitor, 'the keys');
    await typist.press('Escape');
    await expect(keys).toBeHidden();
    await typist.keepsFocus('the keys were closed');
  });

  let booked;
  await test.step('a patient books on the site: it is on the board within a second', async () => {
    await listens(page);
    const [branch] = (await (await request.get('/api/v1/branches')).json()).branches;
    const shown = await page.locator('select[name=branch]').inputValue().catch(() => null);
    const { services } = await (await request.get('/api/v1/services')).json();
    let free;
    for (const service of services.filter((one) => (one.age.from ?? 0) <= 40 && (one.age.to ?? 200) >= 40)) {
      const { slots } = await (await request.get('/api/v1/slots', { params: { service: service.id, from: day, to: day } })).json();
      free = slots.find((one) => one.branch === (shown ?? branch.id));
      if (free) break;
    }
    expect(free, 'a free time on the day').toBeTruthy();
    const { consents } = await (await request.get('/api/v1/consents', { params: { service: 'booking', for: 'self' } })).json();
    const { patient } = CASES.self;
    const [d, m, y] = patient.birth_date.split('.');
    const before = await page.locator('li.card').count();
    const answer = await request.post('/api/v1/appointments', {
      data: {
        service: free.service, practitioner: free.practitioner, branch: free.branch, start: free.start, for: 'self', language: 'ru',
        patient: { ...patient, birth_date: `${y}-${m}-${d}`, phone: '+79160004455' },
        consents: consents.map(({ document, version, sha256 }) => ({ document, version, sha256, given: true })),
      },
      headers: { origin: baseURL },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    await expect(page.locator('li.card')).toHaveCount(before + 1, { timeout: 1_000 });
    booked = page.locator(`#a-${(await answer.json()).id}`);
    await expect(booked).toContainText('Пчёлкина');
  });

  await test.step('she goes to it by arrows and accepts it by one key', async () => {
    await expect(page.locator('#board a[tabindex="0"]'), 'the board has the focus, also when what had it was taken').toBeFocused();
    // The keys of the arrows lead everywhere: along a column, and from column to column.
    const column = await booked.evaluate((one) => [...document.querySelectorAll('[data-column]')].indexOf(one.parentElement));
    for (let at = 0; at < 80 && !(await booked.locator('a').evaluate((one) => one === document.activeElement)); at += 1) {
      const here = await page.evaluate(() => ({ column: [...document.querySelectorAll('[data-column]')].indexOf(document.activeElement.closest('ol')), from: document.activeElement.parentElement.dataset.from }));
      const from = await booked.getAttribute('data-from');
      await typist.press(here.column < column ? 'ArrowRight' : here.column > column ? 'ArrowLeft' : here.from < from ? 'ArrowDown' : 'ArrowUp');
    }
    await expect(booked.locator('a')).toBeFocused();
    await typist.press('a');
    await expect(booked).toHaveClass(/accepted/);
    await expect(typist.told).toContainText('Принята');
    await expect(booked.locator('a'), 'the card keeps the focus').toBeFocused();
  });

  await test.step('it is moved by keys, to the next free time', async () => {
    const from = await booked.getAttribute('data-from');
    await typist.press('m');
    await expect(typist.told).toContainText(say('desk-script-moving'));
    const strip = page.locator('.moving');
    for (let at = 0; at < 20; at += 1) {
      await typist.press(at < 10 ? 'ArrowDown' : 'ArrowUp');
      const free = !(await strip.getAttribute('class')).includes('taken');
      if (free && !(await strip.textContent()).includes(` ${from}–`)) break;
    }
    await typist.press('Enter');
    await expect(typist.told).toContainText('Перенесена');
    await expect(booked).not.toHaveAttribute('data-from', from);
    await expect(booked.locator('a')).toBeFocused();
  });

  await test.step('what cannot be is refused in words, and the focus stays', async () => {
    await typist.tabsTo(booked.locator('a'), 60);
    await typist.press('n');
    await expect(typist.told).toContainText(say('desk-script-cannot'));
    await expect(booked.locator('a')).toBeFocused();
    await typist.press('Escape');
    await expect(typist.told).toBeEmpty();
  });

  await test.step('it is cancelled with a reason, and that is undone', async () => {
    await typist.press('x');
    await expect(panel.getByRole('radio').first(), 'the reasons have the focus').toBeFocused();
    await typist.press('Space', 'Enter');
    await expect(typist.told).toContainText('Отменена');
    await expect(booked).toHaveClass(/cancelled/);
    await typist.keepsFocus('cancelled');
    await axeFindsNothing(visitor, 'the board with a cancelled appointment');
    await typist.press('u');
    await expect(booked).toHaveClass(/accepted/);
    await typist.keepsFocus('the cancellation was undone');
  });

  await test.step('a caller is booked in well under thirty seconds', async () => {
    await page.keyboard.press('Escape');
    const began = Date.now();
    const before = typist.presses;
    await typist.turns(() => typist.press('b'), /\/desk\/book/);
    await expect(page.locator('#service'), 'the first question').toBeFocused();
    await expect(page.locator('input[name=slot]:checked'), 'the nearest time is chosen already').toHaveCount(1);
    await typist.tabsTo(page.locator('input[name$=".surname"]'), 15);
    await typist.type('Звонкова');
    await typist.press('Tab');
    await typist.type('Ирина');
    await typist.press('Tab', 'Tab');
    await typist.type('12.06.1958');
    await typist.press('Tab');
    await typist.type('89160007788');
    await typist.turns(() => typist.press('Enter'), /\/desk\/(today|boards)/);
    await expect(typist.told).toContainText('Записано');
    expect(Date.now() - began, 'milliseconds at the speed of a machine').toBeLessThan(10_000);
    expect(typist.presses - before, 'keys for a whole booking').toBeLessThan(70);
    await axeFindsNothing(visitor, 'the board after a booking');
  });

  await test.step('who was booked today arrives and is done, and a step is taken back', async () => {
    await typist.keepsFocus('booked');
    const id = new URL(page.url()).searchParams.get('appointment');
    expect(id, 'the booking is the chosen one').toBeTruthy();
    const card = page.locator(`#a-${id}`);
    if (!(await page.locator('[data-now]').count())) {
      test.info().annotations.push({ type: 'hour', description: 'nothing is free today any more: nobody arrives' });
      return;
    }
    await typist.press('p');
    await expect(card).toHaveClass(/arrived/);
    await expect(typist.told).toContainText('Пациент пришёл');
    await typist.press('c');
    await expect(card).toHaveClass(/completed/);
    await expect(typist.told).toContainText('Приём завершён');
    await typist.press('u');
    await expect(card).toHaveClass(/arrived/);
    await expect(typist.told).toContainText('Возвращено');
  });

  await test.step('found by the last four digits, opened by the case, identified by a document', async () => {
    await page.keyboard.press('Escape');
    await typist.press('/');
    await expect(page.getByRole('banner').getByRole('searchbox')).toBeFocused();
    await typist.type('7788');
    await typist.turns(() => typist.press('Enter'), /\/desk\/people/);
    const found = page.getByRole('rowheader').getByRole('link').first();
    await typist.tabsTo(found, 40);
    await typist.turns(() => typist.press('Enter'), /\/desk\/people\/.+/);
    await expect(page.getByText('Звонкова'), 'masked until it is asked for').toHaveCount(0);
    // She made this case herself: opening what it holds takes a reason, and the page says so first.
    await typist.tabsTo(page.getByRole('button', { name: say('desk-reveal-by-case') }), 40);
    await typist.turns(() => typist.press('Enter'), /reveal/);
    await expect(page.getByRole('alert')).toBeFocused();
    await expect(page.getByRole('alert')).toContainText(say('desk-reveal-reason'));
    await typist.tabsTo(page.locator('#purpose'), 20);
    await typist.press('ArrowDown', 'Tab');
    await typist.type('Перезвонила, уточняет время');
    await typist.turns(() => typist.press('Enter'), /people/);
    await expect(page.getByText('Звонкова').first()).toBeVisible();
    await axeFindsNothing(visitor, 'an opened card');
    await typist.tabsTo(page.locator('#document'), 40);
    await typist.press('ArrowDown', 'Tab');
    await typist.turns(() => typist.press('Enter'), /people/);
    await expect(page.getByText(say('desk-is-identified')).first()).toBeVisible();
    await expect(page.getByRole('status').filter({ visible: true }).first()).not.toBeEmpty();
  });

  await test.step('a break is made', async () => {
    const home = page.getByRole('banner').getByRole('link', { name: say('desk-section-today'), exact: true });
    await typist.tabsTo(home, 60, 'Shift+Tab');
    await typist.turns(() => typist.press('Enter'), /\/desk\/today/);
    await typist.turns(() => typist.press(']'), /day=/);
    await typist.turns(() => typist.press('k'), /\/desk\/blocks/);
    await expect(page.locator('#column')).toBeFocused();
    for (const [field, value, half] of [['#from', '21:00', '0900PM'], ['#to', '21:30', '0930PM']]) {
      await typist.tabsTo(page.locator(field), 12);
      // The hours are asked for as the browser's own language has them; whatever it shows, the value counts.
      await typist.type(half);
      if ((await page.locator(field).inputValue()) !== value) {
        await typist.press('ArrowLeft', 'ArrowLeft', 'ArrowLeft');
        await typist.type(value.replace(':', ''));
      }
      await expect(page.locator(field)).toHaveValue(value);
    }
    await typist.tabsTo(page.locator('#reason'), 12);
    await typist.type('Планёрка');
    await typist.turns(() => typist.press('Enter'), /\/desk\/today/);
    await expect(typist.told).toContainText(say('desk-done-blocked'));
  });

  await test.step('she leaves the computer, and a colleague takes it over', async () => {
    await typist.turns(() => typist.press('l'), /\/desk\/switch/);
    await axeFindsNothing(visitor, 'who works?');
    await typist.tabsTo(page.getByRole('link', { name: say('desk-switch-another') }), 15);
    await typist.turns(() => typist.press('Enter'), /\/desk\/sign-in/);
    await expect(page.locator('#login')).toBeFocused();
    await typist.type(vera.login);
    await typist.press('Tab');
    await typist.type(vera.password);
    await typist.press('Tab');
    await typist.type(vera.code());
    await typist.turns(() => typist.press('Enter'), (url) => url.pathname !== '/desk/sign-in');
    await typist.tabsTo(page.getByRole('checkbox', { name: say('desk-obligation-yes') }));
    await typist.press('Space');
    await typist.turns(() => typist.press('Enter'), (url) => url.pathname !== '/desk/obligation');
    await expect(page.getByRole('banner')).toContainText('Сменная Вера');
    // Back, by a code alone: she signed in here today.
    await typist.turns(() => typist.press('l'), /\/desk\/switch/);
    const who = page.getByRole('radio', { name: /Липкина/ });
    await typist.tabsTo(page.getByRole('radio').first(), 15);
    for (let at = 0; at < 3 && !(await who.isChecked()); at += 1) await typist.press('ArrowDown');
    await expect(who).toBeChecked();
    await typist.press('Tab');
    await typist.type(olga.code());
    await typist.turns(() => typist.press('Enter'), (url) => url.pathname !== '/desk/switch');
    await expect(page.getByRole('banner')).toContainText('Липкина Ольга');
  });
});
