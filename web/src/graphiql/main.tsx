// GraphiQL for Plaza's own endpoint: everything comes from this bundle, so it works without a network.
import 'graphiql/setup-workers/vite';
// The parts of graphiql/style.css that are GraphiQL's: the editor brings its own styles, and the file has them again.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';

import { GraphiQL } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { fetcher } from './fetcher';
import { tabs } from './tabs';

const root = document.getElementById('root');
if (!root) throw new Error('graphiql/index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <GraphiQL fetcher={fetcher} defaultTabs={tabs} defaultQuery="" isHeadersEditorEnabled>
      <GraphiQL.Logo>Plaza</GraphiQL.Logo>
    </GraphiQL>
  </StrictMode>,
);
