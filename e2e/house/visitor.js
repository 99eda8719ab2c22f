// A person in front of the site. Finds everything as a person does, by what it is and what it says, in the page's own
// language; knows the order of the questions and nothing of how they look.
import { expect } from '@playwright/test';
import { createHash } from 'node:crypto';
import { escaped } from './words.js';

/** People who do not exist, as they would introduce themselves. */
export const PEOPLE = {
  anna: { surname: 'Пчёлкина', given_name: 'Анна', patronymic: 'Сергеевна', birth_date: '24.11.1986', phone: '+7 916 000-09-13' },
  misha: { surname: 'Пчёлкин', given_name: 'Михаил', birth_date: '03.02.2020' },
  vera: { surname: 'Медова', given_name: 'Вера', birth_date: '12.06.1958', phone: '8 916 000-09-14' },
};

/** What each of the cases asks of whom. */
export const CASES = {
  self: { patient: PEOPLE.anna },
  child: {
    patient: PEOPLE.misha,
    representative: { surname: 'Пчёлкина', given_name: 'Анна', phone: '+7 916 000-09-13', basis: 'parent' },
  },
  adult: { patient: PEOPLE.vera, booker: { given_name: 'Анна', phone: '+7 916 000-09-13' } },
};

/** The headings of the groups of fields, by who and for whom. */
const PARTIES = {
  patient: (whom) => `party-patient-${whom}`,
  representative: () => 'party-representative',
  booker: () => 'party-booker',
};

/** What names a time: «10:20». */
const TIME = /\b\d{1,2}:\d\d\b/;

export class Visitor {
  constructor({ page, words, guard, seed }) {
    this.page = page;
    this.words = words;
    this.guard = guard;
    this.seed = seed;
    /** How many numbers were drawn so far. */
    this.drawn = 0;
    this.main = page.getByRole('main');
  }

  say(key, values) {
    return this.words.say(key, values);
  }

  /** Follows an address. */
  async goes(path) {
    return this.page.goto(path);
  }

  /** Something to press that is called so: a button, a link or an option. */
  control(name, within = this.main) {
    const named = { name: name instanceof RegExp ? name : new RegExp(escaped(name).replace(/\s+/g, '\\s+')) };
    return within
      .getByRole('button', named)
      .or(within.getByRole('link', named))
      .or(within.getByRole('radio', named))
      .filter({ visible: true });
  }

  async presses(name, within = this.main) {
    await this.control(name, within).first().click();
  }

  /** Does what leads to another page, or to the same one anew, and waits until the one that was there is gone. */
  async turns(action) {
    const heading = await this.page.getByRole('heading', { level: 1 }).elementHandle();
    await action();
    // A page that is left takes its elements with it.
    await heading.waitForElementState('hidden').catch(() => {});
  }

  /** Waits for the page with this heading. */
  async sees(key, values) {
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(this.say(key, values));
  }

  // --- the questions, in their order ---

  /** To the first question, as a patient comes: from the first page. */
  async beginsBooking() {
    await this.goes('/');
    await this.presses(this.say('book-action'), this.page.locator('body'));
    await this.sees('for-title');
  }

  /** «Кого записываем?» */
  async choosesWhom(whom) {
    await this.presses(this.say(`for-${whom}`));
    if (whom === 'child') {
      await this.sees('born-title');
      await this.main.getByLabel(this.words.label('birth_date')).fill(CASES.child.patient.birth_date);
      await this.presses(new RegExp(`^${escaped(this.say('next'))}$`));
    }
    await this.sees('service-title');
  }

  /** «К кому или на что записаться?» */
  async choosesService(title) {
    await this.presses(title);
    await this.sees('time-title');
  }

  /** All times on the page that can be had; the row of steps may name the one that was chosen, and leads back to it. */
  times() {
    return this.control(TIME).and(this.page.locator(':not(nav *)'));
  }

  /** One of the times on the page. Its value names start, practitioner and branch. */
  async someTime() {
    await expect(this.times().first()).toBeVisible();
    return this.times().nth(this.draws(await this.times().count()));
  }

  /** The control that takes exactly the time of this value. */
  theTime(value) {
    return this.main.locator(`[value="${value}"]`).first();
  }

  /**
   * «Когда удобно?»: one of the times on the page, another in each story, so that stories told side by side seldom want
   * the same. Who finds it taken takes the nearest, as people do.
   */
  async choosesTime() {
    let time = await this.someTime();
    for (let tries = 0; tries < 5; tries += 1) {
      await this.turns(() => time.click());
      const heading = this.page.getByRole('heading', { level: 1, name: this.say('who-title') });
      const taken = this.page.getByRole('heading', { name: this.say('taken-title') });
      await expect(heading.or(taken).first()).toBeVisible();
      if (!(await taken.isVisible())) return;
      time = this.times().first();
    }
    throw new Error('five times in a row were taken by others');
  }

  /** «Кто придёт на приём»: every field of the case, and no box. */
  async introduces(whom, people = CASES[whom]) {
    await this.sees('who-title');
    for (const [party, person] of Object.entries(people)) {
      for (const [field, value] of Object.entries(person)) {
        const label = this.field(whom, party, field);
        if (field === 'basis') await this.party(whom, party).getByRole('radio', { name: this.words.option('basis', value) }).check();
        // The date of birth was asked before, and is here already.
        else if (!(whom === 'child' && field === 'birth_date')) await label.fill(value);
      }
    }
  }

  /** The group of fields about one of the people. */
  party(whom, party) {
    return this.main.getByRole('group', { name: this.say(PARTIES[party](whom)), exact: true });
  }

  field(whom, party, code) {
    const label = this.words.label(code);
    return this.party(whom, party).getByRole('textbox', { name: new RegExp(`^${escaped(label)}`) });
  }

  /** Ticks every box the case asks for: there are these and no others, and none comes ticked. */
  async consents(whom) {
    const sentences = this.words.consents(whom);
    await expect(this.main.getByRole('checkbox')).toHaveCount(sentences.length);
    for (const sentence of sentences) {
      const box = this.main.getByRole('checkbox', { name: sentence });
      await expect(box).not.toBeChecked();
      await box.check();
    }
  }

  /** «Записаться». */
  async books() {
    await this.presses(new RegExp(`^${escaped(this.say('book-send'))}$`));
  }

  /** From the first page to «Вы записаны». Answers with the secret link. */
  async booksFor(whom, service) {
    await this.beginsBooking();
    await this.choosesWhom(whom);
    await this.choosesService(service);
    await this.choosesTime();
    await this.introduces(whom);
    await this.consents(whom);
    await this.books();
    await this.sees('done-title');
    return this.secretLink();
  }

  /** The link by which the booking is seen, moved and cancelled, as the last page tells it. */
  async secretLink() {
    const path = await this.main.getByRole('link', { name: this.say('manage-open') }).getAttribute('href');
    const link = new URL(path, this.page.url());
    await expect(this.main).toContainText(link.href);
    return link.href;
  }

  /** A number below `count` that follows from the story, and from how many were drawn in it. */
  draws(count) {
    this.drawn += 1;
    const hash = createHash('sha256').update(`${this.seed}/${this.drawn}`).digest();
    return hash.readUInt32BE(0) % count;
  }
}
