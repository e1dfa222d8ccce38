// The board: signing in, orders that appear, steps by keyboard, click and drag, figures and chart that follow, the bell.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, documentText, handle, openShop } from './support/api.mjs';
import { card, countOf, fillSignIn, isLive, openBrowser, openPage, shoot } from './support/browser.mjs';
import { figuresThere } from './support/truth.mjs';

const shop = await openShop();
let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await openPage(browser);
});
after(() => browser.close());

test('somebody signs in: a wrong password is told, the right one leads to the board', async () => {
  await page.goto('/dashboard');
  await fillSignIn(page, { secret: 'not the password' });
  await page.getByText('Usuario desconocido o contraseña equivocada.').waitFor();
  await shoot(page, 'sign-in-refused');
  await fillSignIn(page);
  await page.waitForURL(`**/dashboard/s/${handle}/orders`);
  await isLive(page);
  await page.locator('[data-column="PLACED"] [data-order]').first().waitFor();
  await shoot(page, 'board');
});

test('an order that is placed through the API appears within a second', async () => {
  await page.evaluate(() => {
    window.appeared = {};
    new MutationObserver(() => {
      for (const one of document.querySelectorAll('[data-order]')) window.appeared[one.dataset.order] ??= Date.now();
    }).observe(document.body, { childList: true, subtree: true });
  });
  const took = [];
  for (let round = 0; round < 5; round += 1) {
    const before = Date.now();
    const order = await shop.place({ note: 'Con hielo' });
    await page.locator('[data-column="PLACED"] .column__list').evaluate((list) => (list.scrollTop = list.scrollHeight));
    await card(page, order.id, 'PLACED').waitFor({ timeout: 10_000 });
    took.push((await page.evaluate((id) => window.appeared[id], order.id)) - before);
  }
  console.log(`appeared after ${took.join(', ')} ms, the placing itself included`);
  // The best of five: a delay that is built in delays each of them, a busy machine does not.
  assert.ok(Math.min(...took) < 1_000, `the quickest took ${Math.min(...took)} ms`);
});

test('it rings for a new order, and not with the switch off', async () => {
  const rang = () => page.evaluate(() => Number(document.documentElement.dataset.rang ?? 0));
  const before = await rang();
  await shop.place();
  await page.waitForFunction((known) => Number(document.documentElement.dataset.rang) > known, before);
  const bell = page.getByRole('switch', { name: 'Sonido para pedidos nuevos' });
  await bell.click();
  assert.equal(await bell.getAttribute('aria-checked'), 'false');
  const silent = await rang();
  const order = await shop.place();
  await page.locator('[data-column="PLACED"] .column__list').evaluate((list) => (list.scrollTop = list.scrollHeight));
  await card(page, order.id, 'PLACED').waitFor();
  assert.equal(await rang(), silent);
  await bell.click();
});

test('an order is moved by keyboard from column to column, and the focus goes with it', async () => {
  const order = await shop.place();
  await page.locator('[data-column="PLACED"] .column__list').evaluate((list) => (list.scrollTop = list.scrollHeight));
  await card(page, order.id, 'PLACED').focus();
  for (const column of ['ACCEPTED', 'PREPARING', 'READY', 'DONE']) {
    await page.keyboard.press('Space');
    await card(page, order.id, column).waitFor();
    await page.waitForFunction((id) => document.activeElement?.dataset.order === id, order.id);
    await page.waitForFunction((id) => document.querySelector(`[data-order="${id}"]`)?.ariaBusy === 'false', order.id);
  }
  const { node } = await ask(documentText('OrderDetail'), { id: order.id }, shop.bruno);
  assert.equal(node.status, 'COMPLETED');
  assert.deepEqual(
    node.history.nodes.map((event) => event.kind),
    ['PLACED', 'ACCEPTED', 'PREPARING', 'READY', 'COMPLETED'],
    'each step once',
  );
});

test('arrows walk from card to card, and enter opens one', async () => {
  const first = page.locator('[data-column="PLACED"] li[data-index="0"] [data-order]');
  await page.locator('[data-column="PLACED"] .column__list').evaluate((list) => (list.scrollTop = 0));
  await first.focus();
  const isAt = (index) => page.waitForFunction((at) => document.activeElement.closest('li')?.dataset.index === at, String(index));
  await page.keyboard.press('ArrowDown');
  await isAt(1);
  await page.keyboard.press('ArrowUp');
  await isAt(0);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.activeElement.closest('[data-column]')?.dataset.column === 'ACCEPTED');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Historia').waitFor();
  await shoot(page, 'order');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('an order is moved by a click, and by a drag where the step is allowed', async () => {
  const order = await shop.place();
  await page.locator('[data-column="PLACED"] .column__list').evaluate((list) => (list.scrollTop = list.scrollHeight));
  await card(page, order.id, 'PLACED').getByRole('button', { name: /^Aceptar/ }).click();
  await card(page, order.id, 'ACCEPTED').waitFor();
  await page.locator('[data-column="ACCEPTED"] .column__list').evaluate((list) => (list.scrollTop = list.scrollHeight));
  // The drag library comes two seconds after the board.
  await page.waitForFunction((id) => document.querySelector(`[data-order="${id}"]`)?.draggable, order.id);
  await card(page, order.id, 'ACCEPTED').dragTo(page.locator('[data-column="READY"]'));
  assert.equal(await card(page, order.id, 'ACCEPTED').count(), 1, 'a step that there is not is none by drag');
  await card(page, order.id, 'ACCEPTED').dragTo(page.locator('[data-column="PREPARING"]'));
  await card(page, order.id, 'PREPARING').waitFor();
  const { node } = await ask(documentText('OrderDetail'), { id: order.id }, shop.bruno);
  assert.equal(node.status, 'PREPARING');
});

test('a step that the server refuses is taken back, and the reason is told', async () => {
  const order = await shop.place();
  await page.locator('[data-column="PLACED"] .column__list').evaluate((list) => (list.scrollTop = list.scrollHeight));
  await card(page, order.id, 'PLACED').waitFor();
  // The page's request is held back, somebody else is faster, and the stream is not heard.
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('orderAccept')) await shop.step('OrderReject', order.id);
    await route.continue();
  });
  await card(page, order.id, 'PLACED').getByRole('button', { name: /^Aceptar/ }).click();
  await page.getByRole('alert').filter({ hasText: order.number }).getByText('alguien se adelantó').waitFor();
  await card(page, order.id, 'DONE').waitFor();
  await page.unroute('**/graphql');
  await shoot(page, 'refused');
});

test('figures and chart follow each order', async () => {
  const figure = (name) => page.locator(`[data-figure="${name}"] dd`).textContent();
  const digits = (text) => text.replace(/[^\d.]/g, '');
  await page.getByRole('link', { name: 'Hoy' }).click();
  await page.locator('.chart canvas').waitFor();
  const before = await figuresThere(shop.bruno);
  const hour = before.hourly.at(-1).hour;
  const drawn = () => page.locator('.chart canvas').evaluate((canvas) => canvas.toDataURL());
  const picture = await drawn();
  const [one, two] = [await shop.place({ lines: 3 }), await shop.place({ lines: 2 })];
  const after = await figuresThere(shop.bruno);
  assert.equal(after.orderCount, before.orderCount + 2);
  await page.waitForFunction((count) => document.querySelector('[data-figure="orders"] dd').textContent.replace(/\D/g, '') === String(count), after.orderCount);
  assert.equal(Number(digits(await figure('revenue'))), Number(after.revenue.amount));
  assert.equal(Number(digits(await figure('average'))), Number(after.averageOrder.amount));
  assert.ok(Number(one.total.amount) + Number(two.total.amount) > 0);
  await page.getByText('Como tabla').click();
  const row = page.locator(`[data-hour="${hour}"]`);
  assert.equal(Number(digits(await row.locator('td').first().textContent())), after.hourly[hour].orderCount);
  assert.notEqual(await drawn(), picture, 'the bars are drawn anew');
  await shoot(page, 'today');
  await page.getByRole('link', { name: 'Pedidos' }).click();
});

test('columns say how many stand in them', async () => {
  const before = await countOf(page, 'PLACED');
  const order = await shop.place();
  await page.waitForFunction((count) => document.querySelector('[data-column="PLACED"] .count').textContent === String(count), before + 1);
  await shop.step('OrderReject', order.id);
  await page.waitForFunction((count) => document.querySelector('[data-column="PLACED"] .count').textContent === String(count), before);
  assert.deepEqual(page.faults, [], 'nothing was wrong in the console, and nothing broke the content security policy');
});
