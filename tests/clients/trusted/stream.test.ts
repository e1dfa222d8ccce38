// graphql-ws and graphql-sse, in both its modes, run the dashboard's documents by `documentId`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { OrderAcceptDocument, OrderDetailDocument, StoreOrderUpdatesDocument } from '../generated/dashboard/graphql';
import { publish } from '../support/publish';
import { endpoint } from '../support/server.mjs';
import { openShop } from '../support/shop.mjs';
import { idOf } from '../support/wire';

const name = 'stream-documents';
const shop = await openShop();
await publish(name, new URL('../generated/dashboard/persisted-documents.json', import.meta.url).pathname);

interface Result<Data> {
  data?: Data | null;
  errors?: readonly object[];
}

/** What both libraries have in common. */
interface Streams {
  iterate(request: never): AsyncIterableIterator<Result<unknown>>;
  dispose(): unknown;
}

const headers = { authorization: `Bearer ${shop.bruno}`, 'graphql-client-name': name };
const clients: Record<string, () => Streams> = {
  'graphql-ws': () =>
    createWsClient({
      url: endpoint.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: 0,
    }),
  'graphql-sse': () => createSseClient({ url: endpoint, headers, retryAttempts: 0 }),
  'graphql-sse on a single connection': () =>
    createSseClient({ url: endpoint, headers, retryAttempts: 0, singleConnection: true }),
};

/** graphql-ws sends nothing that has no text, so it has an empty one. */
const request = (documentId: string, variables?: unknown) => ({ query: '', documentId, variables }) as never;

function follow<Data, Variables>(client: Streams, document: TypedDocumentNode<Data, Variables>, variables: Variables) {
  const stream = client.iterate(request(idOf(document), variables));
  return {
    async next(): Promise<Data> {
      const { value, done } = await stream.next();
      assert.equal(done, false);
      const { data, errors } = value as Result<Data>;
      assert.equal(errors, undefined);
      return data!;
    },
  };
}

/**
 * The code of a refusal, which libraries hand over as a result or throw. On a single connection graphql-sse drops what
 * the server says: its status is all there is.
 */
async function refusal(stream: AsyncIterableIterator<Result<unknown>>): Promise<unknown> {
  const errors = await stream.next().then(
    ({ value }) => value.errors,
    (thrown) => thrown,
  );
  return 'response' in errors ? errors.response.status : errors[0].extensions.code;
}

for (const [library, open] of Object.entries(clients)) {
  test(`${library}: a query, a mutation and a subscription run by id`, { timeout: 30_000 }, async (context) => {
    const client = open();
    context.after(() => client.dispose());
    const order = await shop.place();
    const updates = follow(client, StoreOrderUpdatesDocument, { storeId: shop.store.id });
    assert.equal((await updates.next()).storeOrderUpdates.kind, 'SNAPSHOT');
    const input = { id: order.id, version: order.version };
    const { orderAccept } = await follow(client, OrderAcceptDocument, { input }).next();
    assert.deepEqual(orderAccept.userErrors, []);
    for (;;) {
      const { storeOrderUpdates: update } = await updates.next();
      // Others order here at the same time.
      if (update.order?.id === order.id && update.event?.kind === 'ACCEPTED') break;
    }
    const { node } = await follow(client, OrderDetailDocument, { id: order.id }).next();
    assert.ok(node && 'history' in node);
    assert.deepEqual(node.history.nodes.map(({ kind }) => kind), ['PLACED', 'ACCEPTED']);
  });

  test(`${library}: a text and an unknown id are refused, others go on`, { timeout: 30_000 }, async (context) => {
    const client = open();
    context.after(() => client.dispose());
    const updates = follow(client, StoreOrderUpdatesDocument, { storeId: shop.store.id });
    assert.equal((await updates.next()).storeOrderUpdates.kind, 'SNAPSHOT');
    const single = library.endsWith('single connection');
    const refused = (code: string) => (single ? 400 : code);
    // After a refusal graphql-sse gives its single connection up, and what is open on it with it.
    const other = single ? open() : client;
    context.after(() => other.dispose());
    const text = other.iterate({ query: 'query Free { service { name } }' } as never);
    assert.equal(await refusal(text), refused('PERSISTED_QUERY_ID_REQUIRED'));
    const unknown = other.iterate(request('0'.repeat(64)));
    assert.equal(await refusal(unknown), refused('PERSISTED_QUERY_NOT_IN_LIST'));
    await shop.place();
    assert.equal((await updates.next()).storeOrderUpdates.kind, 'EVENT');
  });
}
