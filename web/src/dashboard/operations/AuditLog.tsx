// Who did what, newest first, as far back as it is scrolled.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import { client } from '../client/apollo';
import { AdminAuditDocument, type AdminAuditQuery } from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';

type Entry = NonNullable<AdminAuditQuery['admin']>['auditLog']['edges'][number]['node'];

const PAGE = 50;
const HEIGHT = 64;
const AHEAD = 15;

interface Log {
  entries: readonly Entry[];
  after: string | null;
  more: boolean;
}

function useLog() {
  const [log, setLog] = useState<Log>({ entries: [], after: null, more: true });
  const reading = useRef(false);
  const readOn = useCallback(async () => {
    if (reading.current || !log.more) return;
    reading.current = true;
    try {
      const variables = { first: PAGE, after: log.after };
      const { data } = await client.query({ query: AdminAuditDocument, variables, fetchPolicy: 'no-cache' });
      const page = data?.admin?.auditLog;
      if (!page) return;
      const entries = [...log.entries, ...page.edges.map((edge) => edge.node)];
      setLog({ entries, after: page.pageInfo.endCursor ?? log.after, more: page.pageInfo.hasNextPage });
    } catch {
      // Scrolling on asks again.
    } finally {
      reading.current = false;
    }
  }, [log]);
  return { ...log, readOn };
}

export function AuditLog() {
  const t = useWords();
  const { entries, more, readOn } = useLog();
  const list = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => list.current,
    estimateSize: () => HEIGHT,
    overscan: 8,
    useFlushSync: false,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last + AHEAD >= entries.length) void readOn();
  }, [more, last, entries.length, readOn]);
  return (
    <section className="panel audit" aria-labelledby="audit">
      <h2 id="audit">{t.operations.sections.audit}</h2>
      <div ref={list} className="audit__list" tabIndex={0} role="group" aria-labelledby="audit">
        <ol style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const entry = entries[item.index];
            return (
              entry && (
                <li key={entry.id} style={{ height: HEIGHT, transform: `translateY(${item.start}px)` }}>
                  <EntryRow entry={entry} />
                </li>
              )
            );
          })}
        </ol>
      </div>
    </section>
  );
}

function EntryRow({ entry }: { entry: Entry }) {
  const t = useWords();
  const format = useFormats();
  const detail = entry.detail == null ? '' : JSON.stringify(entry.detail).replace(/[{}"]/g, '').replaceAll(',', ', ');
  return (
    <>
      <time dateTime={entry.occurredAt}>{format.moment(entry.occurredAt)}</time>
      <b>{entry.action}</b>
      <span>{entry.actor?.displayName ?? t.operations.nobody}</span>
      <small>{[entry.address, detail].filter(Boolean).join(' · ')}</small>
    </>
  );
}
