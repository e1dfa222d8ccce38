// How GraphiQL talks to the server: queries and mutations by POST, subscriptions as server-sent events,
// one connection each (the distinct-connections mode of the GraphQL-over-SSE protocol).
import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import { getOperationAST } from 'graphql';
import { NetworkError, createClient } from 'graphql-sse';

const endpoint = '/graphql';

type Headers = Record<string, string>;

/** Told with every request, so that the server's figures tell this page from the apps. */
const named = (headers?: Headers): Headers => ({ 'GraphQL-Client-Name': 'graphiql', ...headers });

export const fetcher: Fetcher = (params, options) =>
  isSubscription(params, options) ? subscribe(params, options?.headers) : post(params, options?.headers);

function isSubscription({ operationName }: FetcherParams, options?: FetcherOpts): boolean {
  if (!options?.documentAST) return false;
  return getOperationAST(options.documentAST, operationName)?.operation === 'subscription';
}

async function post(params: FetcherParams, headers?: Headers): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      ...named(headers),
    },
    body: JSON.stringify(params),
  });
  return answer(response);
}

// An observable and not an async generator: stopping a generator waits for its next event.
function subscribe({ query, variables, operationName }: FetcherParams, headers?: Headers): ReturnType<Fetcher> {
  const observable = {
    subscribe(sink: Sink) {
      const client = createClient({ url: endpoint, headers: named(headers) });
      const dispose = client.subscribe(
        { query, variables, operationName: operationName ?? undefined },
        {
          next: (value) => sink.next(value as Answer),
          error: (error) => void told(error).then(sink.error),
          complete: () => sink.complete(),
        },
      );
      return { unsubscribe: dispose };
    },
  };
  // GraphiQL's type has three ways to subscribe; it uses this one.
  return observable as unknown as ReturnType<Fetcher>;
}

interface Sink {
  next(value: Answer): void;
  error(error: unknown): void;
  complete(): void;
}

type Answer = { data?: Record<string, unknown> | null; errors?: [] };

/** What the server said where it refused the stream: its errors tell more than the status. */
async function told(error: unknown): Promise<unknown> {
  if (!(error instanceof NetworkError) || !(error.response instanceof Response)) return error;
  return answer(error.response).then((body) => body.errors ?? error, () => error);
}

/** The body of any answer that is GraphQL's, refusals (4xx) included. */
async function answer(response: Response): Promise<Answer> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.includes('json')) throw new Error(`${response.status} ${response.statusText}: ${await response.text()}`);
  return (await response.json()) as Answer;
}
