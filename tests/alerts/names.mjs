// That every figure which alerts and dashboards ask for exists: shown by a server at this moment, or one that needs something
// to happen first, and then written in the source.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../stack/folder.mjs';

/** What is not shown by a server that has nothing to tell of it, and what it takes */
const NEEDS = {
  plaza_assistant_breaker_open: 'a language model',
  plaza_assistant_requests_total: 'a language model',
  plaza_assistant_seconds: 'a language model',
  plaza_faults_total: 'a fault',
  plaza_jobs_dead: 'a job that was given up',
  plaza_jobs_total: 'a job that ended',
  plaza_jobs_waiting: 'a job that waits',
  plaza_rate_limited_total: 'somebody who asked too much',
  plaza_replica_failures_total: 'a replica that failed under a statement',
  plaza_shed_total: 'more to do than can be done',
  plaza_stream_closed_total: 'a socket that was closed',
  plaza_stream_events_total: 'an event that was read for a stream',
  plaza_stream_gaps_total: 'a cursor that the log no longer reaches',
  plaza_stream_sockets: 'a socket',
  plaza_stream_subscriptions: 'a subscription',
  plaza_tls_certificate_ends_seconds: 'a certificate',
};

const OURS = /\b(?:plaza|node)_[a-z0-9_]+/g;

function files(folder, ending) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path, ending);
    return name.endsWith(ending) ? [path] : [];
  });
}

/** Expressions of a dashboard, wherever they are in it */
function expressions(value) {
  if (Array.isArray(value)) return value.flatMap(expressions);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const asks = typeof one === 'string' && ['expr', 'query', 'definition'].includes(key);
    return asks ? [one] : expressions(one);
  });
}

/** Every expression of every dashboard, and where it is */
export function panels() {
  return files(join(root, 'docker/grafana'), '.json').flatMap((file) =>
    expressions(JSON.parse(readFileSync(file, 'utf8'))).map((text) => ({ text, where: file.slice(root.length + 1) })));
}

/** Names in the rules' expressions: what they say to people is prose. */
function asked(rules) {
  const names = new Map();
  const note = (text, where) => {
    for (const name of text.match(OURS) ?? []) names.set(name, where);
  };
  for (const { name, query } of rules) note(query, name);
  for (const { text, where } of panels()) note(text, where);
  return names;
}

/** What is wrong with the names in rules and dashboards, as these texts of figures have them. */
export function wrongNames(rules, ...figures) {
  const shown = new Set(figures.join('\n').match(OURS));
  const source = files(join(root, 'src'), '.rs').map((file) => readFileSync(file, 'utf8')).join('\n');
  const wrong = [];
  const names = asked(rules);
  for (const [name, where] of names) {
    if (shown.has(name)) continue;
    const base = name.replace(/_(bucket|sum|count)$/, '');
    if (!NEEDS[base]) wrong.push(`${where}: ${name} is not shown by any server here`);
    else if (!source.includes(`"${base}"`)) wrong.push(`${where}: ${name} is not in the source`);
  }
  if (names.size < 30) wrong.push(`only ${names.size} names were found`);
  return { wrong, count: names.size };
}

/** Alerts without a paragraph in the runbook, and paragraphs without an alert */
export function wrongRunbook(rules) {
  const text = readFileSync(join(root, 'docs/src/runbook.md'), 'utf8');
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  const wrong = [];
  for (const { name, annotations } of rules) {
    if (annotations.runbook_url !== `#${name.toLowerCase()}`) wrong.push(`${name} leads to ${annotations.runbook_url}`);
    if (!headings.includes(name)) wrong.push(`the runbook has nothing on ${name}`);
  }
  const names = rules.map(({ name }) => name);
  return wrong.concat(headings.filter((one) => !names.includes(one)).map((one) => `the runbook tells of ${one}, which is no alert`));
}
