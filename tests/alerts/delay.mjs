// A way to a server that can be made slow: everything that comes back is held for a while, in its order.
import { connect, createServer } from 'node:net';
import { freePort } from '../stack/process.mjs';

/** Listens before a port. `ms` can be set at any time. */
export async function delay(port) {
  const way = { port: await freePort(), ms: 0 };
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) socket.setNoDelay(true);
    client.on('data', (data) => upstream.write(data));
    let last = Promise.resolve();
    upstream.on('data', (data) => {
      const held = new Promise((done) => setTimeout(done, way.ms));
      last = last.then(() => held).then(() => client.writable && client.write(data));
    });
    const end = () => [client, upstream].forEach((socket) => socket.destroy());
    for (const socket of [client, upstream]) socket.on('close', end).on('error', end);
  });
  await new Promise((done) => server.listen(way.port, '127.0.0.1', done));
  return way;
}
