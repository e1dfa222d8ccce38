// The server under test, named by PLAZA_URL, asked as a buyer's or a partner's program would ask it.
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

export const url = process.env.PLAZA_URL;
if (!url) throw new Error('PLAZA_URL names the server to test; `tests/dashboard/run` starts one');

export const password = 'plaza-demo-2026';
export const people = { ana: '+50588880001', bruno: '+50588880002', admin: '+50588880009' };
export const handle = 'cafeteria-central';

/** Sends one operation; its data, or an exception. */
export async function ask(query, variables, token) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const folder = new URL('../../../graphql/operations/dashboard/', import.meta.url);
const texts = (where) =>
  Object.fromEntries(
    readdirSync(where)
      .filter((name) => name.endsWith('.graphql'))
      .map((name) => [name.replace('.graphql', ''), readFileSync(new URL(name, where), 'utf8')]),
  );
const operations = texts(folder);
const fragments = texts(new URL('fragments/', folder));

/** The text of one of the dashboard's documents, with the fragments that it needs. */
export function documentText(name) {
  const needed = new Set();
  const walk = (text) => {
    for (const [, fragment] of text.matchAll(/\.\.\.(\w+)/g)) {
      if (fragments[fragment] && !needed.has(fragment)) {
        needed.add(fragment);
        walk(fragments[fragment]);
      }
    }
  };
  walk(operations[name]);
  return [operations[name], ...[...needed].map((fragment) => fragments[fragment])].join('\n');
}

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { message } } }';

export async function tokenOf(who) {
  const { signIn } = await ask(SIGN_IN, { input: { login: people[who], password } });
  if (!signIn.tokens) throw new Error(JSON.stringify(signIn.userErrors));
  return signIn.tokens.accessToken;
}

const PLACE = `mutation ($input: OrderPlaceInput!) {
  orderPlace(input: $input) { order { id number version status total { amount } } userErrors { message } } }`;
const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

/** Bruno's cafeteria, open at this moment, with somebody who buys and somebody who works there. */
export async function openShop() {
  const [bruno, ana] = await Promise.all([tokenOf('bruno'), tokenOf('ana')]);
  const { store } = await ask(
    'query ($handle: String!) { store(handle: $handle) { id timeZone listings(first: 100, sort: OLDEST) { nodes { id title stock status } } } }',
    { handle },
    bruno,
  );
  const openingHours = DAYS.map((weekday) => ({ weekday, opensAt: '00:00', closesAt: '00:00' }));
  await ask(
    'mutation ($input: StoreUpdateInput!) { storeUpdate(input: $input) { userErrors { message } } }',
    { input: { id: store.id, openingHours } },
    bruno,
  );
  const listings = store.listings.nodes.filter((one) => one.status === 'ACTIVE' && one.stock === null);
  async function place({ note, lines = 1, token = ana } = {}) {
    const items = listings.slice(0, lines).map((one, index) => ({ listingId: one.id, quantity: index + 1 }));
    const input = { storeId: store.id, items, idempotencyKey: randomUUID(), ...(note && { note }) };
    const { orderPlace } = await ask(PLACE, { input }, token);
    if (!orderPlace.order) throw new Error(JSON.stringify(orderPlace.userErrors));
    return orderPlace.order;
  }
  async function step(name, id, token = bruno) {
    const data = await ask(documentText(name), { input: { id } }, token);
    const [payload] = Object.values(data);
    if (payload.userErrors.length > 0) throw new Error(JSON.stringify(payload.userErrors));
    return payload.order;
  }
  return { store, listings, bruno, ana, place, step };
}

/** Runs `work` for each number below `count`, so many at a time. */
export async function atOnce(count, width, work) {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
