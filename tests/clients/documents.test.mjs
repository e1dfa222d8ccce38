// Every document of every app is valid against the schema that the server publishes, and within its limits; and
// together they use all of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSchema, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { apps, document, documentText, fragmentNames, operationNames } from './support/documents.mjs';
import { endpoint } from './support/server.mjs';
import { requiredVariables } from './support/values.mjs';

const schema = buildSchema(readFileSync(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8'));

/** Where apps come in: each field of these is somebody's, or stands here with its reason. */
const entrances = ['Query', 'Mutation', 'Subscription', 'Viewer'];
const unused = {};

for (const app of apps) {
  for (const name of operationNames(app)) {
    test(`${app}: ${name} is valid`, () => {
      assert.deepEqual(validate(schema, document(name, app)), []);
    });

    test(`${app}: ${name} passes the guard`, async () => {
      const [operation] = document(name, app).definitions;
      // What a mutation costs depends on no variable, and without them it does nothing.
      const variables = operation.operation === 'mutation' ? {} : requiredVariables(schema, operation);
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream;q=0.5' },
        body: JSON.stringify({ query: documentText(name, app), variables }),
      });
      const { errors = [] } = await response.json();
      const codes = errors.map((error) => error.extensions.code);
      // Nobody is signed in, and subscriptions don't go over plain HTTP; none may be too large or unknown.
      for (const code of codes) assert.ok(['BAD_REQUEST', 'UNAUTHENTICATED'].includes(code), JSON.stringify(errors));
      if (Object.keys(variables).length) for (const { message } of errors) assert.doesNotMatch(message, /^Variable/);
    });
  }

  test(`${app}: every fragment is used`, () => {
    const spread = (name) => parse(documentText(name, app)).definitions.map((definition) => definition.name.value);
    const used = new Set(operationNames(app).flatMap(spread));
    for (const name of fragmentNames(app)) assert.ok(used.has(name), name);
  });
}

test('every field that an app can begin with is used by one, or says why not', () => {
  const used = new Set(Object.keys(unused));
  const types = new TypeInfo(schema);
  const note = { Field: (node) => void used.add(`${types.getParentType().name}.${node.name.value}`) };
  for (const app of apps) {
    for (const name of operationNames(app)) visit(document(name, app), visitWithTypeInfo(types, note));
  }
  const fieldsOf = (type) => Object.keys(schema.getType(type).getFields()).map((field) => `${type}.${field}`);
  const fields = entrances.flatMap(fieldsOf);
  assert.deepEqual(fields.filter((field) => !used.has(field)), []);
  for (const field of Object.keys(unused)) assert.ok(fields.includes(field), `${field} is gone`);
});
