// graphql-ws, graphql-sse in both its modes and Apollo Client follow orders with the apps' own documents, are cut
// off, and go on without a gap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { apolloClient, apolloStreams } from './support/apollo.mjs';
import { document, documentText } from './support/documents.mjs';
import { endpoint } from './support/server.mjs';
import { openShop } from './support/shop.mjs';

const shop = await openShop();

const clients = {
  'graphql-ws': (token) =>
    createWsClient({
      url: endpoint.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${token}` },
      retryAttempts: 0,
    }),
  'graphql-sse': (token) =>
    createSseClient({ url: endpoint, headers: { authorization: `Bearer ${token}` }, retryAttempts: 0 }),
  'graphql-sse on a single connection': (token, fetchFn = fetch) =>
    createSseClient({
      url: endpoint,
      singleConnection: true,
      headers: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
      fetchFn,
    }),
  'Apollo Client': (token) => apolloStreams(token),
};

async function next(stream, field) {
  const { value, done } = await stream.next();
  assert.equal(done, false);
  assert.equal(value.errors ?? value.error, undefined);
  return value.data[field];
}

for (const [name, open] of Object.entries(clients)) {
  test(`${name}: an order is followed, and after a cut nothing is missed`, async () => {
    const order = await shop.place();
    const query = documentText('OrderUpdates');
    const first = open(shop.ana);
    const stream = first.iterate({ query, variables: { id: order.id } });
    const state = await next(stream, 'orderUpdates');
    assert.equal(state.kind, 'SNAPSHOT');
    assert.equal(state.order.status, 'PLACED');
    await shop.step('OrderAccept', order);
    const accepted = await next(stream, 'orderUpdates');
    assert.equal(accepted.event.kind, 'ACCEPTED');
    await first.dispose();

    await shop.step('OrderPrepare', order);
    await shop.step('OrderReady', order);
    const second = open(shop.ana);
    const resumed = second.iterate({ query, variables: { id: order.id, after: accepted.cursor } });
    const kinds = [await next(resumed, 'orderUpdates'), await next(resumed, 'orderUpdates')];
    assert.deepEqual(kinds.map((update) => update.event.kind), ['PREPARING', 'READY']);
    await shop.step('OrderComplete', order);
    assert.equal((await next(resumed, 'orderUpdates')).event.kind, 'COMPLETED');
    await second.dispose();
  });

  test(`${name}: the counter sees each order at once, with the day's figures`, async () => {
    const client = open(shop.bruno);
    const query = documentText('StoreOrderUpdates', 'dashboard');
    const feed = client.iterate({ query, variables: { storeId: shop.store.id } });
    const before = await next(feed, 'storeOrderUpdates');
    assert.equal(before.kind, 'SNAPSHOT');
    const order = await shop.place();
    const update = await next(feed, 'storeOrderUpdates');
    assert.equal(update.order.id, order.id);
    assert.deepEqual(update.order.nextStatuses, ['ACCEPTED', 'REJECTED', 'CANCELLED']);
    assert.equal(update.dashboard.orderCount, before.dashboard.orderCount + 1);
    await client.dispose();
  });
}

test('graphql-sse on a single connection: streams share it, and one is stopped', async () => {
  const requests = [];
  const client = clients['graphql-sse on a single connection'](shop.bruno, (url, init) => {
    requests.push(init.method);
    return fetch(url, init);
  });
  const order = await shop.place();
  const store = client.iterate({
    query: documentText('StoreOrderUpdates', 'dashboard'),
    variables: { storeId: shop.store.id },
  });
  assert.equal((await next(store, 'storeOrderUpdates')).kind, 'SNAPSHOT');
  const one = client.iterate({ query: documentText('OrderUpdates'), variables: { id: order.id } });
  assert.equal((await next(one, 'orderUpdates')).kind, 'SNAPSHOT');
  await shop.step('OrderAccept', order);
  assert.equal((await next(store, 'storeOrderUpdates')).order.status, 'ACCEPTED');
  assert.equal((await next(one, 'orderUpdates')).event.kind, 'ACCEPTED');
  await store.return();
  await shop.step('OrderPrepare', order);
  assert.equal((await next(one, 'orderUpdates')).event.kind, 'PREPARING');
  assert.deepEqual(requests, ['PUT', 'GET', 'POST', 'POST', 'DELETE']);

  const names = [];
  for await (const result of client.iterate({ query: '{ service { name } }' })) names.push(result.data.service.name);
  assert.deepEqual(names, ['Plaza'], 'a query has one result and completes');
  client.dispose();
});

test('Apollo Client: what is followed lands in the cache, where the page of the order shows it', async () => {
  const client = apolloClient(shop.ana);
  const order = await shop.place();
  const page = { query: document('OrderDetail'), variables: { id: order.id } };
  assert.equal((await client.query(page)).data.node.status, 'PLACED');
  const streams = apolloStreams(shop.ana, client);
  const stream = streams.iterate({ query: documentText('OrderUpdates'), variables: { id: order.id } });
  assert.equal((await next(stream, 'orderUpdates')).kind, 'SNAPSHOT');
  await shop.step('OrderAccept', order);
  assert.equal((await next(stream, 'orderUpdates')).event.kind, 'ACCEPTED');
  assert.equal(client.readQuery(page).node.status, 'ACCEPTED');
  await streams.dispose();
});
