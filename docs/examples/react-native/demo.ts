// A day of the app, without its screens: Node stands in for the phone. Ends with an error where something is not as the
// book says.
//
// usage: npx tsx demo.ts [URL of Plaza]
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import WebSocket from 'ws';
import { openCounter, people } from '../counter.mjs';
import { Basket, placeOrder } from './src/basket';
import { openClient } from './src/client';
import { follow } from './src/follow';
import { FeedDocument, OrdersDocument, OrderUpdatesDocument } from './src/generated/graphql';
import type { Platform } from './src/platform';
import { Session } from './src/session';

const url = process.argv[2] ?? 'http://localhost:8000';
const counter = await openCounter(url);

// ANCHOR: platform
// The phone: memory for the keychain, `ws` for its WebSocket. Each can be made to fail.
let kept: string | null = null;
let lose: string | undefined;
const sent: string[] = [];
const sockets = new Set<WebSocket>();
const platform: Platform = {
  url,
  vault: {
    read: async () => kept,
    write: async (token) => void (kept = token),
    clear: async () => void (kept = null),
  },
  randomUUID,
  WebSocket: class extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols);
      sockets.add(this);
    }
  },
  async fetch(address, init) {
    const response = await fetch(address, init);
    const text = await response.clone().text();
    const field = Object.keys(JSON.parse(text).data ?? {})[0] ?? '';
    sent.push(field);
    if (field !== lose) return response;
    lose = undefined;
    throw new TypeError('Network request failed');
  },
};
// ANCHOR_END: platform
const times = (field: string) => sent.filter((one) => one === field).length;

async function until(what: () => unknown, name: string) {
  for (let turn = 0; turn < 200; turn += 1) {
    if (what()) return;
    await wait(50);
  }
  throw new Error(`never came: ${name}`);
}

const session = new Session(platform);
const { client, close } = openClient(platform, session);

// A guest looks around: pages merge, and none is there twice.
const feed = client.watchQuery({ query: FeedDocument, variables: { first: 10, filter: { storeId: counter.store.id } } });
const watching = feed.subscribe(() => {});
await feed.refetch();
const shown = () => feed.getCurrentResult().data as { listings: { edges: any[]; pageInfo: any } };
await feed.fetchMore({ variables: { after: shown().listings.pageInfo.endCursor } });
await until(() => shown().listings.edges.length > 10, 'second page');
const listings = shown().listings.edges.map(({ node }) => node);
assert.equal(new Set(listings.map(({ id }) => id)).size, listings.length);
console.log(`feed: ${listings.length} listings in two pages`);
watching.unsubscribe();

// Signing in: a wrong password is data, to be shown beside the form.
const [refusal] = await session.signIn(people.ana.login, 'not her password');
assert.equal(refusal?.code, 'BAD_CREDENTIALS');
console.log(`sign in: ${refusal.message}`);
assert.deepEqual(await session.signIn(people.ana.login, people.ana.password), []);

// Ten that find the token refused wait for one refresh; its first answer is lost, and asked for again.
const old = await session.token();
lose = 'sessionRefresh';
const before = kept;
const fresh = await Promise.all(Array.from({ length: 10 }, () => session.token(old)));
assert.equal(new Set(fresh).size, 1);
assert.equal(times('sessionRefresh'), 2);
assert.notEqual(kept, before);
console.log('session: ten waited for one refresh, whose answer was lost once');

// An order is in the list before the server has heard of it, and is one order though its answer was lost.
const orders = client.watchQuery({ query: OrdersDocument });
const seen: { number: string; status: string; total: string }[] = [];
const watchingOrders = orders.subscribe(({ data }) => {
  const newest = (data as any)?.viewer?.orders.edges[0]?.node;
  if (newest) seen.push({ number: newest.number, status: newest.status, total: newest.total.amount });
});
await until(() => seen.length, 'orders');
const basket = new Basket(platform);
basket.set(listings.find(({ stock }) => stock === null), 2);
lose = 'orderPlace';
const { order, userErrors } = await placeOrder(client, basket);
assert.deepEqual(userErrors, []);
assert.ok(order);
assert.equal(times('orderPlace'), 2);
await until(() => seen.at(-1)?.number === order.number, 'order in the list');
const expected = seen.find(({ number }) => number === '…');
assert.equal(expected?.total, order.total.amount);
assert.equal((await placeOrder(client, basket)).order?.id, order.id);
console.log(`order: ${order.number} for ${order.total.amount} ${order.total.currency}, once`);

// It is followed; the socket dies, two steps are missed and come after.
const kinds: string[] = [];
const stop = follow(client, OrderUpdatesDocument, { id: order.id }, ({ orderUpdates: { kind, event } }) => {
  kinds.push(event?.kind ?? kind);
  console.log(`stream: ${event?.kind ?? kind}`);
});
await until(() => kinds.length === 1, 'state');
await counter.step('orderAccept', order.id);
await until(() => kinds.length === 2, 'first step');
for (const socket of sockets) socket.terminate();
await counter.step('orderPrepare', order.id);
await counter.step('orderReady', order.id);
await until(() => kinds.length === 4, 'steps after the cut');
assert.deepEqual(kinds, ['SNAPSHOT', 'ACCEPTED', 'PREPARING', 'READY']);
await until(() => seen.at(-1)?.status === 'READY', 'list shows what the stream heard');
stop();
watchingOrders.unsubscribe();

// What can't be mended by trying again is told.
const failed = await new Promise((resolve) => {
  follow(client, OrderUpdatesDocument, { id: counter.store.id }, () => {}, resolve);
});
console.log(`stream: ${failed}`);

await session.signOut();
assert.equal(kept, null);
close();
console.log('the app has done all of it');
process.exit(0);
