// Which column a phone shows: columns lie side by side there, and one fills the screen.
import { useEffect, useState, type RefObject } from 'react';
import type { ColumnName } from './order';

export function useColumnInSight(board: RefObject<HTMLElement | null>): ColumnName {
  const [name, setName] = useState<ColumnName>('PLACED');
  useEffect(() => {
    const root = board.current;
    if (!root) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        const shown = entries.find((entry) => entry.isIntersecting)?.target as HTMLElement | undefined;
        if (shown?.dataset['column']) setName(shown.dataset['column'] as ColumnName);
      },
      { root, threshold: 0.6 },
    );
    for (const column of root.querySelectorAll('[data-column]')) observer.observe(column);
    return () => observer.disconnect();
  }, [board]);
  return name;
}
