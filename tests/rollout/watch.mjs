// Whoever follows the shop's orders over graphql-ws: is cut off when a node stops, and goes on by cursor.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { sleep } from '../stack/process.mjs';

const FOLLOW = `subscription ($storeId: ID!, $after: String) { storeOrderUpdates(storeId: $storeId, after: $after) {
  kind cursor event { version } order { number } } }`;

/** One stream, over as many sockets as it takes */
export class Watcher {
  constructor(url, market) {
    Object.assign(this, { url: `${url.replace(/^http/, 'ws')}/graphql`, market, going: true });
    /** `number.version` of the order, as events came */
    this.seen = [];
    this.gaps = 0;
    this.cursor = undefined;
    /** How sockets ended, by code */
    this.ends = {};
    /** Handshakes that did not come to a socket, and errors of subscriptions */
    this.failures = [];
    this.started = new Promise((done) => (this.starts = done));
    this.running = this.run();
  }

  async run() {
    while (this.going) {
      const end = await this.follow();
      if (!this.going) return;
      this.ends[end] = (this.ends[end] ?? 0) + 1;
      // A person's client comes back at once; a fixed rhythm would have all of them come together.
      await sleep(Math.random() * 200);
    }
  }

  /** Follows over one socket until it ends: its code. */
  async follow() {
    let code;
    const watcher = this;
    const client = createClient({
      url: this.url,
      webSocketImpl: class extends WebSocket {
        constructor(...options) {
          super(...options);
          this.once('unexpected-response', (_, response) => {
            watcher.failures.push(`${new Date().toISOString()} handshake: ${response.statusCode}`);
          });
        }
      },
      connectionParams: { Authorization: `Bearer ${this.market.bruno}` },
      retryAttempts: 0,
      on: { closed: (event) => (code = event.code) },
    });
    this.client = client;
    const variables = { storeId: this.market.store, after: this.cursor };
    try {
      for await (const { data, errors } of client.iterate({ query: FOLLOW, variables })) {
        if (errors) throw new Error(JSON.stringify(errors));
        this.take(data.storeOrderUpdates);
      }
    } catch (err) {
      if (Array.isArray(err) || !('code' in err)) {
        this.failures.push(`${new Date().toISOString()} subscription: ${JSON.stringify(err)} ${err.message ?? ''}`);
      }
      code ??= err.code;
    } finally {
      await client.dispose();
    }
    return code ?? 'none';
  }

  take({ kind, cursor, event, order }) {
    if (kind === 'GAP') this.gaps += 1;
    // A state where events were to follow is a loss, too.
    if (kind === 'SNAPSHOT' && this.cursor) this.gaps += 1;
    if (kind === 'EVENT') this.seen.push(`${order.number}.${event.version}`);
    this.cursor = cursor;
    this.starts();
  }

  async stop() {
    this.going = false;
    await this.client.dispose();
    await this.running;
  }
}
