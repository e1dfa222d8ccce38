// Readers and buyers: each sends one request after the other, and counts every one that does not succeed.
import { randomUUID } from 'node:crypto';
import { sleep } from '../stack/process.mjs';
import { ask } from './market.mjs';

const LIST = `query ($text: String) { listings(first: 20, filter: {text: $text}) { totalCount nodes { id title price { amount currency }
  store { name isOpen } category { name } } pageInfo { endCursor } } }`;
const STORE = '{ store(handle: "cafeteria-central") { id name listings(first: 20) { nodes { id title } } } }';
const ORDERS = '{ viewer { user { handle } orders(first: 10) { nodes { id number status items { quantity } } } } }';
const PLACE = `mutation ($input: OrderPlaceInput!) { orderPlace(input: $input) { order { id number version status } userErrors { code message } } }`;
const ACCEPT = `mutation ($input: OrderStepInput!) { orderAccept(input: $input) { order { id number version status } userErrors { code message } } }`;
const SEEN = 'query ($id: ID!) { node(id: $id) { ... on Order { number status } } }';

const WORDS = ['queso', 'café', 'pan', null];

/** Load on one address, until it is told to stop */
export class Load {
  constructor(url, market, { readers, buyers, rest }) {
    Object.assign(this, { url, market, rest, going: true });
    this.kinds = {};
    /** What each mutation that succeeded has made: `number.version` of the order */
    this.acknowledged = [];
    this.workers = [
      ...Array.from({ length: readers }, (_, number) => this.read(number)),
      ...Array.from({ length: buyers }, (_, number) => this.buy(number)),
    ];
  }

  async one(kind, query, variables, options) {
    const told = (this.kinds[kind] ??= { sent: 0, failures: [], slowest: 0 });
    told.sent += 1;
    const begun = performance.now();
    const at = new Date().toISOString();
    try {
      return await ask(this.url, query, variables, options);
    } catch (err) {
      told.failures.push(`${at} ${kind}, ${Math.round(performance.now() - begun)} ms: ${err.message}`);
    } finally {
      told.slowest = Math.max(told.slowest, performance.now() - begun);
    }
  }

  async read(number) {
    const token = this.market.ana;
    for (let turn = number; this.going; turn += 1) {
      if (turn % 3 === 0) await this.one('read, list', LIST, { text: WORDS[turn % WORDS.length] });
      if (turn % 3 === 1) await this.one('read, store', STORE);
      if (turn % 3 === 2) await this.one('read, own orders', ORDERS, {}, { token });
      await sleep(this.rest * Math.random() * 2);
    }
  }

  async buy(number) {
    const { ana, bruno, store, listing } = this.market;
    for (let turn = number; this.going; turn += 1) {
      const input = { storeId: store, items: [{ listingId: listing, quantity: 1 }], idempotencyKey: randomUUID() };
      const placed = await this.one('order placed', PLACE, { input }, { token: ana });
      const order = this.acknowledge('order placed', placed?.data.orderPlace);
      if (order) {
        const seen = await this.one('own order read', SEEN, { id: order.id }, { token: ana, position: placed.position });
        if (seen && seen.data.node?.number !== order.number) this.fail('own order read', `order ${order.number} is not seen`);
        if (turn % 2 === 0) {
          const accepted = await this.one('order accepted', ACCEPT, { input: { id: order.id } }, { token: bruno });
          this.acknowledge('order accepted', accepted?.data.orderAccept);
        }
      }
      await sleep(this.rest * Math.random() * 2);
    }
  }

  /** Notes what a mutation says it has made. */
  acknowledge(kind, payload) {
    if (!payload) return undefined;
    if (!payload.order) this.fail(kind, JSON.stringify(payload.userErrors));
    else this.acknowledged.push(`${payload.order.number}.${payload.order.version}`);
    return payload.order;
  }

  fail(kind, why) {
    this.kinds[kind].failures.push(`${new Date().toISOString()} ${kind}: ${why}`);
  }

  get sent() {
    return Object.values(this.kinds).reduce((sum, told) => sum + told.sent, 0);
  }

  get failures() {
    return Object.values(this.kinds).flatMap((told) => told.failures);
  }

  async stop() {
    this.going = false;
    await Promise.all(this.workers);
  }
}
