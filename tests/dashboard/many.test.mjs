// 5,000 open orders scroll at 60 frames a second. A frame has 16.7 ms; counted is the processor's time that the page's main
// thread spends on each, which says the same on an idle machine and on one whose cores are busy with something else. Frames by
// the clock would measure the neighbours.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, atOnce, documentText, handle, openShop } from './support/api.mjs';
import { countOf, openBrowser, shoot, signedIn, sizes } from './support/browser.mjs';
import { idsShown, idsThere } from './support/truth.mjs';

const ORDERS = 5_000;
const FRAME = 1_000 / 60;
/** Frames of a chunk that is measured, how many chunks, and how far a frame scrolls: three screens a second */
const CHUNK = 12;
const CHUNKS = 40;
const STEP = 45;

const shop = await openShop();
let browser;
let page;

before(async () => {
  const variables = { handle, status: ['PLACED'], figures: false, first: 1 };
  const { store } = await ask(documentText('StoreBoard'), variables, shop.bruno);
  await atOnce(ORDERS - store.orders.totalCount, 8, (index) => shop.place({ lines: 1 + (index % 4), ...(index % 5 === 0 && { note: 'Para llevar, con servilletas' }) }));
  browser = await openBrowser();
  page = await signedIn(browser);
});
after(() => browser.close());

/** Scrolls so many frames, and returns when the last was drawn. */
const scroll = (frames, step) =>
  page.evaluate(
    ([left, by]) =>
      new Promise((resolve) => {
        const list = document.querySelector('[data-column="PLACED"] .column__list');
        const frame = () => {
          list.scrollTop += by;
          if (--left > 0) requestAnimationFrame(frame);
          else resolve();
        };
        requestAnimationFrame(frame);
      }),
    [frames, step],
  );

test('5,000 open orders scroll at 60 frames a second', async () => {
  await page.locator('[data-column="PLACED"] [data-order]').first().waitFor();
  assert.ok((await countOf(page, 'PLACED')) >= ORDERS);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1_000;
  };
  await scroll(60, STEP);
  const work = [];
  let drawn = 0;
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const before = await busy();
    await scroll(CHUNK, STEP);
    work.push((await busy() - before) / CHUNK);
    drawn = Math.max(drawn, await page.locator('.column__cards > li').count());
  }
  work.sort((a, b) => a - b);
  const median = work[CHUNKS / 2];
  const worst = work[Math.floor(CHUNKS * 0.95)];
  console.log(`main thread a frame: median ${median.toFixed(1)} ms, 95th percentile ${worst.toFixed(1)} ms, at most ${drawn} cards drawn`);
  await shoot(page, 'many');
  assert.ok(median < FRAME / 2, `half of the frames take ${median} ms or more`);
  assert.ok(worst < FRAME, `one chunk in twenty takes ${worst} ms a frame`);
  assert.ok(drawn < 100, `${drawn} cards are drawn at once`);
});

test('every one of them is there, once, when the list is read to its end', async () => {
  // To the end in leaps; pages are read as they come into sight, one after the other.
  const end = page.locator('[data-column="PLACED"] .column__list');
  const lastIndex = () =>
    page.evaluate(() => Math.max(...[...document.querySelectorAll('[data-column="PLACED"] li[data-index]')].map((one) => Number(one.dataset.index))));
  const deadline = Date.now() + 90_000;
  for (;;) {
    await end.evaluate((list) => (list.scrollTop = list.scrollHeight));
    await page.waitForTimeout(60);
    if ((await page.locator('[data-column="PLACED"] .card--unread').count()) === 0 && (await countOf(page, 'PLACED')) === (await lastIndex()) + 1) break;
    assert.ok(Date.now() < deadline, 'the end was not reached in 90 s');
  }
  // A tall window shows a page's cards at once, so that the walk takes a hundred screens and not a thousand.
  await page.setViewportSize({ width: sizes.desktop.width, height: 6_000 });
  const [there, shown] = [await idsThere('PLACED', shop.bruno), await idsShown(page, 'PLACED')];
  const wrong = there.map((id, index) => ({ index, id, shown: shown[index] })).filter((one) => one.id !== one.shown);
  assert.deepEqual(wrong.slice(0, 5), [], 'each stands where the server has it');
  assert.equal(shown.length, there.length);
  assert.equal(await countOf(page, 'PLACED'), there.length);
});
