// PgBouncer by docker/pgbouncer, before a primary.
import { join } from 'node:path';
import { fitted, room, write } from './folder.mjs';
import { passwords } from './postgres.mjs';
import { Process, freePort, run, user } from './process.mjs';

/** Starts it before a primary, by one of the files. */
export async function pgbouncer(primary, name = 'pgbouncer.ini') {
  const who = user('postgres');
  const port = await freePort();
  const own = room('pgbouncer', who);
  const here = [['/etc/pgbouncer/', `${own}/`]];
  write(join(own, 'userlist.txt'), `"plaza" "${passwords.plaza}"\n`);
  const common = [['listen_addr = *', 'listen_addr = 127.0.0.1'], ['listen_port = 6432', `listen_port = ${port}`]];
  write(join(own, 'common.ini'), fitted('pgbouncer/common.ini', [...here, ...common]));
  const primaryIs = ['host=postgres port=5432', `host=127.0.0.1 port=${primary.port}`];
  const file = write(join(own, name), fitted(`pgbouncer/${name}`, [...here, primaryIs]));
  const process_ = new Process('pgbouncer', process.env.PGBOUNCER ?? 'pgbouncer', [file], { user: who }).start();
  const url = `postgres://plaza:${passwords.plaza}@127.0.0.1:${port}/plaza`;
  await process_.ready(async () => run('psql', ['-Atqc', 'SELECT 1', url], { stdio: ['ignore', 'pipe', 'ignore'] }).trim() === '1');
  /** What its own console answers, as rows of fields */
  const show = (what) => {
    const console_ = `postgres://plaza:${passwords.plaza}@127.0.0.1:${port}/pgbouncer`;
    return run('psql', ['-AtF', '|', '-c', `SHOW ${what}`, console_]).trim().split('\n').map((row) => row.split('|'));
  };
  return { process: process_, port, url, show };
}
