// Whom the load acts for in the demo's market, and one request, told exactly once: nothing here tries again.
import { sleep } from '../stack/process.mjs';

const PASSWORD = 'plaza-demo-2026';
const people = { ana: '+50588880001', bruno: '+50588880002' };

/** A request that did not succeed, with all that is known of why */
export class Failed extends Error {}

/** Sends one operation; its data and headers. */
export async function ask(url, query, variables, { token, position } = {}) {
  const headers = { 'content-type': 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  if (position) headers['plaza-position'] = position;
  let response, text;
  try {
    response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    text = await response.text();
  } catch (err) {
    throw new Failed(`no answer: ${err.cause?.code ?? err.cause?.message ?? err.message}`);
  }
  if (response.status !== 200) throw new Failed(`${response.status}: ${text.slice(0, 300)}`);
  const { data, errors } = JSON.parse(text);
  if (errors) throw new Failed(`errors: ${JSON.stringify(errors).slice(0, 300)}`);
  return { data, position: response.headers.get('plaza-position') };
}

/** Signs people in, and opens the demo's shop around the clock. */
export async function openMarket(url) {
  const signIn = async (who) => {
    const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { message } } }';
    const { data } = await ask(url, query, { input: { login: people[who], password: PASSWORD } });
    if (!data.signIn.tokens) throw new Failed(JSON.stringify(data.signIn.userErrors));
    return data.signIn.tokens.accessToken;
  };
  const ana = await signIn('ana');
  const bruno = await signIn('bruno');
  const query = `{ store(handle: "cafeteria-central") { id listings(first: 100) { nodes { id stock status } } } }`;
  const { store } = (await ask(url, query, {}, { token: bruno })).data;
  const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
  const openingHours = days.map((weekday) => ({ weekday, opensAt: '00:00', closesAt: '00:00' }));
  const update = 'mutation ($input: StoreUpdateInput!) { storeUpdate(input: $input) { userErrors { message } } }';
  await ask(url, update, { input: { id: store.id, openingHours } }, { token: bruno });
  const listing = store.listings.nodes.find((one) => one.status === 'ACTIVE' && one.stock === null);
  await sleep(500);
  return { ana, bruno, store: store.id, listing: listing.id };
}
