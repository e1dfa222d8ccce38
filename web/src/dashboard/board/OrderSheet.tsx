// One order at length: what was ordered, what happened to it, every step there is, and the way to its customer.
import './OrderSheet.css';
import { useFragment, useMutation, useQuery } from '@apollo/client/react';
import { useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { failure, refusal } from '../client/refusal';
import {
  BoardOrderFragmentDoc,
  OrderDetailDocument,
  OrderTalkDocument,
  type BoardOrderFragment,
  type OrderDetailQuery,
  type OrderStatus,
} from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { draft, keepDraft } from '../shell/drafts';
import { Icon } from '../shell/Icon';
import { notify } from '../shell/notices';
import type { Feed } from './feed';
import { takeStep } from './step';

type Detail = Extract<NonNullable<OrderDetailQuery['node']>, { __typename: 'Order' }>;

export default function OrderSheet({ id, feed, close }: { id: string; feed: Feed; close(): void }) {
  const t = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const { data, loading, refetch } = useQuery(OrderDetailDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  const { data: card, complete } = useFragment({
    fragment: BoardOrderFragmentDoc,
    fragmentName: 'BoardOrder',
    from: { __typename: 'Order', id },
  });
  const version = complete ? card.version : 0;
  const known = useRef(0);
  useEffect(() => {
    // The stream brought a step: its line of the history is read along.
    if (known.current > 0 && version > known.current) void refetch();
    known.current = version;
  }, [version, refetch]);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const detail = data?.node?.__typename === 'Order' ? data.node : null;
  const order = complete ? (card as BoardOrderFragment) : detail;
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby={title} onClose={close}>
      <header className="sheet__head">
        <h2 id={title}>{order ? t.talks.order(order.number) : loading ? t.app.loading : t.order.gone}</h2>
        {order && <span className={`status status--${order.status}`}>{t.status[order.status]}</span>}
        <button type="button" className="icon-button" onClick={() => dialog.current?.close()} aria-label={t.order.close}>
          <Icon name="close" />
        </button>
      </header>
      {order && <Body order={order} detail={detail} feed={feed} />}
    </dialog>
  );
}

function Body({ order, detail, feed }: { order: BoardOrderFragment; detail: Detail | null; feed: Feed }) {
  const t = useWords();
  const format = useFormats();
  return (
    <div className="sheet__body">
      <dl className="sheet__facts">
        <div>
          <dt>{t.order.buyer}</dt>
          <dd>{order.buyer.displayName}</dd>
        </div>
        <div>
          <dt>{t.order.placed}</dt>
          <dd>{format.moment(order.placedAt)}</dd>
        </div>
        <div>
          <dt>{t.fulfilment[order.fulfilment]}</dt>
          <dd>{order.scheduledFor ? t.board.scheduled(format.moment(order.scheduledFor)) : '—'}</dd>
        </div>
      </dl>
      <h3>{t.order.items}</h3>
      <ul className="sheet__items">
        {order.items.map((item) => (
          <li key={item.id}>
            <b>{format.number(item.quantity)}</b> {item.title}
          </li>
        ))}
      </ul>
      <p className="sheet__total">
        {t.order.total} <strong>{format.money(order.total)}</strong>
      </p>
      {order.note && <p className="card__note">{order.note}</p>}
      <Steps order={order} feed={feed} />
      <TalkButton order={order} />
      <h3>{t.order.history}</h3>
      <ol className="sheet__history">
        {detail?.history.nodes.map((event) => (
          <li key={event.id}>
            <time dateTime={event.occurredAt}>{format.moment(event.occurredAt)}</time>
            <span>
              {t.happened[event.kind]} {event.actor && <small>{t.order.by(event.actor.displayName)}</small>}
              {event.note && <q>{event.note}</q>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Steps({ order, feed }: { order: BoardOrderFragment; feed: Feed }) {
  const t = useWords();
  const [asked, setAsked] = useState<'REJECTED' | 'CANCELLED' | null>(null);
  const where = `reason:${order.id}`;
  const [reason, setReason] = useState(() => draft(where));
  const field = useId();
  const { id, number } = order;
  async function step(to: OrderStatus, note?: string) {
    setAsked(null);
    const done = await takeStep(feed, { id, number, to, ...(note && { note }) });
    if (done) keepDraft(where, '');
  }
  if (asked) {
    return (
      <form className="sheet__why" onSubmit={(event) => (event.preventDefault(), void step(asked, reason.trim()))}>
        <label htmlFor={field}>{t.order.reason}</label>
        <textarea
          id={field}
          rows={3}
          maxLength={500}
          value={reason}
          placeholder={t.order.reasonPlaceholder}
          autoFocus
          onChange={(event) => {
            setReason(event.target.value);
            keepDraft(where, event.target.value);
          }}
        />
        <div className="sheet__steps">
          <button type="submit" className="button button--danger">{t.order.confirm[asked]}</button>
          <button type="button" className="button button--quiet" onClick={() => setAsked(null)}>{t.order.keep}</button>
        </div>
      </form>
    );
  }
  return (
    <div className="sheet__steps">
      {order.nextStatuses.map((to) =>
        to === 'REJECTED' || to === 'CANCELLED' ? (
          <button key={to} type="button" className="button button--quiet" onClick={() => setAsked(to)}>{t.step[to]}</button>
        ) : (
          <button key={to} type="button" className={`button button--step button--${to}`} onClick={() => void step(to)}>
            {t.step[to]}
          </button>
        ),
      )}
    </div>
  );
}

function TalkButton({ order }: { order: BoardOrderFragment }) {
  const t = useWords();
  const { inbox } = useCounter();
  const [, go] = useLocation();
  const [start, { loading }] = useMutation(OrderTalkDocument);
  async function open() {
    try {
      const { data } = await start({ variables: { orderId: order.id } });
      const [first] = data?.conversationStart.userErrors ?? [];
      if (first) notify({ tone: 'trouble', text: refusal(first) });
      const talk = data?.conversationStart.conversation;
      if (!talk) return;
      inbox?.admit(talk);
      go(`/messages/${encodeURIComponent(talk.id)}`);
    } catch (error) {
      notify({ tone: 'trouble', text: failure(error) });
    }
  }
  return (
    <button type="button" className="button button--quiet button--wide" disabled={loading} onClick={() => void open()}>
      <Icon name="talks" />
      {t.order.talk}
    </button>
  );
}
