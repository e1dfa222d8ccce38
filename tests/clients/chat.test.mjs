// Two people write to each other with the app's own documents: one stream for the home screen, one for the open
// conversation, a phone that is cut off, and an answer that was lost.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { documentText } from './support/documents.mjs';
import { endpoint } from './support/server.mjs';
import { ask, tokenOf } from './support/shop.mjs';

const [ana, bruno] = await Promise.all([tokenOf('ana'), tokenOf('bruno')]);

const follow = (token, name, variables) => {
  const client = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const stream = client.iterate({ query: documentText(name), variables });
  return {
    next: async (field) => {
      const { value } = await stream.next();
      assert.equal(value.errors, undefined);
      return value.data[field];
    },
    cut: () => client.dispose(),
  };
};

async function run(name, variables, token) {
  const [payload] = Object.values(await ask(documentText(name), variables, token));
  assert.deepEqual(payload.userErrors, []);
  return payload;
}

async function idOf(token) {
  const { viewer } = await ask('{ viewer { user { id } } }', {}, token);
  return viewer.user.id;
}

const start = async () => {
  const input = { kind: 'DIRECT', participantIds: [await idOf(bruno)] };
  return (await run('ConversationStart', { input }, ana)).conversation;
};
const send = (conversationId, body, token, idempotencyKey = randomUUID()) =>
  run('MessageSend', { input: { conversationId, body, idempotencyKey } }, token);

test('the home screen hears of every message, and after a cut of those that it missed', async () => {
  const talk = await start();
  const home = follow(bruno, 'InboxUpdates', {});
  const before = await home.next('inboxUpdates');
  assert.equal(before.kind, 'SNAPSHOT');
  await send(talk.id, '¿Hay café?', ana);
  const first = await home.next('inboxUpdates');
  assert.equal(first.message.body, '¿Hay café?');
  assert.equal(first.unreadCount, before.unreadCount + 1);
  await home.cut();
  await send(talk.id, '¿Y pan?', ana);
  await send(talk.id, 'Contesta', ana);
  const again = follow(bruno, 'InboxUpdates', { after: first.cursor });
  assert.equal((await again.next('inboxUpdates')).message.body, '¿Y pan?');
  assert.equal((await again.next('inboxUpdates')).message.body, 'Contesta');
  await again.cut();
  const { viewer } = await ask(documentText('Inbox'), {}, bruno);
  assert.equal(viewer.conversations.edges[0].node.id, talk.id);
  assert.equal(viewer.conversations.edges[0].node.lastMessage.body, 'Contesta');
});

test('an open conversation shows what is sent, edited, read and taken back', async () => {
  const talk = await start();
  const open = follow(ana, 'ConversationUpdates', { id: talk.id });
  assert.equal((await open.next('conversationUpdates')).kind, 'SNAPSHOT');
  await run('TypingSignal', { conversationId: talk.id }, bruno);
  const { change: writing } = await open.next('conversationUpdates');
  assert.deepEqual([writing.typing, writing.user.handle], [true, 'bruno']);
  const key = randomUUID();
  const { message } = await send(talk.id, 'Sí hay', bruno, key);
  // The answer was lost: the same key is the same message.
  assert.equal((await send(talk.id, 'Sí hay', bruno, key)).message.id, message.id);
  await run('ConversationMarkRead', { id: talk.id, position: message.position }, ana);
  await run('MessageEdit', { input: { id: message.id, body: 'Sí, hay' } }, bruno);
  await run('MessageDelete', { id: message.id }, bruno);
  const changes = [];
  while (changes.length < 4) {
    const { change } = await open.next('conversationUpdates');
    // That it has come to somebody is told as well, before it was read.
    const came = change.readUpTo < message.position;
    if (!('typing' in change) && !came) changes.push(change);
  }
  // The payload shows the message as it is by now, so a reader that is late may see the end already.
  assert.equal(changes[0].message.id, message.id);
  assert.equal(changes[1].readUpTo >= message.position, true);
  assert.equal(changes[2].message.id, message.id);
  assert.deepEqual([changes[3].message.status, changes[3].message.body], ['DELETED', '']);
  await open.cut();
  const { node } = await ask(documentText('ConversationPage'), { id: talk.id, last: 2 }, ana);
  const positions = node.messages.edges.map((edge) => edge.node.position);
  assert.deepEqual(positions, [message.position - 1, message.position]);
  assert.equal(node.messages.pageInfo.hasPreviousPage, true);
});

test('a search shows where the words were said, page by page', async () => {
  const talk = await start();
  const town = `Nandaime${randomUUID().slice(0, 8)}`;
  for (const body of [`Los pedidos de ${town}`, `Un pedido a ${town}`]) await send(talk.id, body, ana);
  const text = `pedido ${town}`;
  const find = async (after) => {
    const { viewer } = await ask(documentText('MessageSearch'), { text, conversationId: talk.id, first: 1, after }, bruno);
    return viewer.messageSearch;
  };
  const best = await find();
  assert.deepEqual(
    [best.edges[0].node.rank, best.edges[0].node.excerpt, best.pageInfo.hasNextPage],
    [1, `Un «pedido» a «${town}»`, true],
  );
  const next = await find(best.pageInfo.endCursor);
  assert.deepEqual([next.edges[0].node.rank, next.pageInfo.hasNextPage], [0.5, false]);
  assert.equal(next.edges[0].node.message.conversation.id, talk.id);
});
