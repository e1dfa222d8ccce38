// graphql-ws and graphql-sse follow orders with the apps' own documents, are cut off, and go on without a gap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { documentText } from './support/documents.mjs';
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
};

async function next(stream, field) {
  const { value, done } = await stream.next();
  assert.equal(done, false);
  assert.equal(value.errors, undefined);
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
