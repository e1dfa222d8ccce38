// Apollo Client: one normalised cache that queries, steps and streams write to. Streams themselves are in `follow`.
import { ApolloClient } from '@apollo/client';
import { ApolloLink } from '@apollo/client/link';
import { HttpLink } from '@apollo/client/link/http';
import { createCache } from './cache';
import { authorised } from './fetch';
import { freshestLink } from './freshest';
import { endpoint } from './refresh';

export const cache = createCache();

export const client = new ApolloClient({
  cache,
  link: ApolloLink.from([freshestLink(cache), new HttpLink({ uri: endpoint, fetch: authorised })]),
  devtools: { enabled: import.meta.env.DEV },
});
