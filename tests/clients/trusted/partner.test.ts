// A partner's program without any library: `fetch`, an API key, and the ids of what was published for it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Kind, print } from 'graphql';
import {
  ApiKeyCreateDocument,
  ApiKeyRevokeDocument,
  ApiKeysDocument,
  type ApiKeyCreateMutation,
  type ApiKeysQuery,
  type ApiScope,
} from '../generated/dashboard/graphql';
import {
  AccountDocument,
  CatalogFeedDocument,
  CatalogRefreshDocument,
  ListingPriceSetDocument,
  ListingStockSetDocument,
  OrderAcceptDocument,
  StoreCatalogDocument,
  StoreOrdersDocument,
  StoreOrderUpdatesDocument,
  type CatalogFeedQuery,
  type ListingPriceSetMutationVariables,
  type StoreOrderUpdatesSubscription,
} from '../generated/partner/graphql';
import { publish } from '../support/publish';
import { endpoint } from '../support/server.mjs';
import { ask, openShop } from '../support/shop.mjs';

const name = 'partner-documents';
const shop = await openShop();
const folder = new URL('../../../graphql/operations/partner', import.meta.url);
const { operations } = await publish(name, folder.pathname);
const ids = new Map(operations.map(({ name, id }) => [name, id]));

type Document<Data, Variables> = TypedDocumentNode<Data, Variables>;

/** The id under which the folder's document of this name was published. */
function idOf({ definitions }: { definitions: readonly object[] }): string {
  const [operation] = definitions as readonly [{ kind: Kind; name: { value: string } }];
  const id = ids.get(operation.name.value);
  assert.ok(id, operation.name.value);
  return id;
}

/** Bruno, signed in, gives a key to a partner. */
async function keyFor(scopes: ApiScope[]) {
  const input = { name: 'Inventario', client: name, scopes };
  const { apiKeyCreate }: ApiKeyCreateMutation = await ask(print(ApiKeyCreateDocument), { input }, shop.bruno);
  const { apiKey, secret, userErrors } = apiKeyCreate;
  assert.deepEqual(userErrors, []);
  assert.ok(apiKey && secret);
  return { id: apiKey.id, secret };
}

const revoke = (id: string) => ask(print(ApiKeyRevokeDocument), { id }, shop.bruno);

const everything = await keyFor(['CATALOG_READ', 'CATALOG_WRITE', 'ORDERS_READ', 'ORDERS_WRITE']);
after(() => revoke(everything.id));

const post = (body: object, secret: string, accept = 'application/graphql-response+json') =>
  fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  });

async function run<Data, Variables>(document: Document<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await post({ documentId: idOf(document), variables }, everything.secret);
  const { data, errors } = (await response.json()) as { data: Data; errors?: object[] };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

async function codeOf(response: Response): Promise<string | undefined> {
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}

/** The payloads of an event stream. */
async function* payloads<Data>(response: Response): AsyncGenerator<Data> {
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop()!;
    for (const event of events) {
      const line = event.split('\n').find((line) => line.startsWith('data: {'));
      if (line) yield JSON.parse(line.slice('data: '.length)).data;
    }
  }
}

test('the catalog is read to its end, page by page', async () => {
  const versions = new Map<string, number>();
  let after: string | null = null;
  for (;;) {
    const { listings }: CatalogFeedQuery = await run(CatalogFeedDocument, { first: 100, after });
    for (const { id, version } of listings.nodes) versions.set(id, version);
    if (!listings.pageInfo.hasNextPage) break;
    after = listings.pageInfo.endCursor;
  }
  assert.ok(versions.size > 100, 'the demo has more than a page');
  const known = [...versions.keys()].slice(0, 100);
  const { nodes } = await run(CatalogRefreshDocument, { ids: known });
  assert.equal(nodes.filter(Boolean).length, 100);
});

test('stock and price are set, and an old version is refused as data', async () => {
  const { viewer } = await run(AccountDocument, {});
  const store = viewer?.stores.find(({ id }) => id === shop.store.id);
  assert.ok(store, 'the key acts for bruno');
  const { store: shelf } = await run(StoreCatalogDocument, { handle: store.handle });
  const listing = shelf?.listings.nodes.find(({ id, status }) => status === 'ACTIVE' && id !== shop.listing.id);
  assert.ok(listing);
  const { id, version } = listing;
  const { listingUpdate: counted } = await run(ListingStockSetDocument, { id, version, stock: 7 });
  assert.deepEqual([counted.listing?.stock, counted.listing?.version], [7, version + 1]);
  const price = { amount: '19.50', currency: 'NIO' } as const;
  const { listingUpdate: stale } = await run(ListingPriceSetDocument, { id, version, price });
  assert.deepEqual(stale.userErrors.map(({ code, field }) => [code, field]), [['CONFLICT', ['version']]]);
  await run(ListingStockSetDocument, { id, stock: listing.stock });
});

// @ts-expect-error An amount is exact, so it is a text: the compiler knows it from the scalars in `codegen.mjs`.
({ amount: 19.5, currency: 'NIO' }) satisfies ListingPriceSetMutationVariables['price'];

test('orders are read, taken, and followed over a cut', { timeout: 30_000 }, async () => {
  const order = await shop.place();
  const { store } = await run(StoreOrdersDocument, { handle: shop.handle, filter: { status: ['PLACED'] } });
  assert.ok(store?.orders?.nodes.some(({ id }) => id === order.id));
  const follow = async (after?: string) => {
    const variables = { storeId: shop.store.id, after };
    const body = { documentId: idOf(StoreOrderUpdatesDocument), variables };
    return payloads<StoreOrderUpdatesSubscription>(await post(body, everything.secret, 'text/event-stream'));
  };
  const stream = await follow();
  const { value: first } = await stream.next();
  assert.equal(first.storeOrderUpdates.kind, 'SNAPSHOT');
  await stream.return(undefined);

  const input = { id: order.id, version: order.version, idempotencyKey: order.id };
  const { orderAccept } = await run(OrderAcceptDocument, { input });
  assert.deepEqual(orderAccept.userErrors, []);
  for await (const { storeOrderUpdates: update } of await follow(first.storeOrderUpdates.cursor)) {
    assert.equal(update.kind, 'EVENT', 'what was missed comes, and no state instead');
    if (update.order?.id === order.id && update.event?.kind === 'ACCEPTED') break;
  }
});

test('a key runs what was published for it, and nothing else', async () => {
  const code = async (body: object) => codeOf(await post(body, everything.secret));
  assert.equal(await code({ query: 'query Free { service { name } }' }), 'PERSISTED_QUERY_ID_REQUIRED');
  assert.equal(await code({ query: operations[0]!.body }), 'PERSISTED_QUERY_ID_REQUIRED');
  assert.equal(await code({ documentId: '0'.repeat(64) }), 'PERSISTED_QUERY_NOT_IN_LIST');
});

test('a key does what its scopes say, and whoever gave it sees what it may run', async () => {
  const { id, secret } = await keyFor(['CATALOG_READ']);
  const orders = { documentId: idOf(StoreOrdersDocument), variables: { handle: shop.handle } };
  assert.equal(await codeOf(await post(orders, secret)), 'FORBIDDEN');
  const { viewer }: ApiKeysQuery = await ask(print(ApiKeysDocument), {}, shop.bruno);
  const key = viewer?.apiKeys.find((key) => key.id === id);
  assert.ok(key && secret.startsWith(key.prefix));
  assert.deepEqual(key.documents.map(({ documentId }) => documentId).sort(), [...ids.values()].sort());
  await revoke(id);
});

test('a revoked key is refused at once, and its stream ends', { timeout: 30_000 }, async () => {
  const { id, secret } = await keyFor(['CATALOG_READ', 'ORDERS_READ']);
  const feed = { documentId: idOf(CatalogFeedDocument), variables: { first: 1 } };
  assert.equal(await codeOf(await post(feed, secret)), undefined);
  const updates = { documentId: idOf(StoreOrderUpdatesDocument), variables: { storeId: shop.store.id } };
  const stream = payloads(await post(updates, secret, 'text/event-stream'));
  assert.equal((await stream.next()).done, false);
  await revoke(id);
  assert.equal(await codeOf(await post(feed, secret)), 'UNAUTHENTICATED');
  for await (const _ of stream);
});

test('what is public is fetched by GET, and not again while it is the same', async () => {
  const variables = JSON.stringify({ first: 5 });
  const headers = { 'graphql-client-name': name };
  const url = `${endpoint}/${idOf(CatalogFeedDocument)}?${new URLSearchParams({ variables })}`;
  const first = await fetch(url, { headers });
  assert.equal(first.status, 200);
  const tag = first.headers.get('etag');
  assert.ok(tag);
  assert.match(first.headers.get('cache-control') ?? '', /public/);
  const { data } = (await first.json()) as { data: CatalogFeedQuery };
  assert.equal(data.listings.nodes.length, 5);
  const again = await fetch(url, { headers: { ...headers, 'if-none-match': tag } });
  assert.deepEqual([again.status, await again.text()], [304, '']);
  const query = new URLSearchParams({ documentId: idOf(CatalogFeedDocument), variables });
  const named = await fetch(`${endpoint}?${query}`, { headers });
  assert.deepEqual(((await named.json()) as { data: unknown }).data, data);
});
