// The three requests that go out without Apollo: signing in, the next tokens, signing out. They must not wait for a
// token, and a refresh must not be repeated by anything that does not know what a repetition means.
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

export const endpoint = '/graphql';
export const clientName = { 'GraphQL-Client-Name': 'dashboard' };

/** The server could not be asked, or has not answered: nobody knows what became of it. */
export class Unreachable extends Error {}

/** How long an answer may take. A lost refresh is asked again within the ten seconds in which that is harmless. */
const PATIENCE = 4_000;

export async function send<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  token?: string,
): Promise<{ data: Data; clockAhead: number }> {
  let response: Response;
  let body: { data?: Data | null; errors?: { message: string }[] };
  try {
    response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...clientName,
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: print(document), variables }),
      // Also where the page is closed right after: signing out has to arrive.
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE),
    });
    body = await response.json();
  } catch (cause) {
    throw new Unreachable('the server does not answer', { cause });
  }
  if (!body.data) throw new Unreachable(body.errors?.[0]?.message ?? `the server says ${response.status}`);
  const said = Date.parse(response.headers.get('date') ?? '');
  return { data: body.data, clockAhead: Number.isNaN(said) ? 0 : Date.now() - said };
}
