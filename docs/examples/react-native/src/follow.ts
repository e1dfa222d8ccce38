// A stream that is followed for as long as a screen is open, over any number of cuts, without missing an event.
import { CombinedGraphQLErrors, type ApolloClient, type TypedDocumentNode } from '@apollo/client';

interface Update {
  kind: 'SNAPSHOT' | 'EVENT' | 'GAP';
  cursor: string;
}

// ANCHOR: follow
/**
 * Calls `take` for each payload. After a cut it asks for everything since the last one; what it hears lands in the
 * cache besides. The answer stops it; `failed` hears what can't be mended by trying again, such as FORBIDDEN.
 */
export function follow<Data, Variables extends { after?: string | null | undefined }>(
  client: ApolloClient,
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  take: (data: Data) => void,
  failed: (error: unknown) => void = () => {},
): () => void {
  let after = variables.after;
  let tries = 0;
  let stop = () => {};

  const open = () => {
    const results = client.subscribe<Data>({ query, variables: { ...variables, after } as never });
    const following = results.subscribe({
      next({ data, error }) {
        if (error) return CombinedGraphQLErrors.is(error) ? give(error) : again();
        if (!data) return;
        tries = 0;
        after = (Object.values(data) as Update[]).find(({ cursor }) => cursor)?.cursor;
        take(data as Data);
      },
      error: again,
      complete: again,
    });
    stop = () => following.unsubscribe();
  };

  const again = () => {
    stop();
    // At once after the first cut, then slower: a restarted server is asked by everybody.
    const timer = setTimeout(open, Math.random() * Math.min(10_000, 250 * 2 ** tries++));
    stop = () => clearTimeout(timer);
  };

  const give = (error: unknown) => {
    stop();
    failed(error);
  };

  open();
  return () => stop();
}
// ANCHOR_END: follow
