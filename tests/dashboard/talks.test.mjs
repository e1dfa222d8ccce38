// Conversations: unread counts that move, typing that is seen on both sides, messages in both directions, the assistant's
// reply as it grows, and a long conversation of which only what is in sight is drawn.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ask, atOnce, documentText, openShop } from './support/api.mjs';
import { openBrowser, shoot, signedIn } from './support/browser.mjs';

const START = `mutation ($input: ConversationStartInput!) {
  conversationStart(input: $input) { conversation { id } userErrors { message } } }`;

const shop = await openShop();
let browser;
let page;
let talk;
/** Pieces of replies that the page was sent */
let pieces = 0;

async function say(body, token = shop.ana) {
  const input = { conversationId: talk, body, idempotencyKey: randomUUID() };
  const { messageSend } = await ask(documentText('TalkSend'), { input }, token);
  assert.deepEqual(messageSend.userErrors, []);
  return messageSend.message;
}

before(async () => {
  const order = await shop.place();
  const { conversationStart } = await ask(START, { input: { kind: 'ORDER', orderId: order.id } }, shop.ana);
  talk = conversationStart.conversation.id;
  browser = await openBrowser();
  const setUp = (one) =>
    one.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('"MessageChunk"')) pieces += 1;
      }),
    );
  page = await signedIn(browser, { path: '/dashboard/messages', setUp });
});
after(() => browser.close());

const unread = () => page.evaluate(() => Number(document.querySelector('.bar__page .badge [aria-hidden]')?.textContent ?? 0));
const message = (text) => page.locator('.message', { hasText: text });

test('a message that comes is counted at once, and its conversation moves to the top', async () => {
  await page.locator('.talk').first().waitFor();
  const before = await unread();
  await say('¿Ya está mi pedido?');
  await page.locator(`[data-talk="${talk}"] .badge`).waitFor();
  assert.equal(await unread(), before + 1);
  assert.equal(await page.locator('.talk').first().getAttribute('data-talk'), talk);
  await page.locator(`[data-talk="${talk}"]`).click();
  await message('¿Ya está mi pedido?').waitFor();
  await page.locator(`[data-talk="${talk}"] .badge`).waitFor({ state: 'detached' });
  await page.waitForFunction(
    (count) => Number(document.querySelector('.bar__page .badge [aria-hidden]')?.textContent ?? 0) === count,
    before,
  );
});

test('who writes is seen writing, on both sides', async () => {
  await ask(documentText('TalkTyping'), { conversationId: talk }, shop.ana);
  await page.getByText('está escribiendo…').waitFor();
  await shoot(page, 'typing');
  await say('Es que tengo hambre');
  await message('Es que tengo hambre').waitFor();
  await page.getByText('está escribiendo…').waitFor({ state: 'detached' });
  const told = page.waitForRequest((request) => request.postData()?.includes('typingSignal') ?? false);
  await page.getByLabel('Escribí un mensaje').pressSequentially('En cinco minutos');
  await told;
  await page.keyboard.press('Enter');
  await message('En cinco minutos').waitFor();
  assert.equal(await message('En cinco minutos').count(), 1, 'once, though the stream brings it too');
  assert.equal(await page.getByLabel('Escribí un mensaje').inputValue(), '');
});

test('a message whose answer is lost goes again under its key, and is there once', async () => {
  let lost = 0;
  await page.route('**/graphql', async (route) => {
    if (lost > 0 || !route.request().postData()?.includes('messageSend')) return route.fallback();
    lost += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  const field = page.getByLabel('Escribí un mensaje');
  await field.fill('Y le pongo servilletas');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('No se envió.').waitFor();
  assert.equal(await field.inputValue(), 'Y le pongo servilletas', 'what was typed is still there');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.composer textarea').value === '');
  await message('Y le pongo servilletas').waitFor();
  assert.equal(await message('Y le pongo servilletas').count(), 1);
  await page.unroute('**/graphql');
});

test('the assistant answers, and its reply grows until it is whole', async () => {
  await page.getByRole('button', { name: 'Asistente' }).click();
  await page.waitForURL((address) => !address.pathname.endsWith(talk) && /messages\/.+/.test(address.pathname));
  await page.getByLabel('Escribí un mensaje').fill('¿A qué hora abre la cafetería?');
  await page.keyboard.press('Enter');
  await page.locator('.message--ASSISTANT[data-status="SENT"]').waitFor({ timeout: 20_000 });
  const body = await page.locator('.message--ASSISTANT .message__bubble').textContent();
  assert.ok(body.length > 20, body);
  const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
  const { node } = await ask(documentText('TalkPage'), { id }, shop.bruno);
  assert.equal(body, node.messages.edges.at(-1).node.body, 'as the server has it, put together from its pieces');
  assert.ok(pieces > 0, 'it came in pieces');
  await shoot(page, 'assistant');
});

test('of a long conversation only what is in sight is drawn, and reading upwards misses none', async () => {
  await atOnce(300, 1, (index) => say(`Mensaje ${index + 1}`));
  await page.locator(`[data-talk="${talk}"]`).click();
  await message('Mensaje 300').waitFor();
  const list = page.locator('.thread__messages');
  assert.ok((await page.locator('.message').count()) < 60);
  await page.locator(`[data-talk="${talk}"] .badge`).waitFor({ state: 'detached' });
  const seen = new Set();
  for (let tries = 0; tries < 300 && !seen.has(1); tries += 1) {
    const shown = await page.locator('.message').evaluateAll((all) => all.map((one) => Number(one.dataset.position)));
    assert.equal(new Set(shown).size, shown.length, 'none is there twice');
    for (const position of shown) seen.add(position);
    await list.evaluate((element) => (element.scrollTop -= element.clientHeight * 0.8));
    await page.waitForTimeout(40);
  }
  const { node } = await ask(documentText('TalkPage'), { id: talk, last: 1 }, shop.bruno);
  const newest = node.messages.edges[0].node.position;
  const missed = Array.from({ length: newest }, (_, index) => index + 1).filter((position) => !seen.has(position));
  assert.deepEqual(missed, []);
  assert.deepEqual(page.faults.filter((fault) => !fault.includes('connectionreset')), []);
});
