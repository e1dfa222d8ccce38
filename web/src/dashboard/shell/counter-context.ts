// What every page of the counter needs: who stands there, which store is open, and what is live.
import type { Socket } from '../client/socket';
import { createContext, useContext } from 'react';
import type { Feed } from '../board/feed';
import type { CounterViewerFragment } from '../generated/graphql';
import type { Inbox } from '../talks/inbox';

export type OpenStore = CounterViewerFragment['stores'][number];

export interface Counter {
  viewer: CounterViewerFragment;
  store: OpenStore | null;
  socket: Socket;
  feed: Feed | null;
  inbox: Inbox | null;
}

export const CounterContext = createContext<Counter | null>(null);

export function useCounter(): Counter {
  const counter = useContext(CounterContext);
  if (!counter) throw new Error('outside of the counter');
  return counter;
}
