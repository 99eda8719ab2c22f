// What no page may do, whatever story it is in. Every browser context of every story is watched.
//
// Invariant: the list of what went wrong is empty at the end of a story, or the story failed.
import { validated } from './html.js';

/** So many of the places where one fault was found are told. */
const PLACES = 6;

/** Watches a context whose pages are at home at `origin`, and may lead to `friends`, whose own pages are not ours. */
export class Guard {
  constructor(context, origin, friends = []) {
    this.origin = origin;
    this.friends = friends;
    /** Addresses that answer 5xx on purpose, as the story says. @type {Set<string>} */
    this.down = new Set();
    /** What went wrong, and where. @type {Map<string, Set<string>>} */
    this.faults = new Map();
    /** Bodies that are still on their way. */
    this.reading = new Set();
    /** The addresses from which pages came. */
    this.pages = new Set();
    context.on('request', (request) => this.#leaves(request));
    context.on('response', (response) => this.#served(response));
    context.on('console', (message) => this.#said(message));
    context.on('weberror', (weberror) => {
      const error = weberror.error();
      // One without a word is Chromium's own: it comes now and then where scripts are off, and no page can throw.
      if (error.stack || error.message) this.finds(`uncaught in a page: ${error.stack || error.message}`);
    });
  }

  /** Notes a fault; the same in several places is told once. */
  finds(what, where = '') {
    this.faults.set(what, (this.faults.get(what) ?? new Set()).add(where));
  }

  /** Waits for what is being read; what went wrong so far, a line each. */
  async told() {
    await Promise.all(this.reading);
    return [...this.faults].map(([what, where]) => {
      const places = [...where].filter(Boolean);
      const more = places.length - PLACES;
      return [what, ...places.slice(0, PLACES).map((one) => `  at ${one}`), ...(more > 0 ? [`  and in ${more} more places`] : [])].join('\n');
    });
  }

  #leaves(request) {
    const url = new URL(request.url());
    const stays = url.origin === this.origin || (this.friends.includes(url.origin) && request.isNavigationRequest()) || ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!stays) this.finds(`a request to another host: ${request.method()} ${request.url()}`);
  }

  #served(response) {
    const request = response.request();
    if (this.friends.includes(new URL(response.url()).origin)) return;
    if (response.status() >= 500 && !this.down.has(new URL(response.url()).pathname)) this.finds(`${response.status()} for ${request.method()} ${response.url()}`);
    // A script may fetch a page and put it in the place of this one: it is a page all the same.
    const isPage = request.isNavigationRequest() || request.resourceType() === 'fetch';
    if (isPage && (response.headers()['content-type'] ?? '').startsWith('text/html')) {
      this.pages.add(response.url());
      const reading = this.#read(response).finally(() => this.reading.delete(reading));
      this.reading.add(reading);
    } else if (response.status() >= 400 && !request.isNavigationRequest()) {
      this.finds(`${response.status()} for ${response.url()}, which a page asked for`);
    }
  }

  async #read(response) {
    const named = `${response.request().method()} ${new URL(response.url()).pathname} (${response.status()})`;
    let html;
    try {
      html = await response.text();
    } catch {
      // The browser forgets a body when it goes on at once: such a page is met, and read, elsewhere.
      return;
    }
    // A script of the desk asks for parts of a page (`X-Medok-Part`).
    const isPart = 'x-medok-part' in response.request().headers();
    for (const error of await validated(html, isPart)) this.finds(`HTML: ${error}`, named);
  }

  #said(message) {
    if (message.type() !== 'error' && !/Content Security Policy/i.test(message.text())) return;
    // A page that tells what to put right, or that there is none, has a status that the browser takes for an error.
    const isStatus = /^Failed to load resource: the server responded with a status of [45]\d\d/.test(message.text());
    if (isStatus && this.pages.has(message.location().url)) return;
    if (this.friends.some((one) => message.location().url.startsWith(one))) return;
    this.finds(`console: ${message.text()}`, message.location().url);
  }
}
