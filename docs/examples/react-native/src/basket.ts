// The basket of one store. Its key is made with its content: whatever is sent again with it, is one order.
import type { ApolloClient } from '@apollo/client';
import { OrderPlaceDocument, OrdersDocument, type ListingCardFragment, type OrderPlaceMutation } from './generated/graphql';
import type { Platform } from './platform';

// ANCHOR: basket
export class Basket {
  #lines = new Map<string, { listing: ListingCardFragment; quantity: number }>();
  #key: string;

  constructor(private platform: Pick<Platform, 'randomUUID'>) {
    this.#key = platform.randomUUID();
  }

  /** Another content is another order: the same key with other input is IDEMPOTENCY_MISMATCH. */
  set(listing: ListingCardFragment, quantity: number): void {
    if (quantity > 0) this.#lines.set(listing.id, { listing, quantity });
    else this.#lines.delete(listing.id);
    this.#key = this.platform.randomUUID();
  }

  get input() {
    const lines = [...this.#lines.values()];
    const items = lines.map(({ listing, quantity }) => ({ listingId: listing.id, quantity }));
    return { storeId: lines[0]!.listing.store.id, items, idempotencyKey: this.#key };
  }

  /** What the order will look like until the server has said so. */
  get expected(): NonNullable<OrderPlaceMutation['orderPlace']['order']> {
    const lines = [...this.#lines.values()];
    const { store, price } = lines[0]!.listing;
    // Only a picture: the server's figure, which is exact, takes its place.
    const amount = lines.reduce((sum, { listing, quantity }) => sum + Number(listing.price.amount) * quantity, 0);
    return {
      __typename: 'Order',
      id: `expected-${this.#key}`,
      number: '…',
      status: 'PLACED',
      version: 0,
      itemCount: lines.reduce((sum, { quantity }) => sum + quantity, 0),
      placedAt: new Date().toISOString() as never,
      total: { __typename: 'Money', amount: amount.toFixed(2) as never, currency: price.currency },
      store,
    };
  }
}
// ANCHOR_END: basket

// ANCHOR: place
/** Places the order. The list of orders shows it at once, and as it was before where the server refuses. */
export async function placeOrder(client: ApolloClient, basket: Basket) {
  const { data } = await client.mutate({
    mutation: OrderPlaceDocument,
    variables: { input: basket.input },
    optimisticResponse: {
      __typename: 'Mutation',
      orderPlace: { __typename: 'OrderPlacePayload', order: basket.expected, userErrors: [] },
    },
    update(cache, { data }) {
      const order = data?.orderPlace.order;
      if (!order) return;
      cache.updateQuery({ query: OrdersDocument }, (read) => {
        if (!read?.viewer || read.viewer.orders.edges.some(({ node }) => node.id === order.id)) return read;
        const edge = { __typename: 'OrderEdge' as const, cursor: '', node: order };
        const orders = { ...read.viewer.orders, edges: [edge, ...read.viewer.orders.edges] };
        return { ...read, viewer: { ...read.viewer, orders } };
      });
    },
  });
  return data!.orderPlace;
}
// ANCHOR_END: place
