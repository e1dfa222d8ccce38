// Publishes documents as an app's release does it, by `plaza documents`, under a client name of the test's own.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endpoint } from './server.mjs';

// The binary refuses what it does not know, and these two are the tests' own.
const { PLAZA_BIN: bin, PLAZA_URL: _, ...env } = process.env;
if (!bin) throw new Error('PLAZA_BIN names the binary that publishes; `tests/clients/run` sets it');
const execute = promisify(execFile);

/** Milliseconds after which a server that has heard of nothing is broken; it promises one second. */
const DEADLINE = 10_000;

/** What `--manifest` writes: Apollo's format. */
interface Manifest {
  format: 'apollo-persisted-query-manifest';
  version: 1;
  operations: { id: string; name: string; type: 'query' | 'mutation' | 'subscription'; body: string }[];
}

/** Runs the binary on the server's database, and answers with what it says. */
export async function plaza(...words: string[]): Promise<string> {
  const { stdout } = await execute(bin!, words, { env });
  return stdout;
}

/** Publishes what stands at a path, and from then on the client runs nothing else. */
export async function publish(client: string, path: string): Promise<Manifest> {
  const folder = await mkdtemp(join(tmpdir(), 'plaza-manifest-'));
  try {
    const file = join(folder, 'manifest.json');
    await plaza('documents', 'publish', '--client', client, '--manifest', file, path);
    await plaza('documents', 'mode', '--client', client, 'require-id');
    await known(client);
    return JSON.parse(await readFile(file, 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Comes when the running server has heard that the client sends ids alone. */
async function known(client: string): Promise<void> {
  const deadline = Date.now() + DEADLINE;
  for (;;) {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'graphql-client-name': client },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    if (errors?.[0]?.extensions.code === 'PERSISTED_QUERY_ID_REQUIRED') return;
    if (Date.now() > deadline) throw new Error(`the server has not heard of ${client}: ${JSON.stringify(errors)}`);
    await setTimeout(20);
  }
}
