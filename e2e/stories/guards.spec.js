// The guards themselves: a page on which everything is wrong, and each of them says so. It never asks beyond this machine.
import { createServer } from 'node:http';
import { expect, test } from '../house/story.js';
import { axeFindsNothing, fits } from '../house/checks.js';
import { Guard } from '../house/guards.js';

const PAGE = `<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><title>Всё не так</title><link rel="icon" href="data:,">
<script src="/static/fails.js"></script><script src="/static/absent.js"></script></head>
<body><main><h1 id="twice">Всё не так</h1><p id="twice">Два одинаковых id, и <img src="/static/picture"> без слов.</p>
<p style="width: 900px">Стиль в странице, которого нельзя.</p><iframe src="FOREIGN"></iframe>
<div class="wide">Шире окна</div><button></button></main></body></html>`;

const POLICY = "default-src 'none'; script-src 'self'; img-src 'self'; frame-src *; style-src 'none'";

/** Serves the page, and what it asks for, on a port of its own. */
async function serve(page) {
  const server = createServer((request, response) => {
    const answers = {
      '/': [200, 'text/html; charset=utf-8', page],
      '/static/fails.js': [200, 'text/javascript', "addEventListener('load', () => { document.querySelector('.wide').style.width = '900px'; throw new Error('on purpose'); });"],
      '/static/picture': [200, 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'],
      '/broken': [500, 'text/html; charset=utf-8', '<!DOCTYPE html><html lang="ru"><head><title>500</title></head><body></body></html>'],
    };
    const [status, kind, body] = answers[request.url] ?? [404, 'text/plain', ''];
    response.writeHead(status, { 'content-type': kind, 'content-security-policy': POLICY }).end(body);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

test('each guard tells what is wrong', async ({ browser }) => {
  const foreign = await serve('<!DOCTYPE html><html lang="ru"><head><title>Чужая</title></head><body>Чужая</body></html>');
  const home = await serve(PAGE.replace('FOREIGN', `${foreign.origin}/`));
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const guard = new Guard(context, home.origin);
  const page = await context.newPage();
  await page.goto(`${home.origin}/`);
  await axeFindsNothing({ page, guard }, 'the page');
  await fits({ page, guard }, 'the page');
  await page.goto(`${home.origin}/broken`);
  const told = (await guard.told()).join('\n');
  await context.close();
  for (const server of [foreign, home]) server.end();
  for (const expected of [
    `a request to another host: GET ${foreign.origin}/`,
    `404 for ${home.origin}/static/absent.js`,
    `500 for GET ${home.origin}/broken`,
    'uncaught in a page: Error: on purpose',
    'Content Security Policy',
    'HTML: no-dup-id',
    'axe: image-alt',
    'axe: button-name',
    'does not fit: the page is',
  ]) {
    expect(told, expected).toContain(expected);
  }
});
