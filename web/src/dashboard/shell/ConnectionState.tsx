// Says whether the page is live. A cut shorter than a second is nobody's business, and is not shown.
import { useEffect, useState } from 'react';
import { connection, type Connection } from '../client/connection';
import { tryNow } from '../client/socket';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useStore } from '../store';

const UNNOTICED = 1_000;

/** The state to show: one that hurts only once it lasts. */
function useShown(): Connection {
  const now = useStore(connection);
  const [shown, setShown] = useState<Connection>(now);
  useEffect(() => {
    const waited = 'since' in now ? Date.now() - now.since : UNNOTICED;
    const timer = setTimeout(() => setShown(now), Math.max(0, UNNOTICED - waited));
    return () => clearTimeout(timer);
  }, [now]);
  return now.kind === 'live' ? now : shown;
}

export function ConnectionState() {
  const t = useWords();
  const format = useFormats();
  const now = useShown();
  const text =
    now.kind === 'live'
      ? t.connection.live
      : now.kind === 'connecting'
        ? t.connection.connecting
        : now.kind === 'trying'
          ? t.connection.trying
          : t.connection.away(format.time(now.since));
  return (
    <div className={`state state--${now.kind}`} data-connection={now.kind}>
      <span className="state__dot" aria-hidden="true" />
      <span role="status" aria-label={t.connection.label} className="state__text">
        {text}
      </span>
      {now.kind === 'away' && (
        <button type="button" className="state__try" onClick={tryNow}>
          {t.connection.tryNow}
        </button>
      )}
    </div>
  );
}
