// The network is cut for ten seconds and comes back: nothing is missing, nothing came twice, nothing was reloaded.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openShop } from './support/api.mjs';
import { isLive, openBrowser, shoot, signedIn } from './support/browser.mjs';
import { openLine } from './support/line.mjs';
import { figuresThere, idsShown, idsThere, OPEN } from './support/truth.mjs';

const CUT = 10_000;
const shop = await openShop();
let browser;
let lines;

before(async () => {
  browser = await openBrowser();
  lines = { refuse: await openLine(), silence: await openLine() };
});
after(async () => {
  await browser.close();
  await Promise.all(Object.values(lines).map((line) => line.close()));
});

/** A page over a line, and every event that its sockets were sent, by its id. */
async function follower(line) {
  const heard = [];
  const setUp = (page) =>
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const event = JSON.parse(String(payload)).payload?.data?.storeOrderUpdates?.event;
        if (event) heard.push(event.id);
      }),
    );
  const page = await signedIn(browser, { base: line.url, setUp });
  await page.evaluate(() => (window.sameLoad = true));
  await page.locator('[data-column="PLACED"] [data-order]').first().waitFor();
  return { page, line, heard };
}

const counted = (page, count) =>
  page.waitForFunction((known) => document.querySelector('[data-column="PLACED"] .count').textContent === String(known), count);

test('a cut of ten seconds, by a line that refuses and by one that falls silent: the board is whole again by itself', async () => {
  const pages = await Promise.all(Object.values(lines).map(follower));
  const before = await Promise.all([shop.place(), shop.place(), shop.place()]);
  const placed = await idsThere('PLACED', shop.bruno);
  await Promise.all(pages.map(({ page }) => counted(page, placed.length)));
  const known = pages.map(({ heard }) => heard.length);

  for (const [how, line] of Object.entries(lines)) line.cut(how);
  const [accepted, rejected, ready] = before;
  const during = await Promise.all(Array.from({ length: 6 }, () => shop.place()));
  await shop.step('OrderAccept', accepted.id);
  await shop.step('OrderReject', rejected.id);
  for (const step of ['OrderAccept', 'OrderPrepare', 'OrderReady']) await shop.step(step, ready.id);
  const away = '[data-connection="away"], [data-connection="trying"]';
  const [told] = await Promise.all([sleep(CUT, 'told'), ...pages.map(({ page }) => page.locator(away).waitFor({ timeout: CUT }))]);
  assert.equal(told, 'told');
  await shoot(pages[0].page, 'cut');
  for (const { line } of pages) line.mend();
  await Promise.all(pages.map(({ page }) => isLive(page)));
  await shop.place();
  const events = during.length + 5 + 1;

  for (const [index, { page, heard }] of pages.entries()) {
    const deadline = Date.now() + 15_000;
    while (heard.length < known[index] + events && Date.now() < deadline) await sleep(50);
    assert.equal(heard.length, known[index] + events, 'each event came');
    assert.equal(new Set(heard).size, heard.length, 'none came twice');
    for (const status of OPEN) {
      assert.deepEqual(await idsShown(page, status), await idsThere(status, shop.bruno), `${status}: every card once, in order`);
    }
    const figures = await figuresThere(shop.bruno);
    const shown = await page.locator('[data-figure="orders"] dd').textContent();
    assert.equal(Number(shown.replace(/\D/g, '')), figures.orderCount);
    assert.equal(await page.evaluate(() => window.sameLoad), true, 'the page was not loaded again');
  }
});
