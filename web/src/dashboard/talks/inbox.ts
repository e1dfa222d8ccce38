// Conversations of who is signed in, live: how much is unread, and which moved last. Cards themselves are in the cache.
import type { Socket } from '../client/socket';
import { useSyncExternalStore } from 'react';
import { cache, client } from '../client/apollo';
import { follow } from '../client/follow';
import { hold } from '../client/hold';
import {
  TalkCardFragmentDoc,
  TalksDocument,
  TalksUpdatesDocument,
  type TalkCardFragment,
  type TalksUpdatesSubscription,
} from '../generated/graphql';
import { createStore } from '../store';
import { mergeTalks, type TalkRow } from './order';

export interface InboxView {
  rows: readonly TalkRow[];
  unread: number;
  ready: boolean;
  more: boolean;
}

export type Inbox = ReturnType<typeof openInbox>;

const FIRST = 20;

export function writeTalk(talk: TalkCardFragment): void {
  hold(cache, `Conversation:${talk.id}`);
  cache.writeFragment({
    fragment: TalkCardFragmentDoc,
    fragmentName: 'TalkCard',
    id: `Conversation:${talk.id}`,
    data: talk,
  });
}

export function openInbox(socket: Socket) {
  const view = createStore<InboxView>({ rows: [], unread: 0, ready: false, more: false });
  let after: string | null = null;
  let reading: Promise<void> | null = null;
  let stopped = false;

  const change = (next: Partial<InboxView>) => view.set({ ...view.get(), ...next });

  async function read(from: string | null): Promise<void> {
    const { data } = await client
      .query({ query: TalksDocument, variables: { first: FIRST, after: from }, fetchPolicy: 'no-cache' })
      .catch(() => ({ data: null }));
    const page = data?.viewer?.conversations;
    if (stopped || !data?.viewer || !page) return;
    const talks = page.edges.map((edge) => edge.node);
    cache.batch({ update: () => talks.forEach(writeTalk) });
    after = page.pageInfo.endCursor ?? after;
    // The first page says what there is; further ones, what is below.
    const known = from === null ? [] : view.get().rows;
    const counted = from === null ? { unread: data.viewer.unreadCount } : {};
    change({ rows: mergeTalks(known, talks), ready: true, more: page.pageInfo.hasNextPage, ...counted });
  }

  function readAnew(): void {
    reading = read(null).finally(() => (reading = null));
  }

  function take({ inboxUpdates: update }: TalksUpdatesSubscription): string {
    change({ unread: update.unreadCount });
    if (update.kind !== 'EVENT' || !update.conversation) readAnew();
    else admit(update.conversation);
    return update.cursor;
  }

  function admit(talk: TalkCardFragment): void {
    writeTalk(talk);
    change({ rows: mergeTalks(view.get().rows, [talk]) });
  }

  const unfollow = follow(socket, { document: TalksUpdatesDocument, variables: {}, next: take });

  return {
    view,
    admit,
    readOn(): void {
      if (reading || !view.get().more) return;
      reading = read(after).finally(() => (reading = null));
    },
    stop() {
      stopped = true;
      unfollow();
    },
  };
}

const never = () => () => undefined;

export const useUnread = (inbox: Inbox | null): number =>
  useSyncExternalStore(inbox?.view.subscribe ?? never, () => inbox?.view.get().unread ?? 0);
