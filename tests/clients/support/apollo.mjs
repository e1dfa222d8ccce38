// Apollo Client follows subscriptions by multipart responses, over its plain HttpLink.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { parse } from 'graphql';
import { endpoint } from './server.mjs';

/** Apollo Client of whoever has this access token. */
export function apolloClient(token) {
  const link = new HttpLink({ uri: endpoint, headers: { authorization: `Bearer ${token}` } });
  return new ApolloClient({ link, cache: new InMemoryCache() });
}

/** The same, spoken to as graphql-ws and graphql-sse are. */
export function apolloStreams(token, client = apolloClient(token)) {
  const following = [];
  return {
    iterate({ query, variables }) {
      const results = client.subscribe({ query: parse(query), variables });
      const stream = new ReadableStream({
        start(controller) {
          following.push(
            results.subscribe({
              next: (result) => controller.enqueue(result),
              error: (error) => controller.error(error),
              complete: () => controller.close(),
            }),
          );
        },
      });
      return stream[Symbol.asyncIterator]();
    },
    async dispose() {
      for (const one of following) one.unsubscribe();
      client.stop();
    },
  };
}
