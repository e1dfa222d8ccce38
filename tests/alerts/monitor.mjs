// Prometheus and Alertmanager by docker/'s files, quicker than they are in earnest, and somebody who listens in Slack's
// place.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fitted, room, write } from '../stack/folder.mjs';
import { Process, freePort, program } from '../stack/process.mjs';

/** Every window and every `for` of the rules is so many times shorter: five minutes are ten seconds. */
export const QUICKER = 30;
const UNITS = { s: 1, m: 60, h: 3600 };

/** The rules, with nothing changed but their times. Thresholds and offsets of figures stay as they are. */
export function quickened(text) {
  const seconds = (number, unit) => Math.max(1, Math.round((Number(number) * UNITS[unit]) / QUICKER));
  const changed = text
    .replace(/\[(\d+)([smh])\]/g, (_, number, unit) => `[${seconds(number, unit)}s]`)
    .replace(/offset (\d+)([smh])/g, (_, number, unit) => `offset ${seconds(number, unit)}s`)
    .replace(/for: (\d+)([smh])/g, (_, number, unit) => `for: ${seconds(number, unit)}s`);
  if (changed === text) throw new Error('no times were found in the rules');
  return changed;
}

/** A webhook like Slack's, which keeps what it is sent. */
async function slack() {
  const port = await freePort();
  const messages = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      messages.push(JSON.parse(body));
      response.end('ok');
    });
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return { messages, url: `http://127.0.0.1:${port}/services/T/B/secret` };
}

/** Starts them, watching these addresses of Plaza's. */
export async function monitor(targets, machine) {
  const hears = await slack();
  const [port, alerts] = [await freePort(), await freePort()];
  const own = room('alertmanager');
  write(join(own, 'slack_url'), hears.url);
  const file = write(join(own, 'alertmanager.yml'), fitted('alertmanager/alertmanager.yml', [
    ['/etc/alertmanager/', `${own}/`],
    ['group_wait: 30s', 'group_wait: 1s'],
    ['group_interval: 5m', 'group_interval: 5s'],
  ]));
  const tells = new Process('alertmanager', program('alertmanager', 'prometheus-alertmanager'), [
    `--config.file=${file}`, `--storage.path=${join(own, 'data')}`, `--web.listen-address=127.0.0.1:${alerts}`, '--cluster.listen-address=',
  ]).start();
  await tells.ready(async () => (await fetch(`http://127.0.0.1:${alerts}/-/ready`)).ok);

  const place = room('prometheus');
  write(join(place, 'alerts.yml'), quickened(fitted('prometheus/alerts.yml')));
  const config = write(join(place, 'prometheus.yml'), fitted('prometheus/prometheus.yml', [
    ['scrape_interval: 15s', 'scrape_interval: 1s'],
    ['scrape_timeout: 5s', 'scrape_timeout: 1s'],
    ['evaluation_interval: 15s', 'evaluation_interval: 1s'],
    ['alertmanager:9093', `127.0.0.1:${alerts}`],
    ['plaza-1:8000, plaza-2:8000, worker:8000', targets.join(', ')],
    ['node-exporter:9100', machine],
    // Not here
    ['otel-collector:8888', `127.0.0.1:${port}`],
    ['localhost:9090', `127.0.0.1:${port}`],
  ]));
  const asks = new Process('prometheus', 'prometheus', [
    `--config.file=${config}`, `--storage.tsdb.path=${join(place, 'data')}`, `--web.listen-address=127.0.0.1:${port}`,
  ]).start();
  const url = `http://127.0.0.1:${port}/api/v1`;
  await asks.ready(async () => (await fetch(`${url}/query?query=up`)).ok);
  const get = async (path) => {
    const { data, error } = await (await fetch(`${url}/${path}`)).json();
    if (error) throw new Error(error);
    return data;
  };
  return {
    messages: hears.messages,
    /** State of an alert: none, pending or firing, and its value */
    async state(name) {
      const found = (await get('alerts')).alerts.find(({ labels }) => labels.alertname === name);
      return { state: found?.state ?? 'none', value: found ? Number(found.value) : undefined, summary: found?.annotations.summary };
    },
    /** What a query gives now: labels and value of each */
    async query(text) {
      const { result } = await get(`query?query=${encodeURIComponent(text)}`);
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    targets: async () => (await get('targets')).activeTargets,
    rules: async () => (await get('rules')).groups.flatMap(({ rules }) => rules),
  };
}
