// A real provider of identities beside the clinic: `oidc-provider`, certified by the OpenID Foundation, on a loopback port.
//
// Invariant: it holds nobody but those whom a story puts there, and ends with the story.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

/** How the clinic is known there. */
export const CLIENT = 'medok';

/** The key by which it signs, another in every run. */
const KEY = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };

/** The page on which one says who one is there. */
const page = (uid) => `<!DOCTYPE html><html lang="ru"><head><title>Вход клиники</title></head><body><main><h1>Вход клиники</h1>
<form method="post" action="/hello/${uid}"><label>Логин <input name="login" required></label> <button>Войти</button></form></main></body></html>`;

/** A provider whose place and people are said later: both sides have to know the other's address. */
export class Issuer {
  /** Who showed what there: `amr` by login. @type {Map<string, string[]>} */
  methods = new Map();
  #server = createServer();
  #handle;
  #open = new Set();

  /** Takes a free port, at which nobody answers yet. */
  async begins() {
    await this.#listens(0);
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
    await this.ends();
    return this;
  }

  /** Serves the clinic at this origin. */
  async serves(clinic) {
    const provider = new Provider(this.origin, {
      clients: [{ client_id: CLIENT, token_endpoint_auth_method: 'none', redirect_uris: [`${clinic}/desk/provider/back`] }],
      clientAuthMethods: ['none'],
      pkce: { required: () => true },
      claims: { openid: ['sub', 'amr'] },
      conformIdTokenClaims: false,
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/hello/${uid}` },
      cookies: { keys: ['of this story alone'] },
      jwks: { keys: [KEY] },
      // Nobody is asked whether the clinic may know them: it is the clinic's own.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, amr: this.methods.get(sub) ?? ['pwd'] }) }),
    });
    const answers = provider.callback();
    this.#handle = async (request, response) => {
      const uid = /^\/hello\/([\w-]+)$/.exec(request.url)?.[1];
      if (!uid) return answers(request, response);
      if (request.method !== 'POST') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(uid));
      let body = '';
      for await (const piece of request) body += piece;
      const accountId = new URLSearchParams(body).get('login');
      await provider.interactionFinished(request, response, { login: { accountId, amr: this.methods.get(accountId) ?? ['pwd'] } });
    };
    this.#server.on('request', (request, response) => {
      Promise.resolve(this.#handle(request, response)).catch((error) => response.writeHead(500).end(String(error)));
    });
    await this.#listens(new URL(this.origin).port);
    this.#server.on('connection', (one) => this.#open.add(one.once('close', () => this.#open.delete(one))));
  }

  /** Falls silent: nobody answers at its address. */
  async ends() {
    for (const one of this.#open) one.destroy();
    if (this.#server.listening) await new Promise((done) => this.#server.close(done));
  }

  async #listens(port) {
    await new Promise((ready) => this.#server.listen(port, '127.0.0.1', ready));
  }
}
