// Relay's network sends the ids that its compiler left in the artifacts; `relay/market.ts` holds the documents.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { createClient } from 'graphql-sse';
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getRequest,
  Network,
  Observable,
  readInlineData,
  RecordSource,
  requestSubscription,
  Store,
  type GraphQLResponse,
  type RequestParameters,
  type Variables,
} from 'relay-runtime';
import listingNode, { type marketListing$key } from '../generated/relay/marketListing.graphql';
import feedNode, { type marketFeedQuery } from '../generated/relay/marketFeedQuery.graphql';
import orderNode, { type marketOrderQuery } from '../generated/relay/marketOrderQuery.graphql';
import placeNode, { type marketPlaceMutation } from '../generated/relay/marketPlaceMutation.graphql';
import updatesNode, { type marketOrderSubscription } from '../generated/relay/marketOrderSubscription.graphql';
import { publish } from '../support/publish';
import { endpoint } from '../support/server.mjs';
import { openShop } from '../support/shop.mjs';

const name = 'relay-market';
const shop = await openShop();
await publish(name, new URL('../generated/relay/persisted.json', import.meta.url).pathname);

const headers = { authorization: `Bearer ${shop.ana}`, 'graphql-client-name': name };

async function send(body: object): Promise<GraphQLResponse> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** An app's environment, gone with its test: its network sends ids alone. */
function environment(context: TestContext) {
  const streams = createClient({ url: endpoint, headers, retryAttempts: 0 });
  const request = (params: RequestParameters, variables: Variables) => {
    assert.equal(params.text, null, 'the compiler leaves no text');
    return { documentId: params.id, variables };
  };
  const network = Network.create(
    (params, variables) => send(request(params, variables)),
    (params, variables) =>
      Observable.create((sink) => streams.subscribe(request(params, variables) as never, sink as never)),
  );
  context.after(() => streams.dispose());
  return new Environment({ network, store: new Store(new RecordSource()) });
}

test('a page of listings has its fragments', async (context) => {
  const relay = environment(context);
  const page = await fetchQuery<marketFeedQuery>(relay, feedNode, { first: 3 }).toPromise();
  assert.equal(page?.listings.edges.length, 3);
  for (const { node } of page.listings.edges) {
    const listing = readInlineData<marketListing$key>(listingNode, node);
    assert.match(listing.price.amount, /^\d+\.\d\d$/);
  }
});

test('an order is placed, and what is followed lands in the store', { timeout: 30_000 }, async (context) => {
  const relay = environment(context);
  const items = [{ listingId: shop.listing.id, quantity: 1 }];
  const input = { storeId: shop.store.id, items, idempotencyKey: randomUUID() };
  const placed = await new Promise<marketPlaceMutation['response']>((onCompleted, onError) => {
    commitMutation<marketPlaceMutation>(relay, { mutation: placeNode, variables: { input }, onCompleted, onError });
  });
  const order = placed.orderPlace.order;
  assert.equal(order?.status, 'PLACED');
  const { id } = order;
  await fetchQuery<marketOrderQuery>(relay, orderNode, { id }).toPromise();

  await new Promise<void>((resolve, reject) => {
    requestSubscription<marketOrderSubscription>(relay, {
      subscription: updatesNode,
      variables: { id },
      onNext: (update) => {
        if (update?.orderUpdates.kind === 'SNAPSHOT') shop.step('OrderAccept', order).catch(reject);
        else resolve();
      },
      onError: reject,
    });
  });
  const shown = relay.lookup(createOperationDescriptor(getRequest(orderNode), { id }).fragment);
  const { node } = shown.data as unknown as marketOrderQuery['response'];
  assert.equal(node?.status, 'ACCEPTED');
});

test('a text is refused', async () => {
  const answer = await send({ query: 'query Free { service { name } }' });
  assert.ok('errors' in answer);
  const [error] = answer.errors as unknown as { extensions: { code: string } }[];
  assert.equal(error?.extensions.code, 'PERSISTED_QUERY_ID_REQUIRED');
});
