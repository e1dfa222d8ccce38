// The open store, live: reads the board a page at a time, follows the store's stream from before the first page was
// read, and keeps board, cache and figures in step with it.
import type { Socket } from '../client/socket';
import { cache, client } from '../client/apollo';
import { orderRef, writeOrder } from '../client/freshest';
import { follow } from '../client/follow';
import { release } from '../client/hold';
import { figures } from '../figures/figures';
import {
  OrderHistoryDocument,
  StoreBoardDocument,
  StoreOrderUpdatesDocument,
  type BoardOrderFragment,
  type StoreOrderUpdatesSubscription,
} from '../generated/graphql';
import { formats, place } from '../i18n/format';
import { createStore } from '../store';
import { Board, isOpen, type Column } from './board';
import { COLUMNS, DONE, OPEN, type ColumnName, type OpenStatus } from './order';

const PAGE = 50;
/** A page and an event of the same moment: the count may have one of them twice */
const UNSURE = 2_000;

export interface View {
  columns: Record<ColumnName, Column>;
  /** Columns whose first page was read */
  ready: ReadonlySet<ColumnName>;
}

interface Listeners {
  /** An order was placed while somebody looked */
  onArrival(orders: readonly BoardOrderFragment[]): void;
  onRefused(message: string): void;
}

export type Feed = ReturnType<typeof openFeed>;

export function openFeed(socket: Socket, store: { id: string; handle: string }, { onArrival, onRefused }: Listeners) {
  const forget = (id: string) => {
    cache.evict({ id: 'ROOT_QUERY', fieldName: 'node', args: { id }, broadcast: false });
    release(cache, orderRef(id));
  };
  let board = new Board(forget);
  let ready = new Set<ColumnName>();
  let reading = new Map<ColumnName, Promise<void>>();
  let lastRead = 0;
  let arrived: BoardOrderFragment[] = [];
  let stopped = false;

  const look = (): View => ({
    columns: Object.fromEntries(COLUMNS.map((name) => [name, board.column(name)])) as View['columns'],
    ready: new Set(ready),
  });
  const view = createStore<View>(look());

  // Many events of the same instant are shown at once: a page that is looked at draws once a frame.
  let drawing = false;
  function draw(): void {
    if (drawing || stopped) return;
    drawing = true;
    const now = () => {
      drawing = false;
      if (stopped) return;
      view.set(look());
      if (arrived.length > 0) onArrival(arrived);
      arrived = [];
    };
    if (document.visibilityState === 'visible') requestAnimationFrame(now);
    else setTimeout(now, 100);
  }

  function admit(order: BoardOrderFragment): boolean {
    const { news, uncounted } = board.admit(order);
    if (news) writeOrder(cache, order);
    if (uncounted || Date.now() - lastRead < UNSURE) recountSoon();
    draw();
    return news;
  }

  const ask = (status: OpenStatus, first: number, after: string | null, withFigures: boolean) =>
    client.query({
      query: StoreBoardDocument,
      // Pages are kept by the board, which knows what is newer; the cache keeps the orders themselves.
      fetchPolicy: 'no-cache',
      variables: { handle: store.handle, status: [status], first, after, figures: withFigures },
    });

  /** Reads on in a column, unless that is under way. */
  function readOn(name: ColumnName): Promise<void> {
    const running = reading.get(name);
    if (running) return running;
    if (stopped || !isOpen(name) || !board.column(name).more) return Promise.resolve();
    const mine = board;
    const run = readPage(name, mine).finally(() => {
      if (mine !== board) return;
      reading.delete(name);
      board.expectPages(reading.size > 0);
    });
    reading.set(name, run);
    board.expectPages(true);
    return run;
  }

  async function readPage(name: OpenStatus, mine: Board): Promise<void> {
    for (let wait = 1_000; !stopped && mine === board; wait = Math.min(wait * 2, 15_000)) {
      try {
        const { data } = await ask(name, PAGE, mine.column(name).after, false);
        if (mine !== board || stopped) return;
        const orders = data?.store?.orders;
        if (!data?.store || !orders) return;
        const { timeZone, currency } = data.store;
        if (place.get().timeZone !== timeZone || place.get().currency !== currency) place.set({ timeZone, currency });
        const rows = orders.edges.map((edge) => edge.node);
        cache.batch({ update: () => rows.forEach((row) => writeOrder(cache, row)) });
        mine.page(name, { rows, total: orders.totalCount, ...orders.pageInfo });
        lastRead = Date.now();
        ready.add(name);
        return draw();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async function readDone(): Promise<void> {
    const mine = board;
    const { data } = await client
      .query({
        query: OrderHistoryDocument,
        fetchPolicy: 'no-cache',
        variables: { handle: store.handle, filter: { status: [...DONE] }, first: 30 },
      })
      .catch(() => ({ data: null }));
    if (mine !== board || stopped) return;
    const rows = data?.store?.orders?.edges.map((edge) => edge.node).filter(isToday) ?? [];
    cache.batch({ update: () => rows.forEach((row) => writeOrder(cache, row)) });
    for (const row of rows) board.admit(row);
    ready.add('DONE');
    draw();
  }

  const isToday = ({ updatedAt }: { updatedAt: string }): boolean => {
    const { dayOf } = formats('en', place.get().timeZone);
    return dayOf(updatedAt) === dayOf(Date.now());
  };

  let recounting: ReturnType<typeof setTimeout> | undefined;
  function recountSoon(): void {
    if (recounting || stopped || !OPEN.some((name) => board.column(name).more)) return;
    recounting = setTimeout(async () => {
      recounting = undefined;
      const mine = board;
      for (const name of OPEN.filter((one) => board.column(one).more)) {
        const { data } = await ask(name, 1, null, false).catch(() => ({ data: null }));
        if (mine !== board || stopped) return;
        if (data?.store?.orders) board.recount(name, data.store.orders.totalCount);
      }
      draw();
    }, UNSURE);
  }

  /** Everything from the start: at first, and where the log no longer reaches back to what was seen. */
  function readAnew(): void {
    for (const name of COLUMNS) for (const id of board.column(name).ids) forget(id);
    board = new Board(forget);
    ready = new Set();
    reading = new Map();
    view.set(look());
    const first = OPEN.map(readOn);
    // What was done today depends on the store's clock, which comes with the first page.
    void Promise.race(first).then(readDone);
  }

  async function readFigures(): Promise<void> {
    const { data } = await ask('PLACED', 1, null, true).catch(() => ({ data: null }));
    if (data?.store?.dashboard && !stopped) figures.set(data.store.dashboard);
    board.keepDone(isToday);
    draw();
  }

  function take({ storeOrderUpdates: update }: StoreOrderUpdatesSubscription): string {
    figures.set(update.dashboard);
    if (update.kind !== 'EVENT') readAnew();
    else if (update.order) {
      const fresh = admit(update.order);
      if (fresh && update.event?.kind === 'PLACED' && update.order.status === 'PLACED') arrived.push(update.order);
    }
    return update.cursor;
  }

  const unfollow = follow(socket, {
    document: StoreOrderUpdatesDocument,
    variables: { storeId: store.id },
    next: take,
    refused: onRefused,
  });

  // An hour without events is an hour of the chart all the same, and midnight begins another day.
  const hour = 3_600_000;
  let hourly = setTimeout(function turn() {
    void readFigures();
    hourly = setTimeout(turn, hour - (Date.now() % hour) + 1_500);
  }, hour - (Date.now() % hour) + 1_500);

  return {
    view,
    readOn,
    admit,
    row: (id: string) => board.row(id),
    shown: (id: string) => board.shown(id),
    isPending: (id: string) => board.isPending(id),
    expect(id: string, to: Parameters<Board['expect']>[1]) {
      board.expect(id, to);
      draw();
    },
    settle(id: string) {
      board.settle(id);
      draw();
    },
    stop() {
      stopped = true;
      clearTimeout(hourly);
      clearTimeout(recounting);
      unfollow();
      for (const name of COLUMNS) for (const id of board.column(name).ids) forget(id);
    },
  };
}
