// Where every order stands: columns in order, put together from pages, events, and steps that the server has not answered
// yet. Pure: it asks nobody. An order's version decides which of two rows is newer, so it makes no difference in which order
// pages and events arrive, or how often.
import type { OrderStatus } from '../generated/graphql';
import { COLUMNS, columnOf, OPEN, type ColumnName, type OpenStatus } from './order';

/** The part of an order that decides its place. */
export interface Row {
  id: string;
  status: OrderStatus;
  version: number;
  placedAt: string;
  updatedAt: string;
}

export interface Column {
  /** Known orders: open ones oldest first, those that are done latest first */
  ids: readonly string[];
  /** How many more the server has that were not read yet; they lie before `ids[gapAt]` */
  hidden: number;
  gapAt: number;
  /** There is a page to be read, after this cursor (null: from the start) */
  more: boolean;
  after: string | null;
}

export interface Page {
  rows: readonly Row[];
  total: number;
  hasNextPage: boolean;
  endCursor: string | null;
}

/** Done orders that are kept */
export const DONE_KEPT = 50;

interface Shelf {
  ids: string[];
  /** Rows that truly stand here, wherever steps without an answer show them */
  known: number;
  hidden: number;
  more: boolean;
  after: string | null;
  /** The last row that pages have brought; what lies after it was heard of by events */
  frontier: Row | null;
}

const shelf = (more: boolean): Shelf => ({ ids: [], known: 0, hidden: 0, more, after: null, frontier: null });

const older = (a: Row, b: Row): number =>
  a.placedAt < b.placedAt ? -1 : a.placedAt > b.placedAt ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
const later = (a: Row, b: Row): number => (a.updatedAt > b.updatedAt ? -1 : a.updatedAt < b.updatedAt ? 1 : older(b, a));

export class Board {
  private rows = new Map<string, Row>();
  private pending = new Map<string, OrderStatus>();
  /** Versions of rows that were forgotten, for pages that are still on their way */
  private forgotten = new Map<string, number>();
  private expected = false;
  private shelves = Object.fromEntries(COLUMNS.map((name) => [name, shelf(name !== 'DONE')])) as Record<ColumnName, Shelf>;
  private columns = new Map<ColumnName, Column>();

  /** @param onForget told of each order that the board no longer holds */
  constructor(private readonly onForget: (id: string) => void = () => undefined) {}

  row(id: string): Row | undefined {
    return this.rows.get(id);
  }

  /** Where the order is shown: a step that was not answered yet counts. */
  shown(id: string): OrderStatus | undefined {
    return this.pending.get(id) ?? this.rows.get(id)?.status;
  }

  isPending(id: string): boolean {
    return this.pending.has(id);
  }

  /** The column as it is; the same object until something in it changes. */
  column(name: ColumnName): Column {
    const known = this.columns.get(name);
    if (known) return known;
    const { ids, hidden, more, after } = this.shelves[name];
    const made = { ids: [...ids], hidden: more ? hidden : 0, gapAt: this.gapOf(name), more, after };
    this.columns.set(name, made);
    return made;
  }

  /** How many the column has, read or not. */
  count(name: ColumnName): number {
    const column = this.column(name);
    return column.ids.length + column.hidden;
  }

  /** Takes a page of a column. */
  page(name: OpenStatus, { rows, total, hasNextPage, endCursor }: Page): void {
    for (const row of rows) this.put(row);
    const shelf = this.shelves[name];
    shelf.more = hasNextPage;
    shelf.after = endCursor ?? shelf.after;
    shelf.frontier = rows.at(-1) ?? shelf.frontier;
    this.recount(name, total);
  }

  /** How many there are by now, where an order moved that no page had brought. */
  recount(name: OpenStatus, total: number): void {
    this.shelves[name].hidden = Math.max(0, total - this.shelves[name].known);
    this.columns.delete(name);
  }

  /** Takes an order as it is now. `news`: it is newer than what was known. `uncounted`: no page had brought it, though it
   * had moved before, so some column has one less hidden: they have to be counted again. */
  admit(row: Row): { news: boolean; uncounted: boolean } {
    const met = this.rows.has(row.id) || this.forgotten.has(row.id);
    const news = this.put(row);
    return { news, uncounted: news && !met && row.version > 1 };
  }

  /** Shows an order where a step will bring it. */
  expect(id: string, to: OrderStatus): void {
    this.reshelve(id, () => this.pending.set(id, to));
  }

  /** The step was answered, or will not be. */
  settle(id: string): void {
    this.reshelve(id, () => this.pending.delete(id));
  }

  /** Whether pages are on their way. Where none are, nothing can come that is older than what was forgotten. */
  expectPages(expected: boolean): void {
    this.expected = expected;
    if (!expected) this.forgotten.clear();
  }

  /** Forgets done orders that were last moved before today. */
  keepDone(isToday: (row: Row) => boolean): void {
    for (const id of [...this.shelves.DONE.ids]) {
      const row = this.rows.get(id);
      if (row && !isToday(row)) this.forget(id);
    }
  }

  private put(row: Row): boolean {
    const known = this.rows.get(row.id)?.version ?? this.forgotten.get(row.id) ?? 0;
    if (known >= row.version) return false;
    const before = this.rows.get(row.id);
    if (before) this.shelves[columnOf(before.status)].known--;
    this.shelves[columnOf(row.status)].known++;
    this.reshelve(row.id, () => this.rows.set(row.id, row));
    const done = this.shelves.DONE.ids;
    while (done.length > DONE_KEPT) this.forget(done.at(-1) as string);
    return true;
  }

  private forget(id: string): void {
    const row = this.rows.get(id);
    if (!row) return;
    this.reshelve(id, () => this.rows.delete(id));
    this.shelves[columnOf(row.status)].known--;
    this.pending.delete(id);
    if (this.expected) this.forgotten.set(id, row.version);
    this.onForget(id);
  }

  /** Takes an order out, changes what is known of it, and puts it where it belongs then. */
  private reshelve(id: string, change: () => void): void {
    this.take(id);
    change();
    const row = this.rows.get(id);
    const status = this.shown(id);
    if (!row || !status) return;
    const name = columnOf(status);
    const { ids } = this.shelves[name];
    ids.splice(this.placeOf(row, name), 0, id);
    this.columns.delete(name);
  }

  private take(id: string): void {
    const row = this.rows.get(id);
    const status = this.shown(id);
    if (!row || !status) return;
    const name = columnOf(status);
    const { ids } = this.shelves[name];
    const at = this.placeOf(row, name);
    ids.splice(ids[at] === id ? at : ids.indexOf(id), 1);
    this.columns.delete(name);
  }

  /** The index at which a row stands, or would. */
  private placeOf(row: Row, name: ColumnName): number {
    const { ids } = this.shelves[name];
    const order = name === 'DONE' ? later : older;
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.rows.get(ids[middle] as string);
      if (other && order(other, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private gapOf(name: ColumnName): number {
    const { frontier, ids, more } = this.shelves[name];
    if (!more || !frontier) return more ? 0 : ids.length;
    const at = this.placeOf(frontier, name);
    return ids[at] === frontier.id ? at + 1 : at;
  }
}

export const isOpen = (name: ColumnName): name is OpenStatus => (OPEN as readonly ColumnName[]).includes(name);
