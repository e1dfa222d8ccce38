// Every document of every app is valid against the schema that the server publishes, and within its limits.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { apps, document, documentText, fragmentNames, operationNames } from './support/documents.mjs';
import { endpoint } from './support/server.mjs';

const schema = buildSchema(readFileSync(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8'));

for (const app of apps) {
  for (const name of operationNames(app)) {
    test(`${app}: ${name} is valid`, () => {
      assert.deepEqual(validate(schema, document(name, app)), []);
    });

    test(`${app}: ${name} passes the guard`, async () => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream;q=0.5' },
        body: JSON.stringify({ query: documentText(name, app) }),
      });
      const { errors = [] } = await response.json();
      const codes = errors.map((error) => error.extensions.code);
      // Without variables many can't run, and subscriptions not over plain HTTP; none may be too large or unknown.
      for (const code of codes) assert.ok(['BAD_REQUEST', 'UNAUTHENTICATED'].includes(code), JSON.stringify(errors));
    });
  }

  test(`${app}: every fragment is used`, () => {
    const spread = (name) => parse(documentText(name, app)).definitions.map((definition) => definition.name.value);
    const used = new Set(operationNames(app).flatMap(spread));
    for (const name of fragmentNames(app)) assert.ok(used.has(name), name);
  });
}
