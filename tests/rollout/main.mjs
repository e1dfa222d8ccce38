// The rollout: everything of docker/ on this machine, load on it, and nodes that are replaced one after the other; with PLAZA_BEFORE, by
// a newer version, whose schema is made while the older one serves.
//
// Tuned by the environment, for trying: POOL=transaction (the other file of docker/pgbouncer), PGBOUNCER=program, ROUNDS=2, STREAMS=12, READERS=4,
// BUYERS=4, REST=60 (milliseconds between requests, on average), MONTHS=1 (parts orders by month meanwhile), KEEP=1 (leaves the logs).
import { sleep, until } from '../stack/process.mjs';
import { nginx } from '../stack/nginx.mjs';
import { pgbouncer } from '../stack/pgbouncer.mjs';
import { Node, before as older, binary, plaza } from '../stack/plaza.mjs';
import { primary, replica } from '../stack/postgres.mjs';
import { cluster } from '../stack/redis.mjs';
import { Load } from './load.mjs';
import { openMarket } from './market.mjs';
import { compare, logged, sum, table } from './verdict.mjs';
import { Watcher } from './watch.mjs';

const number = (name, value) => Number(process.env[name] ?? value);
const began = Date.now();
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`);

// --- what runs

const database = await primary();
const standby = await replica(database);
const pool = process.env.POOL ?? 'pgbouncer';
const pooler = await pgbouncer(database, `${pool}.ini`);
const redis = await cluster();
say(`PostgreSQL with a replica, PgBouncer (${pooler.show('VERSION')[0][0]}, ${pool}.ini), Redis Cluster of three masters`);

const settings = {
  DATABASE_URL: pooler.url,
  DATABASE_REPLICA_URLS: standby.url,
  REDIS_URL: redis.url,
  PLAZA_SECRET: 'a-secret-for-the-rollout-test-alone',
  PLAZA_TRUSTED_PROXIES: '127.0.0.1',
  // Counted by Redis as ever, and never reached: one address asks for all of it.
  PLAZA_LIMIT_ADDRESS: '1000000000:1000000',
  PLAZA_LIMIT_PERSON: '1000000000:1000000',
};
plaza(['migrate', 'up'], settings, older);
const nodes = [await Node.make('plaza-1', settings), await Node.make('plaza-2', settings)];
for (const node of nodes) node.program = older;
await nodes[0].start(['serve', '--demo']);
await nodes[1].start();
const balancer = await nginx(...nodes);
say('schema and demo data through PgBouncer, two nodes, nginx');

// --- load

const market = await openMarket(balancer.url);
const watchers = Array.from({ length: number('STREAMS', 12) }, () => new Watcher(balancer.url, market));
await Promise.all(watchers.map((watcher) => watcher.started));
const before = logged(database).length;
const load = new Load(balancer.url, market, {
  readers: number('READERS', 4),
  buyers: number('BUYERS', 4),
  rest: number('REST', 60),
});
await sleep(2000);

// --- a newer schema under the servers that there are

const direct = { ...settings, DATABASE_URL: database.url() };
if (older !== binary) {
  const steps = plaza(['migrate', 'up'], direct).trim();
  await sleep(3000);
  say(`schema of the newer version: ${steps}; ${load.sent} requests by the older one, ${load.failures.length} failed so far`);
}
if (process.env.MONTHS) {
  const months = plaza(['partition'], direct).trim();
  await sleep(3000);
  say(`${months}; ${load.sent} requests, ${load.failures.length} failed so far`);
}
for (const node of nodes) node.program = binary;

const rolls = [];
/** Replaces a node as an orchestrator does: told to stop, gone, started, ready, and then the next. */
async function replace(node, whole = true) {
  const before = load.sent;
  const stopped = await node.process.stop('SIGTERM');
  const ready = await node.start(['serve'], whole);
  await sleep(1000);
  const clean = stopped.code === 0;
  rolls.push({ name: node.name, clean });
  say(`${node.name} replaced: gone after ${stopped.ms} ms (${clean ? 'exit code 0' : JSON.stringify(stopped)}), ready after ` +
    `${ready} ms more; ${load.sent - before} requests meanwhile, ${load.failures.length} failed so far`);
}

for (let round = 1; round <= number('ROUNDS', 2); round += 1) for (const node of nodes) await replace(node);
const [sent, failed] = [load.sent, load.failures.length];

// --- a master of Redis dies, and comes back

const victim = redis.nodes[1];
await victim.process.stop('SIGKILL');
say('one master of Redis killed');
await sleep(8000);
const [without, withoutFailed] = [load.sent - sent, load.failures.length - failed];
await replace(nodes[0], false);
victim.process.start();
await redis.state('ok');
await until('both nodes are whole again', async () => {
  const answers = await Promise.all(nodes.map(async (node) => (await fetch(`${node.url}/ready`)).json()));
  return answers.every(({ status }) => status === 'ready');
});
say('it is back, and both nodes say that they are ready');
await sleep(2000);

// --- the end

await load.stop();
const log = logged(database).slice(before);
await until('streams have all events', async () => watchers.every(({ seen }) => seen.length >= log.length), 15).catch(() => {});
await sleep(500);
await Promise.all(watchers.map((watcher) => watcher.stop()));

const events = compare(watchers, log, load.acknowledged);
const gaps = watchers.reduce((all, watcher) => all + watcher.gaps, 0);
const handshakes = watchers.flatMap(({ failures }) => failures);
const access = balancer.access();
const retried = access.filter(({ upstream_status: status }) => status.includes(','));
const [clients, servers] = ['CLIENTS', 'SERVERS'].map((what) => pooler.show(what).filter((row) => row.includes('plaza')).length);

table('Requests', Object.entries(load.kinds).map(([kind, { sent, failures, slowest }]) => [
  kind, `${String(sent).padStart(6)} sent, ${failures.length} failed, slowest ${Math.round(slowest)} ms`,
]));
table('Rolled one after the other', [
  ['nodes replaced', `${rolls.length}, ${rolls.filter(({ clean }) => clean).length} of them with exit code 0`],
  ['requests', `${load.sent}, ${load.failures.length} failed`],
  ['while a master of Redis was away', `${without}, ${withoutFailed} failed`],
  ['sent to the other node by nginx', `${retried.length}`],
  ['changes acknowledged', `${load.acknowledged.length}`],
  ['events in the log', `${log.length}`],
  ['delivered to streams', `${events.delivered} to ${watchers.length}: ${events.lost} lost, ${events.twice} twice, ` +
    `${events.disordered} streams out of order, ${gaps} GAPs`],
  ['sockets that ended, by code', sum(watchers.map(({ ends }) => ends))],
  ['handshakes and subscriptions', `${handshakes.length} failed`],
  ['PgBouncer', `${clients} connections of Plaza's over ${servers} of PostgreSQL's`],
]);

const wrong = [
  ...load.failures, ...handshakes, ...events.wrong,
  ...(gaps ? [`${gaps} GAPs`] : []),
  ...rolls.filter(({ clean }) => !clean).map(({ name }) => `${name} did not end well`),
  ...(log.length < 20 ? ['there was hardly any load'] : []),
];
for (const one of wrong.slice(0, 40)) console.log(`  ✗ ${one}`);
say(wrong.length ? `it does not hold: ${wrong.length} findings` : 'it holds: no request failed, no event was lost');
process.exit(wrong.length ? 1 : 0);
