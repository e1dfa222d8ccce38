// PostgreSQL by docker/postgres: a primary with its roles, and a streaming replica of it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fitted, folder, room, root, write } from './folder.mjs';
import { Process, freePort, run, until, user } from './process.mjs';

const who = user('postgres');

/** Passwords of this run alone */
export const passwords = { postgres: 'admin-of-a-test', plaza: 'plaza-of-a-test', replicator: 'replicator-of-a-test' };

/** The folder of the newest PostgreSQL there is: Debian keeps them out of PATH */
const bin = (() => {
  const base = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(base).sort((a, b) => Number(b) - Number(a));
    return join(base, versions[0], 'bin');
  } catch {
    return '';
  }
})();
const program = (name) => join(bin, name);

/** The command of a server, with what of the files' settings differs here */
function server(port, data, settings) {
  const here = {
    config_file: settings,
    hba_file: write(join(folder, 'pg_hba.conf'), fitted('postgres/pg_hba.conf')),
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '64MB',
    // Nothing here has to survive a power cut.
    fsync: 'off',
  };
  const args = ['-D', data, ...Object.entries(here).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  return [program('postgres'), ...args];
}

const started = (name, [command, ...args], env) => new Process(name, command, args, { env, user: who, last: 'SIGQUIT' }).start();

const isUp = (port) => async () => run(program('pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]) !== null;

/** A primary with Plaza's role and an empty database. */
export async function primary() {
  const port = await freePort();
  const data = join(room('primary', who), 'data');
  const secret = write(join(folder, 'pwfile'), passwords.postgres);
  run(program('initdb'), ['-D', data, '-U', 'postgres', '--pwfile', secret, '--auth=scram-sha-256', '--encoding=UTF8',
    '--locale=C.UTF-8', '--no-sync'], { user: who });
  const settings = write(join(folder, 'primary.conf'), fitted('postgres/primary.conf'));
  const process = started('primary', server(port, data, settings));
  await process.ready(isUp(port));
  const env = { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres', PGPASSWORD: passwords.postgres };
  run('bash', [join(root, 'docker/postgres/roles.sh')], {
    env: { ...env, POSTGRES_USER: 'postgres', PLAZA_DB_PASSWORD: passwords.plaza, REPLICATION_PASSWORD: passwords.replicator },
  });
  const url = (name = 'plaza') => `postgres://${name}:${passwords[name]}@127.0.0.1:${port}/plaza`;
  return { process, port, url, ask: (sql) => run(program('psql'), ['-Atqc', sql, url('postgres')]).trim() };
}

/** A streaming replica of it. */
export async function replica(of) {
  const port = await freePort();
  const data = join(room('replica', who), 'data');
  const settings = write(join(folder, 'replica.conf'), fitted('postgres/replica.conf'));
  const script = join(root, 'docker/postgres/replica.sh');
  const process = started('replica', ['bash', script, ...server(port, data, settings)], {
    PATH: `${bin}:${globalThis.process.env.PATH}`,
    PGDATA: data,
    PRIMARY_HOST: '127.0.0.1',
    PRIMARY_PORT: String(of.port),
    REPLICATION_PASSWORD: passwords.replicator,
    REPLICA_NAME: 'replica',
  });
  await process.ready(isUp(port));
  await until('the replica streams', async () =>
    of.ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") === '1');
  return { process, port, url: `postgres://plaza:${passwords.plaza}@127.0.0.1:${port}/plaza` };
}
