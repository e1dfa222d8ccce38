// How much comes before the first screen, and how soon that is there.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { handle, openShop, url } from './support/api.mjs';
import { openBrowser, openPage, signedIn } from './support/browser.mjs';

const LIMIT = 150_000;
let browser;

await openShop();
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

/** Scripts that a page has loaded, with what came over the wire for each. */
async function scriptsOf(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  const names = new Map();
  const scripts = [];
  cdp.on('Network.responseReceived', ({ requestId, type, response }) => type === 'Script' && names.set(requestId, response));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const response = names.get(requestId);
    if (response) scripts.push({ url: response.url, coding: response.headers['content-encoding'], bytes: encodedDataLength });
  });
  return scripts;
}

const sum = (scripts) => scripts.reduce((total, { bytes }) => total + bytes, 0);

async function withGzip(scripts) {
  const sizes = await Promise.all(
    scripts.map(async (one) => gzipSync(Buffer.from(await (await fetch(one.url)).arrayBuffer()), { level: 9 }).length),
  );
  return sizes.reduce((total, size) => total + size, 0);
}

test('what the board needs before it shows comes in less than 150 KB of script', async () => {
  const page = await signedIn(browser);
  const scripts = await scriptsOf(page);
  let first = null;
  await page.exposeFunction('shown', () => (first ??= [...scripts]));
  await page.addInitScript(() => {
    new MutationObserver(() => document.querySelector('[data-order]') && window.shown()).observe(document, {
      childList: true,
      subtree: true,
    });
  });
  await page.goto(`${url}/dashboard/s/${handle}/orders`);
  await page.locator('[data-order]').first().waitFor();
  assert.ok(first?.length > 0);
  const codings = new Set(first.map(({ coding }) => coding));
  console.log(`script before the first card: ${sum(first)} bytes (${[...codings]}), by gzip ${await withGzip(first)}`);
  assert.ok(sum(first) < LIMIT, `${sum(first)} bytes:\n${first.map((one) => `${one.bytes} ${one.url}`).join('\n')}`);
  await page.context().close();
});

async function paint(page, path) {
  await page.goto(path);
  await page.waitForTimeout(1_200);
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({
          type: 'largest-contentful-paint',
          buffered: true,
        });
      }),
  );
}

test('the largest part of the page is there within 1.5 s, signing in and on the board', async () => {
  const page = await openPage(browser);
  const signIn = [];
  for (let round = 0; round < 3; round += 1) signIn.push(await paint(page, '/dashboard'));
  const inside = await signedIn(browser);
  const board = [];
  for (let round = 0; round < 3; round += 1) board.push(await paint(inside, `/dashboard/s/${handle}/orders`));
  const told = (all) => all.map(Math.round).join(', ');
  console.log(`largest paint: signing in after ${told(signIn)} ms, the board after ${told(board)} ms`);
  // The best of three: what is slow in the page is slow in each.
  assert.ok(Math.min(...signIn) < 1_500 && Math.min(...board) < 1_500);
});
