// What goes over the wire: ids in the place of texts.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

/** One request as it was sent. */
export interface Sent {
  method: string;
  /** The text of a document went along */
  text: boolean;
}

/** A `fetch` that notes what it sends. */
export function wire(): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: (input, init) => {
      const { body, method = 'GET' } = init ?? {};
      const { searchParams } = new URL(String(input));
      const said = typeof body === 'string' ? JSON.parse(body) : Object.fromEntries(searchParams);
      sent.push({ method, text: Boolean(said.query) });
      return fetch(input, init);
    },
  };
}

/** The id that GraphQL Code Generator made for a document. */
export function idOf(document: TypedDocumentNode<never, never> | object): string {
  const { __meta__: meta } = document as { __meta__?: { hash: string } };
  if (!meta) throw new Error('the document has no id: is `persistedDocuments` set?');
  return meta.hash;
}
