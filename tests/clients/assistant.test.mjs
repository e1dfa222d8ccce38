// The assistant and presence, with the documents of the app and of the dashboard: a reply put together from its
// pieces, and a person who comes and goes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { documentText } from './support/documents.mjs';
import { endpoint } from './support/server.mjs';
import { ask, tokenOf } from './support/shop.mjs';

const [ana, bruno] = await Promise.all([tokenOf('ana'), tokenOf('bruno')]);

/** A client that is gone with its test, also where that fails. */
const connect = (token, context) => {
  const client = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  context.after(() => client.dispose());
  return client;
};

async function run(name, variables, token, app = 'mobile') {
  const [payload] = Object.values(await ask(documentText(name, app), variables, token));
  assert.deepEqual(payload.userErrors, []);
  return payload;
}

const send = (conversationId, body) =>
  run('MessageSend', { input: { conversationId, body, idempotencyKey: randomUUID() } }, ana);

test('a reply comes in pieces, each at its place, and is whole in the end', { timeout: 60_000 }, async (context) => {
  const { conversation } = await run('ConversationStart', { input: { kind: 'ASSISTANT', title: 'Compras' } }, ana);
  assert.deepEqual([conversation.kind, conversation.title], ['ASSISTANT', 'Compras']);
  const client = connect(ana, context);
  const query = documentText('ConversationUpdates');
  const updates = client.iterate({ query, variables: { id: conversation.id } });
  assert.equal((await updates.next()).value.data.conversationUpdates.kind, 'SNAPSHOT');
  await send(conversation.id, '¿A qué hora abre la Cafetería Central?');
  const bodies = new Map();
  for (;;) {
    const { change } = (await updates.next()).value.data.conversationUpdates;
    if (change.messageId) {
      const before = bodies.get(change.messageId) ?? '';
      assert.ok(change.offset <= before.length, 'no gap');
      bodies.set(change.messageId, before.slice(0, change.offset) + change.text);
    } else if (change.message?.author === 'ASSISTANT' && change.message.status === 'SENT') {
      assert.match(change.message.body, /Cafetería Central: (abierto|cerrado) ahora/);
      // Events come first: where all is there at once, as without a model, the end may overtake the pieces.
      const pieces = bodies.get(change.message.id) ?? '';
      assert.ok(change.message.body.startsWith(pieces), pieces);
      const { node } = await ask(documentText('AssistantReply'), { id: change.message.id }, ana);
      assert.equal(node.usage.model, 'offline');
      break;
    }
  }
  const { viewer } = await ask(documentText('ChatUsage'), {}, ana);
  assert.ok(viewer.chatUsage.totalMessages >= 1);
  assert.equal(viewer.chatUsage.daily.length, 30);
  await run('ConversationRename', { id: conversation.id, title: 'Café' }, ana);
  await run('ConversationLeave', { id: conversation.id }, ana);
});

test('the counter sees who is here', { timeout: 60_000 }, async (context) => {
  const people = await Promise.all(
    [ana, bruno].map(async (token) => (await ask('{ viewer { user { id } } }', {}, token)).viewer.user.id),
  );
  const input = { kind: 'DIRECT', participantIds: [people[1]] };
  const { conversation } = await run('ConversationStart', { input }, ana);
  await run('ConversationMute', { id: conversation.id, muted: false }, ana);
  const counter = connect(bruno, context);
  const query = documentText('TalkPresence', 'dashboard');
  const updates = counter.iterate({ query, variables: { userIds: [people[0]] } });
  const next = async () => (await updates.next()).value.data.presenceUpdates.user.presence.state;
  let state = await next();
  // She may have been here a moment ago, in another test.
  while (state !== 'OFFLINE') state = await next();
  const phone = connect(ana, context);
  const inbox = phone.iterate({ query: documentText('InboxUpdates') });
  await inbox.next();
  assert.equal(await next(), 'ONLINE');
  const { viewer } = await ask(documentText('Talks', 'dashboard'), {}, bruno);
  const talk = viewer.conversations.edges.find(({ node }) => node.id === conversation.id).node;
  const her = talk.participants.find(({ user }) => user.id === people[0]).user;
  assert.equal(her.presence.state, 'ONLINE');
});
