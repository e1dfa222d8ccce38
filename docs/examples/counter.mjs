// Bruno at his counter, and a buyer: whoever else there has to be for an example to have something to do. In plain
// texts, since nobody published documents for it.

export const people = {
  ana: { login: '+50588880001', password: 'plaza-demo-2026' },
  bruno: { login: '+50588880002', password: 'plaza-demo-2026' },
};

export async function openCounter(url) {
  async function ask(query, variables = {}, token) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    const refused = Object.values(data)[0]?.userErrors?.[0];
    if (refused) throw new Error(`${refused.code}: ${refused.message}`);
    return data;
  }
  const signIn = async (input) =>
    (
      await ask('mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { code message } } }', {
        input,
      })
    ).signIn.tokens.accessToken;

  const bruno = await signIn(people.bruno);
  const { store } = await ask(
    '{ store(handle: "cafeteria-central") { id listings(first: 50) { nodes { id title stock } } } }',
    {},
    bruno,
  );
  // Whatever the hour, the counter is open.
  const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
  const openingHours = days.map((weekday) => ({ weekday, opensAt: '00:00', closesAt: '00:00' }));
  await ask(
    'mutation ($input: StoreUpdateInput!) { storeUpdate(input: $input) { userErrors { code message } } }',
    { input: { id: store.id, openingHours } },
    bruno,
  );
  const listing = store.listings.nodes.find(({ stock }) => stock === null);
  return {
    store,
    /** Takes a step with an order, such as `orderAccept`. */
    step: (name, id) =>
      ask(
        `mutation ($input: OrderStepInput!) { ${name}(input: $input) { userErrors { code message } } }`,
        { input: { id } },
        bruno,
      ),
    /** Ana orders something; the order's number. */
    async order(quantity = 1) {
      const ana = await signIn(people.ana);
      const input = { storeId: store.id, items: [{ listingId: listing.id, quantity }], idempotencyKey: crypto.randomUUID() };
      const { orderPlace } = await ask(
        'mutation ($input: OrderPlaceInput!) { orderPlace(input: $input) { order { id number } userErrors { code message } } }',
        { input },
        ana,
      );
      return orderPlace.order;
    },
  };
}

// As a program: node counter.mjs URL places an order and says its number.
if (process.argv[1] === new URL(import.meta.url).pathname) {
  const counter = await openCounter(process.argv[2] ?? 'http://localhost:8000');
  console.log((await counter.order()).number);
}
