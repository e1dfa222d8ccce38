// The documents of the mobile app, put together the way the app's own build does it:
// an operation file followed by every fragment file that it reaches.
import { readFileSync, readdirSync } from 'node:fs';
import { Kind, parse, visit } from 'graphql';

const folder = new URL('../../../graphql/operations/mobile/', import.meta.url);

const read = (path) => readFileSync(new URL(path, folder), 'utf8');

function spreadNames(text) {
  const names = new Set();
  visit(parse(text), { [Kind.FRAGMENT_SPREAD]: (node) => void names.add(node.name.value) });
  return names;
}

/** The names of all operations, which are the names of their files. */
export function operationNames() {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => file.slice(0, -'.graphql'.length));
}

/** The names of all fragments, which are the names of their files. */
export function fragmentNames() {
  return readdirSync(new URL('fragments/', folder)).map((file) => file.slice(0, -'.graphql'.length));
}

/** One operation with its fragments, as the text that goes over the wire. */
export function documentText(name) {
  const parts = [read(`${name}.graphql`)];
  const seen = new Set();
  // The list grows while it is walked: a fragment may spread further ones.
  for (const part of parts) {
    for (const fragment of spreadNames(part)) {
      if (seen.has(fragment)) continue;
      seen.add(fragment);
      parts.push(read(`fragments/${fragment}.graphql`));
    }
  }
  return parts.join('\n');
}

/** The same, parsed: what Apollo Client and urql take. */
export function document(name) {
  return parse(documentText(name));
}
