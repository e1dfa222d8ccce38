// Apollo Client for Plaza: ids in the place of texts, a token that is renewed, and tries that are worth making.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, Observable } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { createClient } from 'graphql-ws';
import { catchError, from, switchMap, throwError, timer } from 'rxjs';
import { loadManifest } from './ids';
import { CLIENT, type Platform } from './platform';
import { SignedOut, type Session } from './session';

// ANCHOR: signed
/** Sends the session's token; one that is refused is renewed once. Without a session the request goes as a guest's. */
function signed(session: Session): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const token = (refused?: string) =>
      from(session.token(refused).catch((error) => (error instanceof SignedOut ? undefined : Promise.reject(error))));
    const send = (token?: string) => {
      operation.setContext({ headers: token ? { authorization: `Bearer ${token}` } : {} });
      return forward(operation);
    };
    return token().pipe(
      switchMap((first) =>
        send(first).pipe(
          switchMap((result) =>
            first && codeOf(result) === 'UNAUTHENTICATED' ? token(first).pipe(switchMap(send)) : [result],
          ),
        ),
      ),
    );
  });
}
// ANCHOR_END: signed

// ANCHOR: patient
/** Of these nothing was done, or what was done has an idempotency key. */
const AGAIN = new Set(['RATE_LIMITED', 'OVERLOADED', 'TIMEOUT', 'UNAVAILABLE']);

/** Tries again where that may help: no network, too much at once, a server that is being replaced. */
function patient(attempts = 4): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const send = (attempt: number): Observable<ApolloLink.Result> => {
      const again = (seconds?: number) =>
        timer(seconds ? seconds * 1000 : 400 * 2 ** attempt * Math.random()).pipe(switchMap(() => send(attempt + 1)));
      return forward(operation).pipe(
        switchMap((result) => {
          if (attempt >= attempts || !AGAIN.has(String(codeOf(result)))) return [result];
          return again(result.errors?.[0]?.extensions?.['retryAfter'] as number | undefined);
        }),
        catchError((error) => (attempt < attempts && !(error instanceof SignedOut) ? again() : throwError(() => error))),
      );
    };
    return send(1);
  });
}

const codeOf = ({ errors }: ApolloLink.Result) => errors?.[0]?.extensions?.['code'];
// ANCHOR_END: patient

// ANCHOR: socket
/** Subscriptions over one WebSocket, by the ids that PersistedQueryLink has put into `extensions`. */
function socket(platform: Platform, session: Session) {
  const client = createClient({
    url: `${platform.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: platform.WebSocket,
    connectionParams: async () => ({
      authorization: `Bearer ${await session.token()}`,
      'graphql-client-name': CLIENT,
    }),
    // Whoever follows comes back by its cursor (follow.ts); the same words again would begin anew.
    retryAttempts: 0,
    keepAlive: 20_000,
  });
  const link = new ApolloLink(
    ({ variables, extensions }) =>
      new Observable<ApolloLink.Result>((observer) =>
        // graphql-ws sends nothing that has no text, so it has an empty one.
        client.subscribe({ query: '', documentId: extensions['persistedQuery'].sha256Hash, variables } as never, {
          next: (result) => observer.next(result as ApolloLink.Result),
          error: (error) =>
            observer.error(Array.isArray(error) ? new CombinedGraphQLErrors({ data: null, errors: error }) : error),
          complete: () => observer.complete(),
        }),
      ),
  );
  return { client, link };
}
// ANCHOR_END: socket

// ANCHOR: client
export function openClient(platform: Platform, session: Session) {
  const { client: ws, link: streams } = socket(platform, session);
  const http = new HttpLink({ uri: `${platform.url}/graphql`, fetch: platform.fetch });
  const client = new ApolloClient({
    clientAwareness: { name: CLIENT },
    link: ApolloLink.from([
      new PersistedQueryLink(generatePersistedQueryIdsFromManifest({ loadManifest })),
      ApolloLink.split(
        ({ operationType }) => operationType === 'subscription',
        streams,
        ApolloLink.from([patient(), signed(session), http]),
      ),
    ]),
    cache: new InMemoryCache({
      typePolicies: {
        Query: { fields: { listings: relayStylePagination(['filter', 'sort']) } },
        // There is one viewer, without an id of its own.
        Viewer: { keyFields: [], fields: { orders: relayStylePagination(['filter', 'sort']) } },
        // The higher version is newer, however the two came.
        Order: { merge: (before, after, { mergeObjects, readField }) =>
          Number(readField('version', before) ?? 0) > Number(readField('version', after) ?? 0)
            ? mergeObjects(after, before)
            : mergeObjects(before, after) },
      },
    }),
  });
  session.onEnd = () => void client.clearStore();
  return { client, close: () => (client.stop(), ws.dispose()) };
}
// ANCHOR_END: client
