// The one WebSocket, by graphql-ws: it connects with a token that is good, tells the state of the connection, notices a
// line that is dead without a word, and comes back by itself.
import { createClient, type Client } from 'graphql-ws';
import { connection, cutSince } from './connection';
import { clientName, endpoint } from './refresh';
import { accessToken, SignedOut } from './session';

/** A ping when nothing was heard for this long, and how long its answer may take */
const KEEP_ALIVE = 4_000;
const PONG_WITHIN = 3_000;
/** Between tries; a device that says it is back, or a person, cuts it short */
/** Close codes for a token that is not good, or no longer */
const FORBIDDEN = 4403;
const UNAUTHORIZED = 4401;
const WAITS = [0, 500, 1_000, 2_000, 4_000, 8_000];

let wake: () => void = () => undefined;

/** Tries again now. */
export const tryNow = (): void => wake();

const url = (): string => location.origin.replace(/^http/, 'ws') + endpoint;

async function wait(retries: number): Promise<void> {
  const longest = WAITS[Math.min(retries, WAITS.length - 1)] ?? 8_000;
  // Spread, so that a street of tablets does not come back in the same instant.
  const pause = retries === 0 ? 0 : longest * (0.7 + Math.random() * 0.6);
  const since = cutSince(connection.get()) ?? Date.now();
  if (pause > 0) {
    connection.set({ kind: 'away', since, nextTry: Date.now() + pause });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  connection.set({ kind: 'trying', since });
}

export interface Socket extends Client {
  /** Connects anew, with another token: this one is not good any more. */
  renew(): void;
}

export function openSocket(): Socket {
  let token = '';
  /** A token that the server would not have, whatever its own time says: its session may have been ended elsewhere */
  let stale: string | undefined;
  let pong: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    // The token is fetched before the socket is opened: the server gives `connection_init` only so long.
    url: async () => {
      token = await accessToken(stale);
      return url();
    },
    connectionParams: () => ({ Authorization: `Bearer ${token}`, ...clientName }),
    keepAlive: KEEP_ALIVE,
    connectionAckWaitTimeout: 8_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: wait,
    // Whatever cut it, the cursor brings back what was missed; only a session that is over ends it.
    shouldRetry: (error) => !(error instanceof SignedOut),
    on: {
      connected: () => connection.set({ kind: 'live' }),
      closed: (event) => {
        clearTimeout(pong);
        const { code } = event as { code?: number };
        if (code === FORBIDDEN || code === UNAUTHORIZED) stale = token;
        if (connection.get().kind === 'live') connection.set({ kind: 'trying', since: Date.now() });
      },
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_WITHIN);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
    },
  });
  const back = () => tryNow();
  const cut = () => client.terminate();
  addEventListener('online', back);
  addEventListener('offline', cut);
  return {
    ...client,
    renew() {
      stale = token;
      client.terminate();
    },
    dispose() {
      removeEventListener('online', back);
      removeEventListener('offline', cut);
      clearTimeout(pong);
      connection.set({ kind: 'connecting' });
      return client.dispose();
    },
  };
}
