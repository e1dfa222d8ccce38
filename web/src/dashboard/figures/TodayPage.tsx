// Today: figures, the chart by the hour, where orders stand, what sells. All of it moves with the store's stream.
import { lazy, Suspense } from 'react';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useStore } from '../store';
import { FigureStrip } from './FigureStrip';
import { figures } from './figures';

const HourlyChart = lazy(() => import('./HourlyChart'));

export default function TodayPage() {
  const t = useWords();
  const format = useFormats();
  const today = useStore(figures);
  return (
    <div className="today">
      <h1 className="unseen">{t.figures.title}</h1>
      <FigureStrip large />
      {today && today.otherRevenue.length > 0 && (
        <p className="today__other">
          {t.figures.other}: {today.otherRevenue.map(format.money).join(' · ')}
        </p>
      )}
      <section className="panel today__chart" aria-labelledby="hourly">
        <h2 id="hourly">{t.figures.hourly}</h2>
        {today && (
          <Suspense fallback={<div className="chart" />}>
            <HourlyChart today={today} />
          </Suspense>
        )}
      </section>
      <section className="panel" aria-labelledby="states">
        <h2 id="states">{t.figures.states}</h2>
        <ul className="today__states">
          {today?.byStatus.map(({ status, count }) => (
            <li key={status} className={`state-of state-of--${status}`} data-status={status}>
              <span className="dot" aria-hidden="true" />
              <span>{t.status[status]}</span>
              <b>{format.number(count)}</b>
            </li>
          ))}
        </ul>
      </section>
      <section className="panel" aria-labelledby="best">
        <h2 id="best">{t.figures.best}</h2>
        {today?.topListings.length === 0 && <p className="quiet">{t.figures.noBest}</p>}
        <ol className="today__best">
          {today?.topListings.map(({ listing, quantity, revenue }) => (
            <li key={listing.id}>
              <span>{listing.title}</span>
              <small>{t.figures.sold(format.number(quantity))}</small>
              <b>{format.money(revenue)}</b>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
