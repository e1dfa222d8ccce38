// A stream that goes on where it stopped. graphql-ws sends the subscription again after each cut; `after` is read at that
// moment, so the server sends what came since the last payload: nothing twice, nothing left out.
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { SubscribePayload } from 'graphql-ws';
import { SignedOut } from './session';
import type { Socket } from './socket';

interface Followed<Data, Variables> {
  document: TypedDocumentNode<Data, Variables>;
  variables: Omit<Variables, 'after'>;
  /** Takes a payload, and returns its cursor where the stream has one. */
  next(data: Data): string | undefined;
  /** The server will not have it: what it says. */
  refused?(message: string): void;
}

interface Told {
  message: string;
  extensions?: { code?: string; retryAfter?: number };
}

/** Codes that the same question gets again, however often it is asked */
const FINAL = new Set(['FORBIDDEN', 'NOT_FOUND', 'INVALID', 'BAD_USER_INPUT']);
const PAUSE = 2_000;

export function follow<Data, Variables>(socket: Socket, stream: Followed<Data, Variables>): () => void {
  let cursor: string | undefined;
  let stopped = false;
  let stop: () => void = () => undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const query = print(stream.document);

  const retry = (pause = PAUSE) => {
    if (!stopped) again = setTimeout(open, pause);
  };

  function failed(error: unknown): void {
    if (stopped || error instanceof SignedOut) return;
    const told = Array.isArray(error) ? (error as Told[])[0] : undefined;
    if (told && FINAL.has(told.extensions?.code ?? '')) return stream.refused?.(told.message);
    // The session was ended elsewhere; the socket hears of it by its streams, and by its next token for sure.
    if (told?.extensions?.code === 'UNAUTHENTICATED') socket.renew();
    retry((told?.extensions?.retryAfter ?? 0) * 1_000 || PAUSE);
  }

  function open(): void {
    const payload: SubscribePayload = {
      query,
      // Written anew for each connection, with the cursor of that moment.
      variables: { ...stream.variables, toJSON: () => ({ ...stream.variables, ...(cursor && { after: cursor }) }) },
    };
    let over = false;
    const close = socket.subscribe<Data>(payload, {
      next(result) {
        if (over || stopped) return;
        if (result.data && !result.errors) {
          cursor = stream.next(result.data) ?? cursor;
          return;
        }
        // A payload that could not be made: from the cursor before it.
        over = true;
        close();
        failed(result.errors);
      },
      error(error) {
        if (!over) failed(error);
      },
      complete() {
        if (!over) retry();
      },
    });
    stop = close;
  }

  open();
  return () => {
    stopped = true;
    clearTimeout(again);
    stop();
  };
}
