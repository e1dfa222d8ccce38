// A Redis Cluster of three masters by docker/redis.
import { join } from 'node:path';
import { fitted, room, write } from './folder.mjs';
import { Process, freePort, run, until } from './process.mjs';

const cli = (port, ...args) => run('redis-cli', ['-p', String(port), ...args], { stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** One server of it. Its second port, by which nodes talk, is 10,000 above the first. */
async function node(number) {
  const port = await freePort(10_000);
  const own = room(`redis-${number}`);
  write(join(own, 'redis.conf'), fitted('redis/redis.conf'));
  const text = fitted('redis/cluster.conf', [['/etc/redis/', `${own}/`]]);
  const file = write(join(own, 'cluster.conf'), text);
  const args = [file, '--port', String(port), '--bind', '127.0.0.1', '--dir', own];
  const process = new Process(`redis-${number}`, 'redis-server', args).start();
  await process.ready(async () => cli(port, 'ping') === 'PONG');
  return { process, port, isUp: async () => cli(port, 'ping') === 'PONG' };
}

/** One server that is no Cluster, by redis.conf alone. */
export async function single() {
  const port = await freePort();
  const own = room('redis');
  const file = write(join(own, 'redis.conf'), fitted('redis/redis.conf'));
  const process = new Process('redis', 'redis-server', [file, '--port', String(port), '--bind', '127.0.0.1', '--dir', own]).start();
  await process.ready(async () => cli(port, 'ping') === 'PONG');
  return { process, port, url: `redis://127.0.0.1:${port}` };
}

/** Starts it; its URL, and its nodes. */
export async function cluster() {
  const nodes = [await node(1), await node(2), await node(3)];
  const addresses = nodes.map((one) => `127.0.0.1:${one.port}`);
  run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const state = async (wanted) => {
    await until(`each node says that the cluster is ${wanted}`, async () =>
      nodes.every((one) => cli(one.port, 'cluster', 'info').includes(`cluster_state:${wanted}`)));
  };
  await state('ok');
  return { nodes, state, url: `redis+cluster://${addresses.join(',')}` };
}
