// urql runs the dashboard's documents by the ids of GraphQL Code Generator, with its persisted exchange.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import {
  cacheExchange,
  Client,
  fetchExchange,
  gql,
  subscriptionExchange,
  type Exchange,
  type OperationResult,
} from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import {
  OrderAcceptDocument,
  OrderHistoryDocument,
  StoreOrderUpdatesDocument,
  type OrderHistoryQueryVariables,
} from '../generated/dashboard/graphql';
import { plaza, publish } from '../support/publish';
import { endpoint } from '../support/server.mjs';
import { openShop } from '../support/shop.mjs';
import { idOf, wire } from '../support/wire';

const name = 'urql-documents';
const published = new URL('../generated/dashboard/persisted-documents.json', import.meta.url);
const shop = await openShop();
await publish(name, published.pathname);

const byId = () =>
  persistedExchange({
    enforcePersistedQueries: true,
    enableForMutation: true,
    enableForSubscriptions: true,
    generateHash: async (_, document) => idOf(document),
  });

function dashboard(context: TestContext, client: string, token: string | undefined, exchanges: Exchange[]) {
  const { fetch, sent } = wire();
  const headers = { 'graphql-client-name': client, ...(token && { authorization: `Bearer ${token}` }) };
  const sockets = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: headers,
    retryAttempts: 0,
  });
  const streams = subscriptionExchange({
    forwardSubscription: (request) => ({
      subscribe: (sink) => ({
        // urql leaves the text out, and graphql-ws wants one: both as their documentation has it.
        unsubscribe: sockets.subscribe({ ...request, query: request.query ?? '' }, sink as never),
      }),
    }),
  });
  const urql = new Client({
    url: endpoint,
    fetch,
    fetchOptions: { headers },
    preferGetMethod: false,
    exchanges: [cacheExchange, ...exchanges, fetchExchange, streams],
  });
  context.after(() => sockets.dispose());
  return { urql, sent };
}

const codeOf = ({ error }: OperationResult) => error?.graphQLErrors[0]?.extensions['code'];

test('a query, a mutation and a subscription run by id', { timeout: 30_000 }, async (context) => {
  const { urql, sent } = dashboard(context, name, shop.bruno, [byId()]);
  const order = await shop.place();
  const updates = urql.subscription(StoreOrderUpdatesDocument, { storeId: shop.store.id });
  const accepted = new Promise<void>((resolve, reject) => {
    const following = updates.subscribe(({ data, error }) => {
      if (error) return reject(error);
      const update = data!.storeOrderUpdates;
      if (update.kind === 'SNAPSHOT') return void accept().catch(reject);
      if (update.order?.id !== order.id || update.order?.status !== 'ACCEPTED') return;
      following.unsubscribe();
      resolve();
    });
  });
  const accept = async () => {
    const input = { id: order.id, version: order.version };
    const { data, error } = await urql.mutation(OrderAcceptDocument, { input }).toPromise();
    assert.equal(error, undefined);
    assert.deepEqual(data?.orderAccept.userErrors, []);
  };
  await accepted;
  const variables: OrderHistoryQueryVariables = { handle: shop.handle, filter: { status: ['ACCEPTED'] } };
  const { data, error } = await urql.query(OrderHistoryDocument, variables).toPromise();
  assert.equal(error, undefined);
  assert.ok(data?.store?.orders?.edges.some(({ node }) => node.id === order.id));
  assert.deepEqual(sent, [
    { method: 'POST', text: false },
    { method: 'GET', text: false },
  ]);
});

test('a text is refused', async (context) => {
  const { urql } = dashboard(context, name, shop.bruno, []);
  const result = await urql.query(gql`query Free { service { name } }`, {}).toPromise();
  assert.equal(codeOf(result), 'PERSISTED_QUERY_ID_REQUIRED');
});

/** A text that nobody sent before. */
const unheard = () => gql(`query Automatic${randomUUID().replaceAll('-', '')} { service { name } }`);
const hash = { method: 'GET', text: false };
const text = { method: 'GET', text: true };

async function twice(context: TestContext, token: string | undefined) {
  const { urql, sent } = dashboard(context, 'urql-automatic', token, [persistedExchange()]);
  const query = unheard();
  for (let time = 0; time < 2; time += 1) {
    const { data, error } = await urql.query(query, {}, { requestPolicy: 'network-only' }).toPromise();
    assert.equal(error, undefined);
    assert.equal(data.service.name, 'Plaza');
  }
  return sent;
}

test('an automatic persisted query is sent with its text once', async (context) => {
  await plaza('documents', 'mode', '--client', 'urql-automatic', 'log');
  assert.deepEqual(await twice(context, shop.bruno), [hash, text, hash]);
});

test('a guest is told that nothing is registered for them, and goes on with texts', async (context) => {
  assert.deepEqual(await twice(context, undefined), [hash, text, { method: 'POST', text: true }]);
});
