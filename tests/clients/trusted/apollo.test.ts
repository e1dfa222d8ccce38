// Apollo Client runs the mobile app's documents by the ids of its own manifest, and by automatic persisted queries.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { HomeFeedDocument, OrderPlaceDocument, OrderUpdatesDocument } from '../generated/mobile/graphql';
import { plaza, publish } from '../support/publish';
import { endpoint } from '../support/server.mjs';
import { openShop } from '../support/shop.mjs';
import { wire } from '../support/wire';

const manifest = new URL('../generated/apollo/manifest.json', import.meta.url);
const name = 'apollo-manifest';
const shop = await openShop();
await publish(name, manifest.pathname);

const loadManifest = async () => JSON.parse(await readFile(manifest, 'utf8'));
const fromManifest = () =>
  new PersistedQueryLink({ ...generatePersistedQueryIdsFromManifest({ loadManifest }), useGETForHashedQueries: true });

const automatic = () =>
  new PersistedQueryLink({
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    useGETForHashedQueries: true,
  });

/** An app under its name, of whoever has this access token, gone with its test. */
function app(context: TestContext, client: string, token: string | undefined, ...links: ApolloLink[]) {
  const { fetch, sent } = wire();
  const http = new HttpLink({ uri: endpoint, fetch, headers: token ? { authorization: `Bearer ${token}` } : {} });
  const apollo = new ApolloClient({
    clientAwareness: { name: client },
    link: ApolloLink.from([...links, http]),
    cache: new InMemoryCache(),
  });
  context.after(() => apollo.stop());
  return { client: apollo, sent };
}

const codeOf = (error: unknown) => CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code;

test('a query, a mutation and a subscription run by the ids of the manifest', { timeout: 30_000 }, async (context) => {
  const { client, sent } = app(context, name, shop.ana, fromManifest());
  const { data: feed } = await client.query({ query: HomeFeedDocument, variables: { first: 3 } });
  assert.equal(feed?.listings.edges.length, 3);

  const items = [{ listingId: shop.listing.id, quantity: 2 }];
  const input = { storeId: shop.store.id, items, idempotencyKey: randomUUID() };
  const { data: placed } = await client.mutate({ mutation: OrderPlaceDocument, variables: { input } });
  const order = placed?.orderPlace.order;
  assert.equal(order?.itemCount, 2);

  const kinds: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    const following = client.subscribe({ query: OrderUpdatesDocument, variables: { id: order.id } }).subscribe({
      next({ data, error }) {
        if (error) return reject(error);
        kinds.push(data?.orderUpdates.event?.kind);
        if (kinds.length === 1) return void shop.step('OrderAccept', order).catch(reject);
        following.unsubscribe();
        resolve();
      },
      error: reject,
    });
  });
  assert.deepEqual(kinds, [undefined, 'ACCEPTED']);
  assert.deepEqual(sent, [
    { method: 'GET', text: false },
    { method: 'POST', text: false },
    { method: 'GET', text: false },
  ]);
});

test('a text is refused where ids are required, also one that was published', async (context) => {
  const { client } = app(context, name, shop.ana);
  for (const query of [gql`query Free { service { name } }`, HomeFeedDocument]) {
    await assert.rejects(client.query({ query }), (error) => {
      assert.equal(codeOf(error), 'PERSISTED_QUERY_ID_REQUIRED');
      return true;
    });
  }
});

test('an automatic persisted query is sent with its text once, by whoever comes first', async (context) => {
  await plaza('documents', 'mode', '--client', 'apollo-automatic', 'log');
  // A text that nobody sent before.
  const query = gql(`query Automatic${randomUUID().replaceAll('-', '')} { service { name } }`);
  const first = app(context, 'apollo-automatic', shop.ana, automatic());
  const run = async ({ client }: typeof first) => {
    const { data } = await client.query({ query, fetchPolicy: 'network-only' });
    assert.equal((data as { service: { name: string } }).service.name, 'Plaza');
  };
  await run(first);
  await run(first);
  const hash = { method: 'GET', text: false };
  assert.deepEqual(first.sent, [hash, { method: 'POST', text: true }, hash]);
  const second = app(context, 'apollo-automatic', shop.bruno, automatic());
  await run(second);
  assert.deepEqual(second.sent, [hash]);
});

test('a guest is told that nothing is registered for them, and goes on with texts', async (context) => {
  const query = gql(`query Guest${randomUUID().replaceAll('-', '')} { service { name } }`);
  const { client, sent } = app(context, 'apollo-automatic', undefined, automatic());
  for (let time = 0; time < 2; time += 1) await client.query({ query, fetchPolicy: 'network-only' });
  const text = { method: 'POST', text: true };
  assert.deepEqual(sent, [{ method: 'GET', text: false }, text, text]);
});
