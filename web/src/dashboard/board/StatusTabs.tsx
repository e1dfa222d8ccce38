// The statuses in a row, with how many stand in each: a phone's way from column to column.
import type { RefObject } from 'react';
import { useWords } from '../i18n/language';
import type { View } from './feed';
import { COLUMNS, type ColumnName } from './order';
import { Count } from './Count';

interface Props {
  view: View;
  inSight: ColumnName;
  board: RefObject<HTMLElement | null>;
}

export function StatusTabs({ view, inSight, board }: Props) {
  const t = useWords();
  const show = (name: ColumnName) => {
    const column = board.current?.querySelector(`[data-column="${name}"]`);
    column?.scrollIntoView({ behavior: 'smooth', inline: 'start', block: 'nearest' });
  };
  return (
    <div className="tabs">
      {COLUMNS.map((name) => {
        const { ids, hidden } = view.columns[name];
        return (
          <button
            key={name}
            type="button"
            className={`tabs__one tabs__one--${name}`}
            aria-current={inSight === name}
            onClick={() => show(name)}
          >
            <span className="dot" aria-hidden="true" />
            {t.column[name]}
            <Count value={ids.length + hidden} />
          </button>
        );
      })}
    </div>
  );
}
