// A store's own system: brings its catalogue to Plaza, then takes orders, for ever, and misses none.
//
// usage: ERP_KEY=plaza_… node erp.mjs [URL of Plaza]
import { openAsBlob } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { Plaza, PlazaError } from './plaza.mjs';

const url = process.argv[2] ?? 'http://localhost:8000';
const key = process.env.ERP_KEY;
if (!key) throw new Error('ERP_KEY holds the key: plaza_…');
const manifest = JSON.parse(await readFile(new URL('ids.json', import.meta.url), 'utf8'));
const plaza = new Plaza({ url, key, manifest });

// ANCHOR: account
const { viewer } = await plaza.run('Account');
const store = viewer.stores[0];
console.log(`acts for ${viewer.user.handle}, at ${store.handle}`);
// ANCHOR_END: account

// ANCHOR: import
const blob = await openAsBlob(new URL('catalogue.csv', import.meta.url));
const file = new File([blob], 'catalogue.csv', { type: 'text/csv' });
const { listingImport } = await plaza.upload('CatalogueImport', { storeId: store.id }, file);
if (!listingImport.job) throw new Error(listingImport.userErrors[0].message);

for await (const { job } of plaza.follow('CatalogueJob', { id: listingImport.job.id })) {
  console.log(`catalogue: ${job.status}, ${job.done} of ${job.total} bytes`);
  if (job.status === 'FAILED' || job.status === 'CANCELLED') throw new Error(job.message);
  if (job.status !== 'SUCCEEDED') continue;
  const { created, updated, unchanged, bad, badLines } = job.result;
  console.log(`catalogue: ${created} created, ${updated} updated, ${unchanged} unchanged, ${bad} bad`);
  for (const { line, column, reason } of badLines) console.log(`  line ${line}, ${column}: ${reason}`);
  break;
}
// ANCHOR_END: import

// ANCHOR: orders
/** Takes an order that waits. Sent twice it is one step: the key says which order, and in which state of it. */
async function take(order) {
  if (order.status !== 'PLACED') return;
  const input = { id: order.id, version: order.version, idempotencyKey: `accept-${order.id}-${order.version}` };
  const { orderAccept } = await plaza.run('OrderAccept', { input });
  const [refusal] = orderAccept.userErrors;
  if (!refusal) console.log(`${order.number}: taken, ${order.itemCount} for ${order.total.amount} ${order.total.currency}`);
  else if (refusal.code === 'CONFLICT') console.log(`${order.number}: somebody was faster`);
  else console.error(`${order.number}: ${refusal.message}`);
}

/** Everything that waits: at the first start, and where the log does not reach back to our cursor. */
async function takeAllThatWaits() {
  let after = null;
  do {
    const { store: read } = await plaza.run('NewOrders', { handle: store.handle, after });
    for (const order of read.orders.nodes) await take(order);
    const { hasNextPage, endCursor } = read.orders.pageInfo;
    after = hasNextPage ? endCursor : null;
  } while (after);
}

// The cursor is kept with what was done: whoever starts again goes on there.
const kept = new URL('cursor', import.meta.url);
const after = await readFile(kept, 'utf8').catch(() => undefined);
async function keep(cursor) {
  await writeFile(new URL('cursor.new', import.meta.url), cursor);
  await rename(new URL('cursor.new', import.meta.url), kept);
}

try {
  for await (const { kind, cursor, event, order } of plaza.follow('OrderFeed', { storeId: store.id }, { after })) {
    if (kind !== 'EVENT') await takeAllThatWaits();
    else if (event.kind === 'PLACED') await take(order);
    await keep(cursor);
    if (kind !== 'EVENT') console.log('follows orders');
  }
} catch (error) {
  if (error instanceof PlazaError && error.status === 401) console.error('The key is not good any more: ask for another.');
  throw error;
}
// ANCHOR_END: orders
