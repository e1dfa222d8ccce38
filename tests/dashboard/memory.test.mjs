// Two hours of a busy counter, as fast as the server can: afterwards the page holds no more than before. Heap and nodes are
// counted after the garbage was collected, so what grows is what the page keeps.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ask, atOnce, documentText, openShop } from './support/api.mjs';
import { openBrowser, signedIn } from './support/browser.mjs';
import { figuresThere } from './support/truth.mjs';

/** An order every twenty seconds for two hours, five events each; and a message a minute */
const ORDERS = 360;
const MESSAGES = 120;
const PARTS = 4;
const STEPS = ['OrderAccept', 'OrderPrepare', 'OrderReady', 'OrderComplete'];
/** What may come on top between the first half hour and the last: a kilobyte and a half an order. One that is kept takes four. */
const GROWTH = 400_000;

const shop = await openShop();
let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

test('two hours of traffic leave the memory of the page flat', async () => {
  const page = await signedIn(browser);
  let heard = 0;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  cdp.on('Network.webSocketFrameReceived', ({ response }) => {
    if (response.payloadData.includes('"event":{')) heard += 1;
  });
  await cdp.send('HeapProfiler.enable');
  await cdp.send('Performance.enable');
  const start = `mutation ($id: ID!) { conversationStart(input: { kind: ORDER, orderId: $id }) { conversation { id } } }`;
  const { conversationStart } = await ask(start, { id: (await shop.place()).id }, shop.ana);
  const talk = conversationStart.conversation.id;

  async function look() {
    // What the page drew last is let go of in the frames after.
    await page.waitForTimeout(600);
    for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const metric = (name) => metrics.find((one) => one.name === name).value;
    return { heap: usedSize, nodes: metric('Nodes'), listeners: metric('JSEventListeners') };
  }

  const looks = [];
  for (let part = 0; part < PARTS; part += 1) {
    const before = heard;
    await atOnce(ORDERS / PARTS, 6, async (index) => {
      const order = await shop.place({ lines: 1 + (index % 4) });
      for (const step of STEPS) await shop.step(step, order.id);
      if (index % (ORDERS / MESSAGES) === 0) {
        const input = { conversationId: talk, body: `Mensaje ${index}`, idempotencyKey: randomUUID() };
        await ask(documentText('TalkSend'), { input }, shop.ana);
      }
    });
    const expected = (ORDERS / PARTS) * (STEPS.length + 1);
    for (let wait = 0; heard - before < expected && wait < 200; wait += 1) await page.waitForTimeout(50);
    assert.ok(heard - before >= expected, `${heard - before} of ${expected} events came`);
    const { orderCount } = await figuresThere(shop.bruno);
    await page.waitForFunction(
      (count) => document.querySelector('[data-figure="orders"] dd').textContent.replace(/\D/g, '') === String(count),
      orderCount,
    );
    looks.push(await look());
  }
  console.log(looks.map(({ heap, nodes, listeners }) => `${(heap / 1e6).toFixed(2)} MB, ${nodes} nodes, ${listeners} listeners`).join('; '));
  const [first, last] = [looks[0], looks.at(-1)];
  assert.ok(last.heap - first.heap < GROWTH, `the heap grew by ${last.heap - first.heap} bytes in an hour and a half`);
  assert.ok(last.nodes <= first.nodes * 1.1 + 50, `nodes: ${first.nodes}, then ${last.nodes}`);
  assert.ok(last.listeners <= first.listeners * 1.1 + 50, `listeners: ${first.listeners}, then ${last.listeners}`);
});
