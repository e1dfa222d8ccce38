// New orders come in at the bottom of their column. Where that is out of sight, the column says how many wait there.
import { useEffect, useRef, useState } from 'react';
import type { ColumnName } from './order';

export function useArrivals(name: ColumnName, ids: readonly string[], last: number, gapAt: number, hidden: number): number {
  const end = useRef<string | undefined>(undefined);
  const [waiting, setWaiting] = useState<readonly string[]>([]);
  const newest = ids.at(-1);
  useEffect(() => {
    if (name !== 'PLACED') return;
    const before = end.current;
    end.current = newest;
    const index = before === undefined ? -1 : ids.lastIndexOf(before);
    // What pages bring lies before the end; only what comes after it has just arrived.
    const arrived = index < 0 || index < gapAt - 1 ? [] : ids.slice(index + 1);
    setWaiting((known) => {
      const all = [...known, ...arrived];
      const still = all.filter((id) => ids.lastIndexOf(id) + hidden > last);
      return still.length === known.length && arrived.length === 0 ? known : still;
    });
  }, [name, ids, newest, last, gapAt, hidden]);
  return waiting.length;
}
