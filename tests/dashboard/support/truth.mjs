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

/** The ids of a column's cards from top to bottom, in the order in which they are shown. */
export async function idsShown(page, column) {
  return page.evaluate(async (name) => {
    const list = document.querySelector(`[data-column="${name}"] .column__list`);
    const seen = [];
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    list.scrollTop = 0;
    for (let tries = 0; tries < 2_000; tries += 1) {
      await frame();
      const cards = [...list.querySelectorAll('li[data-index]')].sort((a, b) => a.dataset.index - b.dataset.index);
      for (const one of cards) {
        const id = one.querySelector('[data-order]')?.dataset.order;
        if (id) seen[one.dataset.index] = id;
      }
      if (list.scrollTop + list.clientHeight >= list.scrollHeight - 2) break;
      list.scrollTop += list.clientHeight * 0.7;
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
