// A table of figures: scrolls sideways where it is wider than the screen, and can be reached by keyboard for that.
import type { Key, ReactNode } from 'react';

export interface Cell<Row> {
  head: string;
  /** Aligned to the right, as numbers are */
  figure?: boolean;
  show(row: Row): ReactNode;
}

interface Props<Row> {
  title: string;
  rows: readonly Row[];
  keyOf(row: Row): Key;
  cells: readonly Cell<Row>[];
}

export function Table<Row>({ title, rows, keyOf, cells }: Props<Row>) {
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <div className="table" tabIndex={0} role="group" aria-label={title}>
        <table>
          <thead>
            <tr>
              {cells.map(({ head, figure }) => (
                <th key={head} scope="col" className={figure ? 'table__figure' : ''}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)} data-row={keyOf(row)}>
                {cells.map(({ head, figure, show }, index) =>
                  index === 0 ? (
                    <th key={head} scope="row">
                      {show(row)}
                    </th>
                  ) : (
                    <td key={head} className={figure ? 'table__figure' : ''}>
                      {show(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
