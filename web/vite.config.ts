// A page is a folder with an index.html here and a folder of sources under src/.
// The server embeds dist/: each page's index.html at its own route, everything else under /assets/.
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { precompress } from './precompress.ts';

export default defineConfig({
  plugins: [react(), precompress()],
  // Absolute, because a page is served at another path than the one it is built at.
  base: '/',
  // RxJS has a build for browsers of this decade, and another, larger one that would be taken otherwise.
  resolve: { conditions: ['es2015', ...defaultClientConditions] },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    rolldownOptions: {
      input: { graphiql: 'graphiql/index.html', dashboard: 'dashboard/index.html' },
      // React alone is what both pages share; left to itself the bundler puts parts of GraphiQL beside it.
      output: { codeSplitting: { groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// }] } },
      onLog(level, log, print) {
        // "use no memo" in libraries that the React compiler has already been through.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') print(level, log);
      },
    },
    // The editor is one large chunk that the page cannot work without.
    chunkSizeWarningLimit: 4000,
    // No inline script to fetch preloads: the page runs under a strict Content-Security-Policy.
    modulePreload: { polyfill: false },
  },
  server: {
    open: '/graphiql/',
    proxy: { '/graphql': { target: process.env.PLAZA_URL ?? 'http://127.0.0.1:8000', ws: true } },
  },
});
