// A column: its title and count, and of its cards only those in sight. Cards are dropped here.
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useId, useRef, useState } from 'react';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { Icon } from '../shell/Icon';
import { Count } from './Count';
import { CardView } from './CardView';
import type { Column } from './board';
import { dropHere, lifted } from './drag';
import type { Feed } from './feed';
import { useArrivals } from './arrivals';
import { scrollers } from './keys';
import { statusOf, type ColumnName } from './order';
import { useStore } from '../store';

/** A card's height before it was measured, the space between two, and how many are drawn beyond the edge */
const HEIGHT = 172;
const GAP = 10;
const BEYOND = 4;
/** Pages are read when the unread part is this many cards away */
const AHEAD = 20;

interface Props {
  name: ColumnName;
  column: Column;
  ready: boolean;
  feed: Feed;
  open(id: string): void;
}

export const ColumnView = memo(function ColumnView({ name, column, ready, feed, open }: Props) {
  const t = useWords();
  const heading = useId();
  const section = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const steps = useStore(lifted);
  const { ids, hidden, gapAt } = column;
  const count = ids.length + hidden;
  /** The order at a place, or nothing where it was not read yet */
  const at = (index: number): string | undefined =>
    index < gapAt ? ids[index] : index < gapAt + hidden ? undefined : ids[index - hidden];

  const rows = useVirtualizer({
    count,
    getScrollElement: () => list.current,
    estimateSize: () => HEIGHT,
    getItemKey: (index) => at(index) ?? `unread-${index}`,
    gap: GAP,
    overscan: BEYOND,
    paddingEnd: 16,
    useFlushSync: false,
  });
  const items = rows.getVirtualItems();
  forgetSizes(rows.itemSizeCache, count);
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hidden > 0 && last + AHEAD >= gapAt) void feed.readOn(name);
  }, [feed, name, hidden, gapAt, last]);
  useEffect(() => {
    scrollers.set(name, (id) => {
      const index = ids.indexOf(id);
      if (index >= 0) rows.scrollToIndex(index < gapAt ? index : index + hidden, { align: 'auto' });
    });
  }, [name, ids, gapAt, hidden, rows]);
  useEffect(() => (section.current ? dropHere(section.current, name, feed, setOver) : undefined), [name, feed]);
  const below = useArrivals(name, ids, last, gapAt, hidden);
  const takes = steps?.includes(statusOf(name)) ?? false;

  return (
    <section
      ref={section}
      className={`column column--${name} ${takes ? 'column--takes' : ''} ${over ? 'column--over' : ''}`}
      data-column={name}
      aria-labelledby={heading}
    >
      <h2 id={heading} className="column__title">
        <span className="dot" aria-hidden="true" />
        {t.column[name]}
        <Count value={count} />
      </h2>
      <div ref={list} className="column__list" tabIndex={count === 0 ? 0 : -1} role="group" aria-labelledby={heading}>
        {count === 0 && <p className="column__empty">{ready ? t.board.empty[name] : t.app.loading}</p>}
        <ul className="column__cards" style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const id = at(item.index);
            return (
              <li
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-setsize={count}
                aria-posinset={item.index + 1}
              >
                {id ? (
                  <CardView
                    id={id}
                    feed={feed}
                    open={open}
                    first={id === ids[0]}
                    shown={feed.shown(id) ?? statusOf(name)}
                    pending={feed.isPending(id)}
                  />
                ) : (
                  <div className="card card--unread" />
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {below > 0 && <Below count={below} show={() => rows.scrollToIndex(count - 1)} />}
    </section>
  );
});

/** The list remembers the height of whatever it has shown; here most of that is gone for good. */
function forgetSizes(sizes: Map<unknown, number>, count: number): void {
  const most = 2 * count + 100;
  if (sizes.size <= most) return;
  for (const key of sizes.keys()) if (sizes.size > most) sizes.delete(key);
}

function Below({ count, show }: { count: number; show(): void }) {
  const t = useWords();
  const format = useFormats();
  return (
    <button type="button" className="column__below" onClick={show}>
      <Icon name="down" />
      {t.board.arrivals(count, format.number(count))}
    </button>
  );
}
