// The order board: today in three figures, and a column a status.
import './Board.css';
import { lazy, Suspense, useCallback, useRef, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { FigureStrip } from '../figures/FigureStrip';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { Icon } from '../shell/Icon';
import { useStore } from '../store';
import { ColumnView } from './ColumnView';
import type { Feed } from './feed';
import { KeysHelp } from './KeysHelp';
import { act, walk } from './keys';
import { COLUMNS } from './order';
import { useColumnInSight } from './sight';
import { StatusTabs } from './StatusTabs';

const OrderSheet = lazy(() => import('./OrderSheet'));

export function BoardPage({ order }: { order: string | undefined }) {
  const { feed } = useCounter();
  return feed ? <Board feed={feed} order={order} /> : <BoardFrame />;
}

/** What stands there before anything was read, in the places where it will be. */
function BoardFrame() {
  const t = useWords();
  return (
    <div className="board-page">
      <div className="board-page__head">
        <h1 className="unseen">{t.board.title}</h1>
        <FigureStrip />
      </div>
    </div>
  );
}

function Board({ feed, order }: { feed: Feed; order: string | undefined }) {
  const t = useWords();
  const { store } = useCounter();
  const [, go] = useLocation();
  const view = useStore(feed.view);
  const board = useRef<HTMLDivElement>(null);
  const [help, setHelp] = useState(false);
  const inSight = useColumnInSight(board);
  const home = `/s/${store?.handle}/orders`;
  const open = useCallback((id: string) => go(`${home}/${encodeURIComponent(id)}`), [go, home]);

  function pressed(event: KeyboardEvent<HTMLDivElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '?') setHelp(true);
    else if (board.current && (walk(event, board.current, feed) || act(event, board.current, feed, open))) {
      event.preventDefault();
    }
  }

  return (
    <div className="board-page">
      <div className="board-page__head">
        <h1 className="unseen">{t.board.title}</h1>
        <FigureStrip />
        <button type="button" className="icon-button board-page__keys" onClick={() => setHelp(true)} aria-label={t.board.keys} title={t.board.keys}>
          <Icon name="keyboard" />
        </button>
      </div>
      <StatusTabs view={view} inSight={inSight} board={board} />
      {/* Keys work on the cards within, which are what takes the focus. */}
      <div className="board" ref={board} onKeyDown={pressed}>
        {COLUMNS.map((name) => (
          <ColumnView key={name} name={name} column={view.columns[name]} ready={view.ready.has(name)} feed={feed} open={open} />
        ))}
      </div>
      {help && <KeysHelp close={() => setHelp(false)} />}
      {order && (
        <Suspense>
          <OrderSheet key={order} id={decodeURIComponent(order)} feed={feed} close={() => go(home)} />
        </Suspense>
      )}
    </div>
  );
}
