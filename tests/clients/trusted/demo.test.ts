// `serve --demo` has published what is in `graphql/operations`, under the names of the folders.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apps, operationNames } from '../support/documents.mjs';
import { plaza } from '../support/publish';
import { endpoint } from '../support/server.mjs';

interface Row {
  operationName: string;
  documentId: string;
  cost: number;
}

for (const app of apps) {
  test(`${app}: every document is published, and costs no more than one may`, async () => {
    const lines = (await plaza('documents', 'list', '--client', app, '--json')).trim().split('\n');
    const rows = lines.map((line): Row => JSON.parse(line));
    assert.deepEqual(rows.map((row) => row.operationName).sort(), operationNames(app).sort());
    for (const { operationName, cost } of rows) assert.ok(cost > 0 && cost <= 5_000, `${operationName}: ${cost}`);
  });
}

test('one of them runs by the id that the list shows', async () => {
  const lines = await plaza('documents', 'list', '--client', 'mobile', '--json');
  const rows = lines.trim().split('\n').map((line): Row => JSON.parse(line));
  const feed = rows.find((row) => row.operationName === 'HomeFeed');
  const variables = encodeURIComponent(JSON.stringify({ first: 2 }));
  const response = await fetch(`${endpoint}/${feed?.documentId}?variables=${variables}`, {
    headers: { 'graphql-client-name': 'mobile' },
  });
  const { data } = (await response.json()) as { data: { listings: { edges: unknown[] } } };
  assert.equal(data.listings.edges.length, 2);
});
