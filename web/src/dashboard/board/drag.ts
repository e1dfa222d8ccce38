// Moving cards by drag, by pragmatic-drag-and-drop: the browser's own drags, which tablets start by a long touch. A column
// takes a card only where the server says that the step may be taken.
import { readOrder } from '../client/freshest';
import { cache } from '../client/apollo';
import type { OrderStatus } from '../generated/graphql';
import { createStore } from '../store';
import type { Feed } from './feed';
import { statusOf, type ColumnName } from './order';
import { takeStep } from './step';

/** The steps of the card that is being dragged */
export const lifted = createStore<readonly OrderStatus[] | null>(null);

/** Nobody drags at once: the library comes after the board. */
const AFTER = 2_000;
type Library = typeof import('@atlaskit/pragmatic-drag-and-drop/element/adapter');
let coming: Promise<Library> | undefined;
const library = (): Promise<Library> =>
  (coming ??= new Promise((resolve) => setTimeout(resolve, AFTER)).then(() => import('@atlaskit/pragmatic-drag-and-drop/element/adapter')));

/** Attaches when the library has come, and detaches whenever that is asked. */
function attach(how: (library: Library) => () => void): () => void {
  let detach: (() => void) | null = null;
  let gone = false;
  void library().then((come) => {
    if (!gone) detach = how(come);
  });
  return () => {
    gone = true;
    detach?.();
  };
}

const orderOf = (data: Record<string | symbol, unknown>): string => String(data['order'] ?? '');

export const dragFrom = (element: HTMLElement, id: string, feed: Feed): (() => void) =>
  attach(({ draggable }) => draggable({
    element,
    canDrag: () => !feed.isPending(id),
    getInitialData: () => ({ order: id }),
    onDragStart() {
      lifted.set(readOrder(cache, id)?.nextStatuses ?? []);
      element.classList.add('card--lifted');
    },
    onDrop() {
      lifted.set(null);
      element.classList.remove('card--lifted');
    },
  }));

export const dropHere = (element: HTMLElement, name: ColumnName, feed: Feed, over: (is: boolean) => void): (() => void) =>
  attach(({ dropTargetForElements }) => dropTargetForElements({
    element,
    canDrop: ({ source }) => readOrder(cache, orderOf(source.data))?.nextStatuses.includes(statusOf(name)) ?? false,
    onDragEnter: () => over(true),
    onDragLeave: () => over(false),
    onDrop({ source }) {
      over(false);
      const id = orderOf(source.data);
      const number = readOrder(cache, id)?.number;
      if (number) void takeStep(feed, { id, number, to: statusOf(name) });
    },
  }));
