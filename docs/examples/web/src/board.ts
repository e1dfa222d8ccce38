// The orders on the board: read once, then moved by the stream, for as long as the page is open.
import { client } from './client';
import { BoardDocument, BoardUpdatesDocument, OrderAcceptDocument } from './generated/graphql';
import type { BoardOrderFragment, BoardUpdatesSubscription } from './generated/graphql';

export interface Store {
  id: string;
  handle: string;
}

export interface Shown {
  orders: BoardOrderFragment[];
  figures?: BoardUpdatesSubscription['storeOrderUpdates']['dashboard'];
}

// ANCHOR: board
/** Follows a store's orders, and calls `show` with what is to be seen. The answer stops it. */
export function followBoard(store: Store, show: (shown: Shown) => void, fail: (error: Error) => void): () => void {
  const orders = new Map<string, BoardOrderFragment>();
  const open = new Set(['PLACED', 'ACCEPTED', 'PREPARING', 'READY']);
  let figures: Shown['figures'];
  let after: string | undefined;
  let tries = 0;
  let stop = () => {};

  /** The higher version is newer: the stream and a page may come in any order. */
  function put(order: BoardOrderFragment) {
    if ((orders.get(order.id)?.version ?? -1) < order.version) orders.set(order.id, order);
  }

  function draw() {
    const shown = [...orders.values()].filter(({ status }) => open.has(status));
    show({ orders: shown.sort((a, b) => a.placedAt.localeCompare(b.placedAt)), figures });
  }

  /** All pages; the end of one is the beginning of the next. */
  async function read() {
    let after: string | null | undefined;
    do {
      const { data, error } = await client.query(BoardDocument, { handle: store.handle, after }).toPromise();
      if (error) throw error;
      const page = data?.store?.orders;
      page?.nodes.forEach(put);
      after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    draw();
  }

  function follow() {
    const updates = client.subscription(BoardUpdatesDocument, { storeId: store.id, after });
    const following = updates.subscribe(({ data, error }) => {
      if (error?.graphQLErrors.length) return fail(error);
      if (error) return again();
      const update = data!.storeOrderUpdates;
      tries = 0;
      after = update.cursor;
      figures = update.dashboard;
      if (update.order) put(update.order);
      // The state of this moment; what moves meanwhile comes as EVENT.
      if (update.kind === 'EVENT') draw();
      else read().catch(fail);
    });
    stop = () => following.unsubscribe();
  }

  function again() {
    stop();
    const timer = setTimeout(follow, Math.random() * Math.min(10_000, 250 * 2 ** tries++));
    stop = () => clearTimeout(timer);
  }

  follow();
  return () => stop();
}

/** Takes an order; what is to be told to the person, if anything. The stream moves it on the board. */
export async function accept({ id, version }: BoardOrderFragment): Promise<string | undefined> {
  const input = { id, version, idempotencyKey: `accept-${id}-${version}` };
  const { data, error } = await client.mutation(OrderAcceptDocument, { input }).toPromise();
  if (error) return error.message;
  const [refusal] = data!.orderAccept.userErrors;
  return refusal?.code === 'CONFLICT' ? 'Somebody was faster.' : refusal?.message;
}
// ANCHOR_END: board
