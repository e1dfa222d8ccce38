// An open conversation: its messages, of any number, and the place to write.
import { useFragment } from '@apollo/client/react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { TalkCardFragmentDoc, type TalkCardFragment } from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { Icon } from '../shell/Icon';
import { useStore } from '../store';
import { Composer } from './Composer';
import { MessageView } from './MessageView';
import { usePresence } from './presence';
import { openThread, type Thread } from './thread';
import { others, titleOf } from './title';

const HEIGHT = 64;

export function ThreadView({ id }: { id: string }) {
  const { socket, viewer } = useCounter();
  const [thread, setThread] = useState<Thread | null>(null);
  useEffect(() => {
    const opened = openThread(socket, id, viewer.user.id);
    setThread(opened);
    return () => opened.stop();
  }, [socket, id, viewer.user.id]);
  return thread ? <Open thread={thread} /> : <section className="thread" />;
}

function Open({ thread }: { thread: Thread }) {
  const t = useWords();
  const { talk, gone, typing } = useStore(thread.view);
  if (gone) return <p className="talks__choose">{t.talks.gone}</p>;
  const names = typing.map((handle) => talk?.participants.find(({ user }) => user.handle === handle)?.user.displayName ?? handle);
  return (
    <section className="thread" aria-labelledby="thread">
      <Head id={thread.id} />
      <Messages thread={thread} />
      <p className="thread__typing" role="status">
        {names.length > 0 && t.talks.writing(names.join(', '))}
      </p>
      <Composer thread={thread} />
    </section>
  );
}

function Head({ id }: { id: string }) {
  const t = useWords();
  const format = useFormats();
  const { viewer, store, socket } = useCounter();
  const { data, complete } = useFragment({
    fragment: TalkCardFragmentDoc,
    fragmentName: 'TalkCard',
    from: { __typename: 'Conversation', id },
  });
  const talk = complete ? (data as TalkCardFragment) : null;
  const people = talk ? others(talk, viewer.user.id) : [];
  usePresence(socket, people.map((user) => user.id));
  const [person] = people;
  const state = person?.presence.state;
  const presence =
    !person || people.length > 1
      ? people.map((user) => user.displayName).join(', ')
      : state === 'ONLINE'
        ? t.talks.online
        : state === 'AWAY'
          ? t.talks.awayState
          : person.presence.lastSeenAt
            ? t.talks.seen(format.moment(person.presence.lastSeenAt))
            : '';
  return (
    <header className="thread__head">
      <Link href="/messages" className="icon-button thread__back" aria-label={t.talks.back}>
        <Icon name="back" />
      </Link>
      <div>
        <h2 id="thread">{talk ? titleOf(talk, viewer.user.id, t) : t.app.loading}</h2>
        {presence && <p className="thread__presence">{presence}</p>}
      </div>
      {talk?.order && store && (
        <Link className="button button--small button--quiet" href={`/s/${store.handle}/orders/${encodeURIComponent(talk.order.id)}`}>
          <span className="thread__order">{t.talks.order('')}</span>
          {talk.order.number}
        </Link>
      )}
    </header>
  );
}

function Messages({ thread }: { thread: Thread }) {
  const t = useWords();
  const { viewer } = useCounter();
  const list = useRef<HTMLDivElement>(null);
  const { messages, ready, more, read } = useStore(thread.view);
  const rows = useVirtualizer({
    count: messages.length,
    getScrollElement: () => list.current,
    estimateSize: () => HEIGHT,
    getItemKey: (index) => messages[index]?.position ?? index,
    overscan: 6,
    gap: 6,
    paddingStart: 12,
    paddingEnd: 12,
    // Written upwards: what is read stays where it is when older ones come in above it, and the end follows what is new.
    anchorTo: 'end',
    followOnAppend: true,
    useFlushSync: false,
  });
  const items = rows.getVirtualItems();
  const started = useRef(false);
  useEffect(() => {
    if (started.current || messages.length === 0) return;
    started.current = true;
    rows.scrollToIndex(messages.length - 1, { align: 'end' });
  }, [rows, messages.length]);
  const first = items[0]?.index ?? 0;
  useEffect(() => {
    if (started.current && more && first < 8) thread.readOn();
  }, [thread, more, first, messages.length]);
  const newest = messages.at(-1)?.position;
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && thread.seen();
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [thread, newest]);
  const readByAll = Math.max(0, ...Object.entries(read).filter(([id]) => id !== viewer.user.id).map(([, upTo]) => upTo));
  return (
    <div ref={list} className="thread__messages" tabIndex={0} role="log" aria-label={t.talks.title} aria-busy={!ready}>
      {ready && <p className="thread__start">{more ? t.talks.older : t.talks.start}</p>}
      <ol style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const message = messages[item.index];
          return (
            message && (
              <li key={item.key} ref={rows.measureElement} data-index={item.index} style={{ transform: `translateY(${item.start}px)` }}>
                <MessageView
                  message={message}
                  follows={messages[item.index - 1]?.sender?.id === message.sender?.id && messages[item.index - 1]?.author === message.author}
                  wasRead={message.position === readByAll && message.sender?.id === viewer.user.id}
                />
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}
