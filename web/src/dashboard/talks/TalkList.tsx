// The list of conversations: what moved last first, of any length.
import { useFragment } from '@apollo/client/react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { TalkCardFragmentDoc, type TalkCardFragment } from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { Icon } from '../shell/Icon';
import { useStore } from '../store';
import type { Inbox } from './inbox';
import { others, titleOf } from './title';

const HEIGHT = 76;
const AHEAD = 5;

export function TalkList({ inbox, open }: { inbox: Inbox; open: string | undefined }) {
  const t = useWords();
  const list = useRef<HTMLDivElement>(null);
  const { rows, ready, more } = useStore(inbox.view);
  const shown = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => HEIGHT,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: AHEAD,
    useFlushSync: false,
  });
  const items = shown.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last + AHEAD >= rows.length) inbox.readOn();
  }, [inbox, more, last, rows.length]);
  if (ready && rows.length === 0) {
    return (
      <div className="nothing">
        <p>{t.talks.none}</p>
        <p>{t.talks.noneHint}</p>
      </div>
    );
  }
  return (
    <div ref={list} className="talks__rows">
      <ul style={{ height: shown.getTotalSize() }}>
        {items.map((item) => {
          const id = rows[item.index]?.id;
          return (
            id && (
              <li key={item.key} style={{ height: HEIGHT, transform: `translateY(${item.start}px)` }}>
                <TalkRow id={id} here={id === open} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

const TalkRow = memo(function TalkRow({ id, here }: { id: string; here: boolean }) {
  const { data, complete } = useFragment({
    fragment: TalkCardFragmentDoc,
    fragmentName: 'TalkCard',
    from: { __typename: 'Conversation', id },
  });
  return complete ? <Row talk={data as TalkCardFragment} here={here} /> : null;
});

function Row({ talk, here }: { talk: TalkCardFragment; here: boolean }) {
  const t = useWords();
  const format = useFormats();
  const { viewer } = useCounter();
  const { lastMessage, unreadCount } = talk;
  const isHere = others(talk, viewer.user.id).some((user) => user.presence.state === 'ONLINE');
  return (
    <Link
      href={`/messages/${encodeURIComponent(talk.id)}`}
      className={`talk ${unreadCount > 0 ? 'talk--unread' : ''}`}
      aria-current={here ? 'true' : undefined}
      data-talk={talk.id}
    >
      <span className={`talk__face talk__face--${talk.kind}`}>
        <Icon name={talk.kind === 'ASSISTANT' ? 'spark' : talk.kind === 'ORDER' ? 'bag' : 'talks'} />
        {isHere && <span className="talk__here" title={t.talks.online} />}
      </span>
      <span className="talk__title">{titleOf(talk, viewer.user.id, t)}</span>
      <time className="talk__time" dateTime={talk.updatedAt}>
        {format.moment(talk.updatedAt)}
      </time>
      <span className="talk__last">{lastMessage && (lastMessage.status === 'DELETED' ? t.talks.deleted : lastMessage.body)}</span>
      {unreadCount > 0 && (
        <span className="badge">
          <span aria-hidden="true">{format.number(unreadCount)}</span>
          <span className="unseen">{t.talks.unread(unreadCount, format.number(unreadCount))}</span>
        </span>
      )}
    </Link>
  );
}
