// A line to the server that tests can cut: `refuse` as a router that is switched off, `silence` as a lift or a tunnel, where
// nothing comes any more and nobody says so.
import { connect, createServer } from 'node:net';
import { url } from './api.mjs';

export async function openLine() {
  const { hostname, port } = new URL(url);
  const ends = new Set();
  let state = 'whole';

  const server = createServer((near) => {
    if (state === 'refuse') return near.destroy();
    const far = connect(Number(port), hostname);
    const end = { near, far };
    ends.add(end);
    const close = () => {
      near.destroy();
      far.destroy();
      ends.delete(end);
    };
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on('data', (bytes) => state === 'whole' && to.write(bytes));
      from.on('error', close);
      from.on('close', () => state !== 'silence' && close());
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hangUp = () => {
    for (const { near, far } of ends) {
      near.destroy();
      far.destroy();
    }
    ends.clear();
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut(how) {
      state = how;
      if (how === 'refuse') hangUp();
    },
    /** What was silent is gone: no network keeps a line for those who left it. */
    mend() {
      hangUp();
      state = 'whole';
    },
    close() {
      state = 'refuse';
      hangUp();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
