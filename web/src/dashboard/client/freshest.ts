// Nothing goes back in time: an answer that was read before an event, and arrives after it, brings no older order into
// the cache. An order's version grows with each event, so the cache's own row says which is newer.
import { ApolloLink } from '@apollo/client/link';
import type { InMemoryCache, Reference } from '@apollo/client/cache';
import { map } from 'rxjs';
import { hold } from './hold';
import { BoardOrderFragmentDoc, type BoardOrderFragment } from '../generated/graphql';

type Row = BoardOrderFragment & { __typename: 'Order' };

export const orderRef = (id: string): string => `Order:${id}`;

/** What the cache has of an order. */
export const readOrder = (cache: InMemoryCache, id: string): BoardOrderFragment | null =>
  cache.readFragment({ fragment: BoardOrderFragmentDoc, fragmentName: 'BoardOrder', id: orderRef(id) });

/** Keeps an order, unless what the cache has is newer. */
export function writeOrder(cache: InMemoryCache, order: BoardOrderFragment): Reference | undefined {
  const known = readOrder(cache, order.id);
  if (known && known.version >= order.version) return undefined;
  hold(cache, orderRef(order.id));
  return cache.writeFragment({
    fragment: BoardOrderFragmentDoc,
    fragmentName: 'BoardOrder',
    id: orderRef(order.id),
    data: order,
  });
}

/** `value` with every order in it as new as the cache's. */
export function freshest<Value>(cache: InMemoryCache, value: Value): Value {
  if (Array.isArray(value)) return value.map((one) => freshest(cache, one)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, freshest(cache, one)]);
  const copy = Object.fromEntries(entries) as Value;
  const row = copy as Partial<Row>;
  if (row.__typename !== 'Order' || row.version === undefined || row.id === undefined) return copy;
  const known = readOrder(cache, row.id);
  return known && known.version > row.version ? { ...copy, ...known } : copy;
}

export const freshestLink = (cache: InMemoryCache) =>
  new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      map((result) => ('data' in result && result.data ? { ...result, data: freshest(cache, result.data) } : result)),
    ),
  );
