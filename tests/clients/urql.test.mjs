// urql runs the app's documents, with its normalised cache and Relay pagination.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { document } from './support/documents.mjs';
import { endpoint, people } from './support/server.mjs';

const values = ['Money', 'PageInfo', 'GeoPoint', 'OpeningHours', 'UserError', 'AuthTokens', 'Viewer', 'StoreMember'];
const lists = ['ListingConnection', 'ListingEdge', 'ListingFacets', 'CategoryFacet', 'PriceFacet'];

function client(token) {
  return new Client({
    url: endpoint,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: token ? { authorization: `Bearer ${token}` } : {} }),
    exchanges: [
      cacheExchange({
        keys: Object.fromEntries([...values, ...lists].map((name) => [name, () => null])),
        resolvers: { Query: { listings: relayPagination() } },
      }),
      fetchExchange,
    ],
  });
}

test('pages of the feed merge: none twice', async () => {
  const urql = client();
  const feed = (after) => urql.query(document('HomeFeed'), { first: 20, after }).toPromise();
  const first = await feed();
  assert.equal(first.error, undefined);
  const merged = await feed(first.data.listings.pageInfo.endCursor);
  const ids = merged.data.listings.edges.map((edge) => edge.node.id);
  assert.equal(ids.length, 40);
  assert.equal(new Set(ids).size, 40);
  assert.deepEqual(ids.slice(0, 20), first.data.listings.edges.map((edge) => edge.node.id));
});

test('queries by GET are the same as by POST', async () => {
  const urql = client();
  const variables = { handle: 'cafeteria-central' };
  const posted = await urql.query(document('StorePage'), variables, { requestPolicy: 'network-only' }).toPromise();
  const got = await urql
    .query(document('StorePage'), variables, { requestPolicy: 'network-only', preferGetMethod: 'force' })
    .toPromise();
  assert.equal(got.error, undefined);
  assert.deepEqual(got.data, posted.data);
});

test('a mutation signs in, and a wrong password is told as data', async () => {
  const right = await client().mutation(document('SignIn'), { input: people.bruno }).toPromise();
  const { tokens, userErrors } = right.data.signIn;
  assert.deepEqual(userErrors, []);
  const viewer = await client(tokens.accessToken).query(document('Viewer'), {}).toPromise();
  assert.equal(viewer.data.viewer.stores[0].handle, 'cafeteria-central');
  const wrong = await client()
    .mutation(document('SignIn'), { input: { login: 'nobody@example.com', password: 'not the password' } })
    .toPromise();
  assert.equal(wrong.data.signIn.tokens, null);
  assert.equal(wrong.data.signIn.userErrors[0].code, 'BAD_CREDENTIALS');
});
