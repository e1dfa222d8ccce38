// urql for Plaza: published ids, tokens that renew themselves, and subscriptions over one WebSocket.
import { Client, fetchExchange, subscriptionExchange, type CombinedError } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { persistedExchange } from '@urql/exchange-persisted';
import { retryExchange } from '@urql/exchange-retry';
import { createClient } from 'graphql-ws';
import { CLIENT, idOf, inMemory, isFresh, token, url } from './session';

// ANCHOR: client
const codeOf = (error: CombinedError) => error.graphQLErrors[0]?.extensions['code'];
/** Of these nothing was done, or what was done has an idempotency key. */
const AGAIN = new Set<unknown>(['RATE_LIMITED', 'OVERLOADED', 'TIMEOUT', 'UNAVAILABLE']);

const retry = retryExchange({
  maxNumberAttempts: 4,
  retryIf: (error, { kind }) => kind !== 'subscription' && (Boolean(error.networkError) || AGAIN.has(codeOf(error))),
});

const auth = authExchange(async ({ appendHeaders }) => {
  let refused: string | undefined;
  return {
    addAuthToOperation(operation) {
      const bearer = inMemory();
      return bearer ? appendHeaders(operation, { authorization: `Bearer ${bearer}` }) : operation;
    },
    // Renewed before it is refused; a guest has none, and goes as a guest.
    willAuthError: () => !isFresh(),
    didAuthError(error) {
      if (codeOf(error) !== 'UNAUTHENTICATED') return false;
      refused = inMemory();
      return true;
    },
    refreshAuth: async () => void (await token(refused)),
  };
});

const ids = persistedExchange({
  enforcePersistedQueries: true,
  enableForMutation: true,
  enableForSubscriptions: true,
  generateHash: async (_, document) => idOf(document),
});

export const sockets = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  connectionParams: async () => ({ authorization: `Bearer ${await token()}`, 'graphql-client-name': CLIENT }),
  // Whoever follows comes back by its cursor (follow.ts).
  retryAttempts: 0,
  keepAlive: 20_000,
});

const streams = subscriptionExchange({
  forwardSubscription: (request) => ({
    subscribe: (sink) => ({
      // urql leaves the text out where it has an id, and graphql-ws wants one.
      unsubscribe: sockets.subscribe({ ...request, query: request.query ?? '' }, sink as never),
    }),
  }),
});

export const client = new Client({
  url: `${url}/graphql`,
  preferGetMethod: false,
  fetchOptions: { headers: { 'graphql-client-name': CLIENT } },
  exchanges: [retry, auth, ids, fetchExchange, streams],
});
// ANCHOR_END: client
