// A real Prometheus scrapes a running server: the alert for slow answers fires when the ways to the databases become slow,
// is told to Slack, and is over when that is.
import { Node, plaza } from '../stack/plaza.mjs';
import { primary, replica } from '../stack/postgres.mjs';
import { Process, freePort, program, sleep, until } from '../stack/process.mjs';
import { single } from '../stack/redis.mjs';
import { ask } from '../rollout/market.mjs';
import { delay } from './delay.mjs';
import { QUICKER, monitor } from './monitor.mjs';
import { panels, wrongNames, wrongRunbook } from './names.mjs';

const began = Date.now();
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`);
const wrong = [];

const database = await primary();
const standby = await replica(database);
const redis = await single();
// Queries go to the replica, sessions and writes to the primary.
const ways = [await delay(database.port), await delay(standby.port)];
const through = (url, at) => url.replace(/:\d+\/plaza$/, `:${ways[at].port}/plaza`);
const slow = (ms) => ways.forEach((way) => (way.ms = ms));
const settings = {
  DATABASE_URL: through(database.url(), 0),
  DATABASE_REPLICA_URLS: through(standby.url, 1),
  REDIS_URL: redis.url,
  PLAZA_SECRET: 'a-secret-for-the-alert-test-alone',
  PLAZA_LIMIT_PERSON: 'off',
};
// Past the ways, which stand still while a command runs.
plaza(['migrate', 'up'], { ...settings, DATABASE_URL: database.url() });
const node = await Node.make('plaza', settings);
await node.start(['serve', '--demo']);
const port = await freePort();
const machine = new Process('node-exporter', program('node_exporter', 'prometheus-node-exporter'), [`--web.listen-address=127.0.0.1:${port}`]).start();
await machine.ready(async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).ok);
const watch = await monitor([`127.0.0.1:${node.port}`], `127.0.0.1:${port}`);
say(`a server, and Prometheus that looks each second; times in the rules are ${QUICKER} times shorter`);

// --- people ask, all the time

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { message } } }';
const { data } = await ask(node.url, SIGN_IN, { input: { login: '+50588880001', password: 'plaza-demo-2026' } });
const token = data.signIn.tokens.accessToken;
const ORDERS = '{ viewer { user { handle } orders(first: 10) { nodes { id number items { quantity } store { name } } } } }';
const tally = { answered: 0, failed: 0 };
let going = true;
const askers = Array.from({ length: 3 }, async () => {
  while (going) {
    await ask(node.url, ORDERS, {}, { token }).then(() => (tally.answered += 1), () => (tally.failed += 1));
    await sleep(100);
  }
});

const p95 = async () => (await watch.query(`histogram_quantile(0.95, sum by (le) (rate(plaza_operation_seconds_bucket[10s])))`))[0]?.value;
await sleep(12_000);
const rest = await watch.state('PlazaSlowAnswers');
say(`at rest: ${rest.state}, 95 % of answers within ${((await p95()) * 1000).toFixed(1)} ms`);
if (rest.state !== 'none') wrong.push(`the alert is ${rest.state} before anything is slow`);
const down = (await watch.targets()).filter(({ health }) => health !== 'up');
for (const { scrapeUrl, lastError } of down) wrong.push(`${scrapeUrl} can't be scraped: ${lastError}`);

// --- names and paragraphs, while everything is there

const rules = await watch.rules();
const figures = [await node.metrics(), await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()];
const names = wrongNames(rules, ...figures);
wrong.push(...names.wrong, ...wrongRunbook(rules));
let drawn = 0;
for (const { text, where } of panels()) {
  // As Grafana fills them in; what lists a label's values is Grafana's own.
  if (text.startsWith('label_values(')) continue;
  const asked = text.replaceAll('$__rate_interval', '10s').replaceAll('$instance', '.*');
  const found = await watch.query(asked).catch((err) => wrong.push(`${where}: ${text}: ${err.message}`));
  if (Array.isArray(found) && found.length) drawn += 1;
}
say(`${panels().length} expressions of dashboards are understood, ${drawn} of them have something to show`);
say(`${rules.length} alerts and the dashboards ask for ${names.count} figures by name`);
const others = rules.filter(({ state, name }) => state === 'firing' && !name.startsWith('PlazaDisk'));
for (const { name } of others) wrong.push(`${name} is firing though nothing is wrong`);

// --- the ways to the databases become slow

const slowed = Date.now();
slow(400);
await until('the alert fires', async () => (await watch.state('PlazaSlowAnswers')).state === 'firing', 60).catch((err) => wrong.push(err.message));
const firing = await watch.state('PlazaSlowAnswers');
say(`400 ms more for every answer of the databases: ${firing.state} after ${((Date.now() - slowed) / 1000).toFixed(1)} s: ${firing.summary}`);
const told = (status) => watch.messages.find(({ attachments: [one] }) => one.title === `${status}PlazaSlowAnswers`);
await until('Slack is told', async () => told(''), 20).catch((err) => wrong.push(err.message));
const [message] = told('')?.attachments ?? [];
if (message) say(`in ${told('').channel}: ${message.title} (${message.title_link}): ${message.text.trim().split('\n')[0]}`);
if (!message?.title_link.endsWith('runbook.html#plazaslowanswers')) wrong.push('what Slack is told leads to no paragraph of the runbook');

// --- and is quick again

const mended = Date.now();
slow(0);
await until('the alert is over', async () => (await watch.state('PlazaSlowAnswers')).state === 'none', 60).catch((err) => wrong.push(err.message));
say(`quick again: over after ${((Date.now() - mended) / 1000).toFixed(1)} s, 95 % of answers within ${((await p95()) * 1000).toFixed(1)} ms`);
await until('Slack is told that it is over', async () => told('Over: '), 20).catch((err) => wrong.push(err.message));
going = false;
await Promise.all(askers);
say(`${tally.answered} answers, ${tally.failed} without one`);

for (const one of wrong) console.log(`  ✗ ${one}`);
say(wrong.length ? `it does not hold: ${wrong.length} findings` : 'it holds: fired on a real delay, and was over after it');
process.exit(wrong.length ? 1 : 0);
