// An open conversation, live: its messages, who is writing, how far others have read.
import type { Socket } from '../client/socket';
import { client } from '../client/apollo';
import { follow } from '../client/follow';
import {
  TalkPageDocument,
  TalkReadDocument,
  TalkUpdatesDocument,
  type TalkCardFragment,
  type TalkUpdatesSubscription,
} from '../generated/graphql';
import { createStore } from '../store';
import { writeTalk } from './inbox';
import { addPiece, mergeMessages, mergePage, type Message } from './messages';

const PAGE = 50;
/** The server says when somebody stops; this is for when nobody hears it */
const STILL_TYPING = 8_000;

export interface ThreadView {
  talk: TalkCardFragment | null;
  messages: readonly Message[];
  ready: boolean;
  more: boolean;
  gone: boolean;
  /** Handles of those who are writing */
  typing: readonly string[];
  /** How far each other has read, by their id */
  read: Readonly<Record<string, number>>;
}

export type Thread = ReturnType<typeof openThread>;

const EMPTY: ThreadView = { talk: null, messages: [], ready: false, more: false, gone: false, typing: [], read: {} };

export function openThread(socket: Socket, id: string, viewerId: string) {
  const view = createStore<ThreadView>(EMPTY);
  let before: string | null = null;
  let reading: Promise<void> | null = null;
  let stopped = false;
  let told = 0;
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const change = (next: Partial<ThreadView>) => {
    if (!stopped) view.set({ ...view.get(), ...next });
  };

  async function read(from: string | null): Promise<void> {
    const { data } = await client
      .query({ query: TalkPageDocument, variables: { id, last: PAGE, before: from }, fetchPolicy: 'no-cache' })
      .catch(() => ({ data: undefined }));
    if (stopped || data === undefined) return;
    const talk = data?.node?.__typename === 'Conversation' ? data.node : null;
    if (!talk) return change({ ready: true, gone: true });
    if (from === null) writeTalk(talk);
    const messages = mergePage(view.get().messages, talk.messages.edges.map((edge) => edge.node));
    before = talk.messages.pageInfo.startCursor ?? before;
    const positions = Object.fromEntries(talk.participants.map(({ user, readUpTo }) => [user.id, readUpTo]));
    change({ talk, messages, ready: true, more: talk.messages.pageInfo.hasPreviousPage, read: { ...positions, ...view.get().read } });
  }

  function readAnew(): void {
    before = null;
    reading = read(null).finally(() => (reading = null));
  }

  function typing(handle: string, is: boolean): void {
    clearTimeout(timers.get(handle));
    timers.delete(handle);
    const others = view.get().typing.filter((one) => one !== handle);
    change({ typing: is ? [...others, handle] : others });
    if (is) timers.set(handle, setTimeout(() => typing(handle, false), STILL_TYPING));
  }

  function admit(message: Message): void {
    change({ messages: mergeMessages(view.get().messages, [message]) });
    if (message.sender) typing(message.sender.handle, false);
  }

  function take({ conversationUpdates: update }: TalkUpdatesSubscription): string {
    const { change: what, cursor, kind } = update;
    if (kind !== 'EVENT' || !what) {
      if (kind !== 'EVENT') readAnew();
      return cursor;
    }
    if (what.__typename === 'MessageSent' || what.__typename === 'MessageChanged') admit(what.message);
    else if (what.__typename === 'MessageChunk') {
      change({ messages: addPiece(view.get().messages, what.messageId, what.offset, what.text) });
    } else if (what.__typename === 'ReadMoved') {
      change({ read: { ...view.get().read, [what.user.id]: what.readUpTo } });
    } else if (what.__typename === 'TypingChanged') {
      if (what.user.id !== viewerId) typing(what.user.handle, what.typing);
    } else {
      writeTalk(what.conversation);
      change({ talk: what.conversation });
    }
    return cursor;
  }

  const unfollow = follow(socket, {
    document: TalkUpdatesDocument,
    variables: { id },
    next: take,
    refused: () => change({ ready: true, gone: true }),
  });

  return {
    id,
    view,
    admit,
    readOn(): void {
      if (reading || !view.get().more || before === null) return;
      reading = read(before).finally(() => (reading = null));
    },
    /** Everything that is shown was seen. */
    seen(): void {
      const position = view.get().messages.at(-1)?.position ?? 0;
      if (position <= Math.max(told, view.get().read[viewerId] ?? 0)) return;
      told = position;
      void client.mutate({ mutation: TalkReadDocument, variables: { id, position } }).catch(() => (told = 0));
    },
    stop(): void {
      stopped = true;
      unfollow();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
