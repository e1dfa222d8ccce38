// Every document of the app is valid against the schema that the server publishes, and within its limits.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { document, documentText, fragmentNames, operationNames } from './support/documents.mjs';
import { endpoint } from './support/server.mjs';

const schema = buildSchema(readFileSync(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8'));

for (const name of operationNames()) {
  test(`${name} is valid`, () => {
    assert.deepEqual(validate(schema, document(name)), []);
  });

  test(`${name} passes the guard`, async () => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: documentText(name) }),
    });
    const { errors = [] } = await response.json();
    const codes = errors.map((error) => error.extensions.code);
    // Without variables many can't run; none may be too large or unknown.
    for (const code of codes) assert.ok(['BAD_REQUEST', 'UNAUTHENTICATED'].includes(code), JSON.stringify(errors));
  });
}

test('every fragment is used', () => {
  const used = new Set(operationNames().flatMap((name) => parse(documentText(name)).definitions.map((d) => d.name.value)));
  for (const name of fragmentNames()) assert.ok(used.has(name), name);
});
