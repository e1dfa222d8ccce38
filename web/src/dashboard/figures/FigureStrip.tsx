// Today in three figures, over the board.
import './Figures.css';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useStore } from '../store';
import { figures } from './figures';

export function FigureStrip({ large = false }: { large?: boolean }) {
  const t = useWords();
  const format = useFormats();
  const today = useStore(figures);
  const shown = [
    ['orders', t.figures.orders, today && format.number(today.orderCount)],
    ['revenue', t.figures.revenue, today && format.money(today.revenue)],
    ['average', t.figures.average, today && format.money(today.averageOrder)],
  ] as const;
  return (
    <dl className={`figures ${large ? 'figures--large' : ''}`}>
      {shown.map(([name, label, value]) => (
        <div key={name} data-figure={name}>
          <dt>{label}</dt>
          <dd>{value ?? '—'}</dd>
        </div>
      ))}
    </dl>
  );
}
