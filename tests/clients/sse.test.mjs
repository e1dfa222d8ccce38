// graphql-sse follows a subscription in its distinct-connections mode.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';
import { endpoint } from './support/server.mjs';

test('the first payload comes at once', async () => {
  const client = createClient({ url: endpoint, retryAttempts: 0 });
  const stream = client.iterate({ query: 'subscription { service { name version schemaHash } }' });
  const { value } = await stream.next();
  assert.equal(value.data.service.name, 'Plaza');
  assert.match(value.data.service.schemaHash, /^[0-9a-f]{64}$/);
  client.dispose();
});

test('a query over the stream has one result and completes', async () => {
  const client = createClient({ url: endpoint, retryAttempts: 0 });
  const results = [];
  for await (const result of client.iterate({ query: '{ service { name } }' })) results.push(result.data.service.name);
  assert.deepEqual(results, ['Plaza']);
});
