// What clients may run.
import { useQuery } from '@apollo/client/react';
import { AdminDocumentsDocument } from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { Table } from './Table';

/** As many as the server hands out at a time for what an operation may cost */
const MOST = 300;

export function Documents() {
  const t = useWords();
  const format = useFormats();
  const { data } = useQuery(AdminDocumentsDocument, { variables: { first: MOST }, fetchPolicy: 'cache-and-network' });
  if (!data?.admin) return <p className="splash">{t.app.loading}</p>;
  return (
    <Table
      title={t.operations.sections.documents}
      rows={data.admin.trustedDocuments}
      keyOf={(one) => one.id}
      cells={[
        { head: t.operations.document, show: (one) => one.operationName },
        { head: t.operations.client, show: (one) => one.client },
        { head: t.operations.cost, figure: true, show: (one) => format.number(one.cost) },
        { head: t.operations.statements, figure: true, show: (one) => (one.sqlStatements == null ? '—' : format.number(one.sqlStatements)) },
        { head: t.operations.uses, figure: true, show: (one) => format.number(one.uses) },
        { head: t.operations.lastUsed, figure: true, show: (one) => (one.lastUsedAt ? format.moment(one.lastUsedAt) : t.operations.never) },
      ]}
    />
  );
}
