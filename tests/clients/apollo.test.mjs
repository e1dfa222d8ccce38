// Apollo Client runs the app's documents as the app does: pages merged by `relayStylePagination`, a
// normalised cache that a mutation's answer lands in, refusals as data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { document } from './support/documents.mjs';
import { endpoint, juigalpa, people } from './support/server.mjs';

function client(token) {
  const http = new HttpLink({ uri: endpoint });
  const signed = new ApolloLink((operation, forward) => {
    if (token) operation.setContext({ headers: { authorization: `Bearer ${token}` } });
    return forward(operation);
  });
  const lists = ['filter', 'sort'];
  return new ApolloClient({
    link: ApolloLink.from([signed, http]),
    cache: new InMemoryCache({
      possibleTypes: { Node: ['Category', 'Listing', 'Profile', 'Session', 'Store', 'User'] },
      typePolicies: {
        Query: {
          fields: {
            listings: relayStylePagination(lists),
            stores: relayStylePagination(lists),
            profiles: relayStylePagination(lists),
          },
        },
        Store: { fields: { listings: relayStylePagination(lists) } },
        Category: { fields: { listings: relayStylePagination(lists) } },
        User: { fields: { listings: relayStylePagination(['sort']) } },
      },
    }),
  });
}

async function signedIn(who) {
  const { data } = await client().mutate({ mutation: document('SignIn'), variables: { input: people[who] } });
  assert.deepEqual(data.signIn.userErrors, []);
  return { client: client(data.signIn.tokens.accessToken), viewer: data.signIn.viewer };
}

test('ana signs in and is who she is', async () => {
  const { client, viewer } = await signedIn('ana');
  assert.equal(viewer.user.handle, 'ana');
  const { data } = await client.query({ query: document('Viewer') });
  assert.equal(data.viewer.phone, people.ana.login);
  assert.equal(data.viewer.user.profile.kind, 'CONSUMER');
});

test('pages of the feed merge: none twice, newest first', async () => {
  const apollo = client();
  const feed = apollo.watchQuery({ query: document('HomeFeed'), variables: { first: 25 } });
  const listening = feed.subscribe(() => {});
  const shown = () => apollo.readQuery({ query: document('HomeFeed'), variables: { first: 25 } }).listings;
  try {
    await feed.refetch();
    for (let page = 0; page < 3; page += 1) {
      assert.ok(shown().pageInfo.hasNextPage, 'the demo has more than 100 listings');
      await feed.fetchMore({ variables: { after: shown().pageInfo.endCursor } });
    }
    const nodes = shown().edges.map((edge) => edge.node);
    assert.equal(nodes.length, 100);
    assert.equal(new Set(nodes.map((node) => node.id)).size, 100);
    const times = nodes.map((node) => Date.parse(node.createdAt));
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
  } finally {
    listening.unsubscribe();
    apollo.stop();
  }
});

test('a search by words, price and place has its summary and its distances', async () => {
  const filter = { text: 'queso', price: { max: '500' }, near: { point: juigalpa, radiusMetres: 50_000 } };
  const { data } = await client().query({
    query: document('ListingSearch'),
    variables: { filter, sort: 'DISTANCE', first: 10 },
  });
  const nodes = data.listings.edges.map((edge) => edge.node);
  assert.ok(nodes.length > 0);
  assert.equal(data.listings.totalCount >= nodes.length, true);
  const counted = data.listings.facets.categories.reduce((sum, facet) => sum + facet.count, 0);
  assert.equal(counted, data.listings.totalCount);
  const distances = nodes.map((node) => node.distance);
  assert.deepEqual(distances, [...distances].sort((a, b) => a - b));
});

test('a listing and its store have pages', async () => {
  const apollo = client();
  const { data } = await apollo.query({ query: document('StorePage'), variables: { handle: 'cafeteria-central' } });
  assert.equal(data.store.owner.handle, 'bruno');
  assert.equal(data.store.timeZone, 'America/Managua');
  const [edge] = data.store.listings.edges;
  const page = await apollo.query({ query: document('ListingDetail'), variables: { id: edge.node.id } });
  assert.equal(page.data.node.title, edge.node.title);
  assert.equal(typeof page.data.node.description, 'string');
});

test('an update lands in every list that shows the listing, and an old version is refused', async () => {
  const { client: apollo, viewer } = await signedIn('bruno');
  const [store] = viewer.stores;
  const { data: tree } = await apollo.query({ query: document('CategoryTree') });
  const [category] = tree.categories;
  const input = {
    storeId: store.id,
    categoryId: category.id,
    title: 'Café de prueba',
    price: { amount: '45.00', currency: 'NIO' },
    publish: true,
    idempotencyKey: crypto.randomUUID(),
  };
  const create = () => apollo.mutate({ mutation: document('ListingCreate'), variables: { input } });
  const { data: first } = await create();
  assert.deepEqual(first.listingCreate.userErrors, []);
  const { data: again } = await create();
  assert.equal(again.listingCreate.listing.id, first.listingCreate.listing.id);

  const shelf = { query: document('StorePage'), variables: { handle: store.handle } };
  await apollo.query({ ...shelf, fetchPolicy: 'network-only' });
  const { id, version } = first.listingCreate.listing;
  const update = (title) =>
    apollo.mutate({ mutation: document('ListingUpdate'), variables: { input: { id, version, title } } });
  const { data: updated } = await update('Café de altura');
  assert.equal(updated.listingUpdate.listing.version, version + 1);
  const seen = apollo.readQuery(shelf).store.listings.edges.find((edge) => edge.node.id === id);
  assert.equal(seen.node.title, 'Café de altura');

  const { data: stale } = await update('Café de ayer');
  assert.deepEqual(stale.listingUpdate.userErrors.map((error) => [error.code, error.field]), [['CONFLICT', ['version']]]);
  await apollo.mutate({ mutation: document('ListingArchive'), variables: { id } });
});

test('what a guest may not do says that one must sign in', async () => {
  await assert.rejects(client().mutate({ mutation: document('SignOut') }), (error) => {
    assert.ok(CombinedGraphQLErrors.is(error));
    assert.equal(error.errors[0].extensions.code, 'UNAUTHENTICATED');
    return true;
  });
});
