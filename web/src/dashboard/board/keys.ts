// The board by keyboard: arrows walk from card to card, space takes the next step, enter opens, delete calls off.
// Lists draw only what is in sight, so a card is scrolled there before it can be given the focus.
import type { KeyboardEvent } from 'react';
import { cache } from '../client/apollo';
import { readOrder } from '../client/freshest';
import { createStore } from '../store';
import type { Feed } from './feed';
import { backOut, columnOf, COLUMNS, forward, type ColumnName } from './order';
import { takeStep } from './step';

/** The card that has the focus, or had it last */
export const focused = createStore<string | null>(null);

/** How each column brings an order into sight */
export const scrollers = new Map<ColumnName, (id: string) => void>();

/** Frames that a card is given to be drawn */
const PATIENCE = 30;

export function focusCard(board: HTMLElement, name: ColumnName, id: string): void {
  focused.set(id);
  const look = (left: number) => {
    const card = board.querySelector<HTMLElement>(`[data-column="${name}"] [data-order="${CSS.escape(id)}"]`);
    if (card) return card.focus();
    scrollers.get(name)?.(id);
    if (left > 0 && focused.get() === id) requestAnimationFrame(() => look(left - 1));
  };
  look(PATIENCE);
}

const cardOf = (event: KeyboardEvent): HTMLElement | null => (event.target as Element).closest<HTMLElement>('[data-order]');

/** Goes to the next card in a direction; true where the key was one of these. */
export function walk(event: KeyboardEvent, board: HTMLElement, feed: Feed): boolean {
  const id = cardOf(event)?.dataset['order'];
  const status = id && feed.shown(id);
  if (!id || !status) return false;
  const { columns } = feed.view.get();
  const name = columnOf(status);
  const place = columns[name].ids.indexOf(id);
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -place, End: columns[name].ids.length - 1 - place };
  if (event.key in steps) {
    const to = columns[name].ids[place + steps[event.key as keyof typeof steps]];
    if (to) focusCard(board, name, to);
    return true;
  }
  const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (direction === 0) return false;
  for (let at = COLUMNS.indexOf(name) + direction; at in COLUMNS; at += direction) {
    const other = COLUMNS[at] as ColumnName;
    const { ids } = columns[other];
    const to = ids[Math.min(place, ids.length - 1)];
    if (to) {
      focusCard(board, other, to);
      break;
    }
  }
  return true;
}

/** Does what a key means for the card itself; buttons within it keep their own keys. */
export function act(event: KeyboardEvent, board: HTMLElement, feed: Feed, open: (id: string) => void): boolean {
  const card = cardOf(event);
  const id = card?.dataset['order'];
  if (!id || event.target !== card) return false;
  if (event.key === 'Enter') {
    open(id);
    return true;
  }
  const order = readOrder(cache, id);
  if (!order) return false;
  if (event.key === ' ') {
    const to = forward(order.nextStatuses);
    if (!to || feed.isPending(id)) return true;
    void takeStep(feed, { id, number: order.number, to }).then((done) => {
      // Taken back: the focus goes where the card went.
      if (!done && focused.get() === id) focusCard(board, columnOf(order.status), id);
    });
    focusCard(board, columnOf(to), id);
    return true;
  }
  if ((event.key === 'Delete' || event.key === 'Backspace') && backOut(order.nextStatuses)) {
    open(id);
    return true;
  }
  return false;
}
