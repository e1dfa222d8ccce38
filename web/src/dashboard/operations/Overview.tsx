// Streams, databases and caches of the server that answers.
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useOverview } from './overview-query';
import { Table } from './Table';

export function Overview() {
  const t = useWords();
  const format = useFormats();
  const admin = useOverview();
  if (!admin) return <p className="splash">{t.app.loading}</p>;
  const { streams, databases, caches } = admin;
  const figures = [
    ['sockets', t.operations.sockets, streams.sockets],
    ['subscriptions', t.operations.subscriptions, streams.subscriptions],
    ['events', t.operations.events, streams.eventsDelivered],
    ['gaps', t.operations.gaps, streams.gaps],
    ['slowClosed', t.operations.slowClosed, streams.slowClosed],
  ] as const;
  return (
    <>
      <p className="quiet">{t.operations.perServer}</p>
      <section className="panel" aria-label={t.operations.streams}>
        <h2>{t.operations.streams}</h2>
        <dl className="operations__figures">
          {figures.map(([name, label, value]) => (
            <div key={name} data-stream={name}>
              <dt>{label}</dt>
              <dd>{format.number(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Table
        title={t.operations.databases}
        rows={databases}
        keyOf={(one) => one.role}
        cells={[
          { head: t.operations.role, show: (one) => one.role },
          { head: t.operations.open, figure: true, show: (one) => format.number(one.connectionsOpen) },
          { head: t.operations.idle, figure: true, show: (one) => format.number(one.connectionsIdle) },
          { head: t.operations.most, figure: true, show: (one) => format.number(one.connectionsMax) },
          { head: t.operations.lag, figure: true, show: (one) => (one.lagSeconds == null ? '—' : t.operations.seconds(format.number(one.lagSeconds))) },
          { head: t.operations.size, figure: true, show: (one) => (one.sizeMegabytes == null ? '—' : `${format.number(one.sizeMegabytes)} MB`) },
        ]}
      />
      <Table
        title={t.operations.caches}
        rows={caches}
        keyOf={(one) => one.name}
        cells={[
          { head: t.operations.cache, show: (one) => one.name },
          { head: t.operations.hitRate, figure: true, show: (one) => format.percent(one.hitRate) },
          { head: t.operations.hits, figure: true, show: (one) => format.number(one.hits) },
          { head: t.operations.misses, figure: true, show: (one) => format.number(one.misses) },
          { head: t.operations.entries, figure: true, show: (one) => format.number(one.entries) },
          { head: t.operations.evictions, figure: true, show: (one) => format.number(one.evictions) },
          { head: t.operations.invalidations, figure: true, show: (one) => format.number(one.invalidations) },
        ]}
      />
    </>
  );
}
