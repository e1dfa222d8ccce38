// A dashboard whose token ends: it is renewed, in one tab or in several, and no event is lost or repeated by it. Where it is
// not renewed, the page says so, goes to signing in, and keeps what was typed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, documentText, handle, openShop } from './support/api.mjs';
import { fillSignIn, isLive, openBrowser, openPage, shoot } from './support/browser.mjs';
import { shortTokens } from './support/token.mjs';
import { idsShown, idsThere } from './support/truth.mjs';

const shop = await openShop();
let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

/** Orders whose events a page was sent, and how many sockets it opened. */
function listen(page) {
  const seen = { events: [], sockets: 0 };
  page.on('websocket', (socket) => {
    seen.sockets += 1;
    socket.on('framereceived', ({ payload }) => {
      const update = JSON.parse(String(payload)).payload?.data?.storeOrderUpdates;
      if (update?.event) seen.events.push(update.order.id);
    });
  });
  return seen;
}

// They wait most of the time, for tokens to end: so they wait together.
describe('a session', { concurrency: true }, () => {
  test('tokens of five seconds: the socket is closed and opened again, and each event comes once', async () => {
    const page = await openPage(browser);
    const heard = listen(page);
    const tokens = await shortTokens(page.context(), 5);
    await page.goto(`/dashboard/s/${handle}/orders`);
    await fillSignIn(page);
    await isLive(page);
    await page.locator('[data-column="PLACED"] .count').waitFor();
    const placed = [];
    for (const end = Date.now() + 11_000; Date.now() < end; await sleep(250)) placed.push(await shop.place());
    const deadline = Date.now() + 10_000;
    const ids = new Set(placed.map(({ id }) => id));
    // The other tests' orders are heard, too.
    const came = () => heard.events.filter((id) => ids.has(id));
    while (came().length < placed.length && Date.now() < deadline) await sleep(50);
    assert.equal(new Set(came()).size, placed.length, 'each event came');
    assert.equal(came().length, placed.length, 'none came twice');
    assert.ok(heard.sockets >= 3, `the server closed the socket as tokens ended: ${heard.sockets} sockets`);
    assert.ok(tokens.refreshed >= 2 && tokens.refused === 0, `renewed ${tokens.refreshed} times`);
    assert.deepEqual(await idsShown(page, 'PLACED'), await idsThere('PLACED', shop.bruno));
    // A request that meets the end of its token is sent again with the next.
    await page.locator('[data-column="PLACED"] .card__number').first().click();
    await page.getByRole('dialog').getByText('Historia').waitFor();
    await page.context().close();
  });

  test('two tabs renew by turns: neither is signed out, and signing out in one is signing out in both', async () => {
    const one = await openPage(browser);
    const tokens = await shortTokens(one.context(), 4);
    await one.goto(`/dashboard/s/${handle}/orders`);
    await fillSignIn(one);
    await isLive(one);
    const two = await one.context().newPage();
    await two.goto(`/dashboard/s/${handle}/today`);
    await isLive(two);
    await sleep(8_000);
    await Promise.all([isLive(one), isLive(two)]);
    assert.ok(tokens.refreshed >= 3, `renewed ${tokens.refreshed} times`);
    assert.equal(tokens.refused, 0, 'no used token came back');
    await two.reload();
    await isLive(two);
    await one.getByRole('button', { name: 'Ajustes' }).click();
    await one.getByRole('button', { name: 'Salir' }).click();
    await Promise.all([one, two].map((page) => page.getByText('Cerraste la sesión.').waitFor()));
    assert.equal(await two.evaluate(() => Object.keys(localStorage).some((key) => key.includes('token'))), false);
    const refused = () => ask('{ viewer { role } }', {}, tokens.access).then(() => false, (error) => /UNAUTHENTICATED/.test(error.message));
    let ended = false;
    for (const end = Date.now() + 3_000; !ended && Date.now() < end; await sleep(50)) ended = await refused();
    assert.ok(ended, 'the server ended the session, too');
    await one.context().close();
  });

  test('a session that was ended elsewhere: the page says so, and what was typed is still there', async () => {
    const page = await openPage(browser);
    const tokens = await shortTokens(page.context(), 600);
    await page.goto('/dashboard/messages');
    await fillSignIn(page);
    await isLive(page);
    await page.locator('.talk').first().click();
    const field = page.getByLabel('Escribí un mensaje');
    await field.fill('Ya casi está su pedido, doña');
    const where = page.url();
    await ask(documentText('SignOut'), {}, tokens.access);
    // The next event is not for this session any more: the server says so, and will not renew it.
    await shop.place();
    await page.getByText('Tu sesión terminó.').waitFor({ timeout: 15_000 });
    assert.equal(page.url(), where);
    assert.equal(tokens.refused, 1, 'it asked once');
    await shoot(page, 'session-ended');
    assert.equal(await page.getByLabel('Teléfono o correo').inputValue(), '+50588880002');
    await fillSignIn(page);
    assert.equal(await field.inputValue(), 'Ya casi está su pedido, doña');
    // It is nobody else's: whoever signs in next finds an empty field.
    await ask(documentText('SignOut'), {}, tokens.access);
    // Either by what is sent, or by an event that came before it.
    await page.getByRole('button', { name: 'Enviar' }).click({ timeout: 2_000 }).catch(() => undefined);
    await page.getByText('Tu sesión terminó.').waitFor({ timeout: 15_000 });
    await fillSignIn(page, { who: 'ana' });
    await field.waitFor();
    assert.equal(await field.inputValue(), '');
    await page.context().close();
  });
});
