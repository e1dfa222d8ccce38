// What is shown: signing in, or the counter of who is signed in.
import { ApolloProvider } from '@apollo/client/react';
import { useEffect } from 'react';
import { Router } from 'wouter';
import { cache, client } from '../client/apollo';
import { releaseAll } from '../client/hold';
import { session } from '../client/session';
import { useWords } from '../i18n/language';
import { useStore } from '../store';
import { Counter } from './Counter';
import { SignIn } from './SignIn';

export function App() {
  const now = useStore(session);
  const t = useWords();
  useEffect(() => {
    // What one person was shown is not there for the next.
    if (now.kind !== 'out') return;
    releaseAll(cache);
    void client.clearStore();
  }, [now]);
  if (now.kind === 'starting') return <p className="splash">{t.app.loading}</p>;
  if (now.kind === 'out') return <SignIn why={now.why} />;
  return (
    <ApolloProvider client={client}>
      <Router base="/dashboard">
        <Counter />
      </Router>
    </ApolloProvider>
  );
}
