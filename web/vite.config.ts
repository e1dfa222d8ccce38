// A page is a folder with an index.html here and a folder of sources under src/.
// The server embeds dist/: each page's index.html at its own route, everything else under /assets/.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Absolute, because a page is served at another path than the one it is built at.
  base: '/',
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    rolldownOptions: {
      input: { graphiql: 'graphiql/index.html' },
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
    proxy: { '/graphql': process.env.PLAZA_URL ?? 'http://127.0.0.1:8000' },
  },
});
