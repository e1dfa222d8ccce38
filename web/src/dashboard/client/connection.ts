// The state of the connection, as the page shows it.
import { createStore } from '../store';

export type Connection =
  /** Not there yet */
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** Cut since a moment; the next try begins at another */
  | { kind: 'away'; since: number; nextTry: number }
  /** A try is under way */
  | { kind: 'trying'; since: number };

export const connection = createStore<Connection>({ kind: 'connecting' });

/** When the connection was cut, if it is. */
export const cutSince = (now: Connection): number | null => ('since' in now ? now.since : null);
