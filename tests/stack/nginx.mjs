// nginx by docker/nginx, before two nodes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitted, room, write } from './folder.mjs';
import { Process, freePort, user } from './process.mjs';

/** Starts it before two nodes. */
export async function nginx(one, other) {
  const who = user('www-data');
  const port = await freePort();
  const own = room('nginx', who);
  const text = fitted('nginx/nginx.conf', [
    ['plaza-1:8000', `127.0.0.1:${one.port}`],
    ['plaza-2:8000', `127.0.0.1:${other.port}`],
    ['listen 8080', `listen 127.0.0.1:${port}`],
    ['/tmp/', `${own}/`],
    ['/dev/stdout', `${own}/access`],
  ]);
  const file = write(join(own, 'nginx.conf'), text);
  const process = new Process('nginx', 'nginx', ['-e', 'stderr', '-p', own, '-c', file, '-g', 'daemon off;'], { user: who }).start();
  const url = `http://127.0.0.1:${port}`;
  await process.ready(async () => (await fetch(`${url}/health`)).status === 200);
  /** What it noted of each request, as its file has it */
  const access = () => readFileSync(join(own, 'access'), 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return { process, url, access };
}
