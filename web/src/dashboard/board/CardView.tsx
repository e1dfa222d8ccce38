// One order on the board: legible at arm's length, its next step one touch away.
import './Card.css';
import { useFragment } from '@apollo/client/react';
import { memo, useEffect, useRef, useSyncExternalStore } from 'react';
import { BoardOrderFragmentDoc, type BoardOrderFragment, type OrderStatus } from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { Icon } from '../shell/Icon';
import { dragFrom } from './drag';
import type { Feed } from './feed';
import { focused } from './keys';
import { forward } from './order';
import { takeStep } from './step';
import { Since } from './Since';

/** Lines of an order that a card shows */
const LINES = 4;

interface Props {
  id: string;
  feed: Feed;
  /** The first of its column is where the Tab key enters it */
  first: boolean;
  /** Where it is shown: where a step that was not answered yet will bring it */
  shown: OrderStatus;
  pending: boolean;
  open(id: string): void;
}

export const CardView = memo(function CardView({ id, ...rest }: Props) {
  const { data, complete } = useFragment({
    fragment: BoardOrderFragmentDoc,
    fragmentName: 'BoardOrder',
    from: { __typename: 'Order', id },
  });
  return complete ? <Card order={data as BoardOrderFragment} {...rest} /> : <div className="card card--unread" />;
});

function Card({ order, feed, first, shown, pending, open }: Omit<Props, 'id'> & { order: BoardOrderFragment }) {
  const t = useWords();
  const format = useFormats();
  const element = useRef<HTMLElement>(null);
  const { id, number } = order;
  const isFocused = useSyncExternalStore(focused.subscribe, () => focused.get() === id);
  const next = pending ? undefined : forward(order.nextStatuses);
  useEffect(() => (element.current ? dragFrom(element.current, id, feed) : undefined), [id, feed]);
  const done = shown === 'COMPLETED' || shown === 'REJECTED' || shown === 'CANCELLED';
  const over = order.items.length > LINES ? order.items.length - LINES + 1 : 0;

  return (
    <article
      ref={element}
      className={`card card--${shown} ${pending ? 'card--pending' : ''}`}
      data-order={id}
      data-number={number}
      tabIndex={isFocused || first ? 0 : -1}
      onFocus={() => focused.set(id)}
      aria-label={t.talks.order(number)}
      aria-busy={pending}
    >
      <header className="card__head">
        <button type="button" className="card__number" onClick={() => open(id)} aria-label={t.board.open(number)}>
          {number}
        </button>
        {done ? <span className="card__end">{t.status[shown]}</span> : <Since at={order.placedAt} due={order.scheduledFor} />}
      </header>
      <p className="card__who">
        <span>{order.buyer.displayName}</span>
        <span className="card__how">
          <Icon name={order.fulfilment === 'DELIVERY' ? 'bike' : 'bag'} />
          {t.fulfilment[order.fulfilment]}
        </span>
      </p>
      {order.scheduledFor && !done && (
        <p className="card__for">
          <Icon name="clock" />
          {t.board.scheduled(format.moment(order.scheduledFor))}
        </p>
      )}
      <ul className="card__items">
        {order.items.slice(0, over ? LINES - 1 : LINES).map((item) => (
          <li key={item.id}>
            <b>{format.number(item.quantity)}</b>
            <span>{item.title}</span>
          </li>
        ))}
        {over > 0 && <li className="card__more">{t.board.more(format.number(over))}</li>}
      </ul>
      {order.note && (
        <p className="card__note">
          <span className="unseen">{t.board.note}: </span>
          {order.note}
        </p>
      )}
      <footer className="card__foot">
        <span className="card__total">{format.money(order.total)}</span>
        {next && (
          <button
            type="button"
            className={`button button--step button--${next}`}
            onClick={() => void takeStep(feed, { id, number, to: next })}
            aria-label={t.board.next(t.step[next], number)}
          >
            {t.step[next]}
          </button>
        )}
      </footer>
    </article>
  );
}
