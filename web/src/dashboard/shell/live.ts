// Opens what is live while somebody is signed in: the socket, the feed of the open store, the inbox.
import { useEffect, useState } from 'react';
import { ring } from '../board/bell';
import { openFeed, type Feed } from '../board/feed';
import { openSocket, type Socket } from '../client/socket';
import { figures } from '../figures/figures';
import { words } from '../i18n/language';
import { openInbox, type Inbox } from '../talks/inbox';
import type { OpenStore } from './counter-context';
import { announce, notify } from './notices';

export function useSocket(): Socket | null {
  const [socket, setSocket] = useState<Socket | null>(null);
  useEffect(() => {
    const opened = openSocket();
    setSocket(opened);
    return () => void opened.dispose();
  }, []);
  return socket;
}

export function useFeed(socket: Socket | null, store: OpenStore | null): Feed | null {
  const [feed, setFeed] = useState<Feed | null>(null);
  const { id, handle } = store ?? {};
  useEffect(() => {
    if (!socket || !id || !handle) return undefined;
    const opened = openFeed(socket, { id, handle }, {
      onArrival(orders) {
        ring();
        for (const order of orders.slice(-3)) announce(words().board.arrived(order.number));
      },
      onRefused: (text) => notify({ tone: 'trouble', text }),
    });
    setFeed(opened);
    return () => {
      opened.stop();
      figures.set(null);
      setFeed(null);
    };
  }, [socket, id, handle]);
  return feed;
}

export function useInbox(socket: Socket | null): Inbox | null {
  const [inbox, setInbox] = useState<Inbox | null>(null);
  useEffect(() => {
    if (!socket) return undefined;
    const opened = openInbox(socket);
    setInbox(opened);
    return () => opened.stop();
  }, [socket]);
  return inbox;
}
