// Everything behind the sign-in: the bar, the pages, and what has to be live on all of them.
import './Counter.css';
import { useQuery } from '@apollo/client/react';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { readyTheBell } from '../board/bell';
import { BoardPage } from '../board/BoardPage';
import { ViewerDocument, type CounterViewerFragment } from '../generated/graphql';
import { useWords } from '../i18n/language';
import { Bar } from './Bar';
import { CounterContext, type OpenStore } from './counter-context';
import { ownDrafts } from './drafts';
import { useFeed, useInbox, useSocket } from './live';
import { Notices } from './Notices';
import { useServiceUpdates } from './service';

const TodayPage = lazy(() => import('../figures/TodayPage'));
const OperationsPage = lazy(() => import('../operations/OperationsPage'));
const TalksPage = lazy(() => import('../talks/TalksPage'));

const LAST_STORE = 'plaza.store';
const ASK_AGAIN = 2_000;

export function Counter() {
  const t = useWords();
  const { data, error, refetch } = useQuery(ViewerDocument);
  useEffect(() => {
    if (!error) return undefined;
    // Nothing can be shown without it: asked until it is answered.
    const timer = setTimeout(() => void refetch().catch(() => undefined), ASK_AGAIN);
    return () => clearTimeout(timer);
  }, [error, refetch]);
  if (!data?.viewer) return <p className="splash">{t.app.loading}</p>;
  return <SignedIn key={data.viewer.user.id} viewer={data.viewer} />;
}

/** The store that the address names, or else the one that was open last. */
function storeOf(viewer: CounterViewerFragment, location: string): OpenStore | null {
  const named = /^\/s\/([^/]+)/.exec(location)?.[1];
  const last = localStorage.getItem(LAST_STORE);
  const find = (handle: string | null | undefined) => viewer.stores.find((store) => store.handle === handle);
  if (named) return find(decodeURIComponent(named)) ?? null;
  return find(last) ?? viewer.stores[0] ?? null;
}

function SignedIn({ viewer }: { viewer: CounterViewerFragment }) {
  const t = useWords();
  const [location] = useLocation();
  const store = storeOf(viewer, location);
  const socket = useSocket();
  const feed = useFeed(socket, store);
  const inbox = useInbox(socket);
  useServiceUpdates(socket);
  useEffect(readyTheBell, []);
  // Before anything within looks for its draft.
  useState(() => ownDrafts(viewer.user.id));
  useEffect(() => {
    if (store) localStorage.setItem(LAST_STORE, store.handle);
    document.title = store ? `${store.name} · Plaza` : 'Plaza';
  }, [store]);
  const counter = useMemo(
    () => socket && { viewer, store, socket, feed, inbox },
    [viewer, store, socket, feed, inbox],
  );
  if (!counter) return <p className="splash">{t.app.loading}</p>;
  const home = store ? `/s/${store.handle}/orders` : '/operations';
  return (
    <CounterContext value={counter}>
      <div className="counter">
        <a className="skip" href="#content">
          {t.app.skip}
        </a>
        <Bar />
        <main id="content" className="counter__content" tabIndex={-1}>
          <Suspense fallback={<p className="splash">{t.app.loading}</p>}>
            <Switch>
              <Route path="/s/:store/orders/:order?">
                {({ order }) => (store ? <BoardPage order={order} /> : <NoStore text={t.board.unknownStore} />)}
              </Route>
              <Route path="/s/:store/today">{store ? <TodayPage /> : <NoStore text={t.board.unknownStore} />}</Route>
              <Route path="/messages/:talk?">{({ talk }) => <TalksPage talk={talk} />}</Route>
              <Route path="/operations/:section?">{({ section }) => <OperationsPage section={section} />}</Route>
              <Route>{store || viewer.role === 'ADMIN' ? <Redirect to={home} replace /> : <NoStore />}</Route>
            </Switch>
          </Suspense>
        </main>
        <Notices />
      </div>
    </CounterContext>
  );
}

function NoStore({ text }: { text?: string }) {
  const t = useWords();
  return (
    <div className="nothing">
      <h1>{text ?? t.board.noStore}</h1>
      <p>{t.board.noStoreHint}</p>
    </div>
  );
}
