// What the board should show, asked of the server, and what it does show, card by card.
import { ask, documentText, handle } from './api.mjs';

export const OPEN = ['PLACED', 'ACCEPTED', 'PREPARING', 'READY'];

/** The ids of a column's orders, as the server has them. */
export async function idsThere(status, token) {
  const ids = [];
  for (let after = null; ; ) {
    const variables = { handle, status: [status], figures: false, first: 50, after };
    const { store } = await ask(documentText('StoreBoard'), variables, token);
    ids.push(...store.orders.edges.map((edge) => edge.node.id));
    if (!store.orders.pageInfo.hasNextPage) return ids;
    after = store.orders.pageInfo.endCursor;
  }
}

/**
 * The ids of a column's cards from top to bottom, in the order in which they are shown. Each screen is waited for until it is
 * drawn and read, however slow the machine; the next begins where its last card ends.
 */
export async function idsShown(page, column) {
  return page.evaluate(async (name) => {
    const list = document.querySelector(`[data-column="${name}"] .column__list`);
    const cards = () =>
      [...list.querySelectorAll('li[data-index]')].map((one) => ({
        index: Number(one.dataset.index),
        count: Number(one.ariaSetSize),
        id: one.querySelector('[data-order]')?.dataset.order,
        box: one.getBoundingClientRect(),
      }));
    /** The screen's cards, once they cover it and all are read; nothing before. */
    const whole = () => {
      const box = list.getBoundingClientRect();
      const all = cards().sort((a, b) => a.index - b.index);
      if (all.length === 0) return list.querySelector('.column__empty') ? all : undefined;
      const [first, last] = [all[0], all.at(-1)];
      const covered = (first.index === 0 || first.box.top <= box.top) && (last.index === last.count - 1 || last.box.bottom >= box.bottom);
      return covered && all.every(({ id }) => id) ? all : undefined;
    };
    const screen = async () => {
      for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const all = whole();
        if (all) return all;
      }
      throw new Error(`${name} was not drawn and read in 30 s: ${JSON.stringify(cards())}`);
    };
    const seen = [];
    list.scrollTop = 0;
    for (;;) {
      const all = await screen();
      for (const { index, id } of all) seen[index] = id;
      const last = all.at(-1);
      if (!last || last.index === last.count - 1) break;
      list.scrollTop += last.box.bottom - list.getBoundingClientRect().top;
    }
    list.scrollTop = 0;
    return seen;
  }, column);
}

/** Today's figures, as the server has them. */
export async function figuresThere(token) {
  const { store } = await ask(documentText('StoreBoard'), { handle, figures: true, first: 1 }, token);
  return store.dashboard;
}
