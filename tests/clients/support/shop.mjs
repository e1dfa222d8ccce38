// Bruno's cafeteria, and somebody who buys there.
import { randomUUID } from 'node:crypto';
import { documentText } from './documents.mjs';
import { endpoint, people } from './server.mjs';

/** Sends one operation; its data, or an exception. */
export async function ask(query, variables, token) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** The access token of one of the demo's people. */
export async function tokenOf(who) {
  const { signIn } = await ask(documentText('SignIn'), { input: people[who] });
  return signIn.tokens.accessToken;
}

/** Bruno's store, which takes orders at this moment, with something in stock. */
export async function openShop() {
  const [bruno, ana] = await Promise.all([tokenOf('bruno'), tokenOf('ana')]);
  const handle = 'cafeteria-central';
  const { store } = await ask(
    `query ($handle: String!) { store(handle: $handle) { id listings(first: 100) { nodes { id stock status price { currency } } } } }`,
    { handle },
    bruno,
  );
  // Whatever the hour of this test, the counter is open.
  const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
  const openingHours = days.map((weekday) => ({ weekday, opensAt: '00:00', closesAt: '00:00' }));
  await ask(
    'mutation ($input: StoreUpdateInput!) { storeUpdate(input: $input) { userErrors { message } } }',
    { input: { id: store.id, openingHours } },
    bruno,
  );
  const listing = store.listings.nodes.find((one) => one.status === 'ACTIVE' && one.stock === null);
  const place = async () => {
    const input = { storeId: store.id, items: [{ listingId: listing.id, quantity: 1 }], idempotencyKey: randomUUID() };
    const { orderPlace } = await ask(documentText('OrderPlace'), { input }, ana);
    if (orderPlace.userErrors.length) throw new Error(JSON.stringify(orderPlace.userErrors));
    return orderPlace.order;
  };
  const step = async (name, order) => {
    const done = await ask(documentText(name, 'dashboard'), { input: { id: order.id } }, bruno);
    const [payload] = Object.values(done);
    if (payload.userErrors.length) throw new Error(JSON.stringify(payload.userErrors));
    return payload.order;
  };
  return { handle, store, listing, bruno, ana, place, step };
}
