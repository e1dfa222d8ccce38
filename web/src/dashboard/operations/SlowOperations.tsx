// Operations of the last 24 hours, the slowest first.
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useOverview } from './overview-query';
import { Table } from './Table';

export function SlowOperations() {
  const t = useWords();
  const format = useFormats();
  const admin = useOverview();
  if (!admin) return <p className="splash">{t.app.loading}</p>;
  const ms = (value: number) => `${format.number(Math.round(value * 10) / 10)} ms`;
  const mean = (value: number) => format.number(Math.round(value * 10) / 10);
  return (
    <Table
      title={t.operations.slow}
      rows={admin.slowOperations}
      keyOf={(one) => `${one.client ?? ''}/${one.operation}`}
      cells={[
        { head: t.operations.operation, show: (one) => one.operation },
        { head: t.operations.client, show: (one) => one.client ?? '—' },
        { head: t.operations.calls, figure: true, show: (one) => format.number(one.calls) },
        { head: t.operations.errors, figure: true, show: (one) => format.number(one.errors) },
        { head: 'p50', figure: true, show: (one) => ms(one.p50Ms) },
        { head: 'p95', figure: true, show: (one) => ms(one.p95Ms) },
        { head: 'p99', figure: true, show: (one) => ms(one.p99Ms) },
        { head: t.operations.cost, figure: true, show: (one) => mean(one.meanCost) },
        { head: t.operations.statements, figure: true, show: (one) => mean(one.meanSqlStatements) },
      ]}
    />
  );
}
