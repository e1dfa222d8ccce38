// The documents of the mobile app, of the dashboard and of partners, put together the way their own builds do it:
// an operation file followed by every fragment file that it reaches.
import { readFileSync, readdirSync } from 'node:fs';
import { Kind, parse, visit } from 'graphql';

const operations = new URL('../../../graphql/operations/', import.meta.url);

/** Folders with documents, one a client. */
export const apps = ['mobile', 'dashboard', 'partner'];

const read = (app, path) => readFileSync(new URL(`${app}/${path}.graphql`, operations), 'utf8');

const names = (folder) =>
  readdirSync(new URL(folder, operations))
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => file.slice(0, -'.graphql'.length));

function spreadNames(text) {
  const names = new Set();
  visit(parse(text), { [Kind.FRAGMENT_SPREAD]: (node) => void names.add(node.name.value) });
  return names;
}

/** The names of all operations of an app, which are the names of their files. */
export const operationNames = (app = 'mobile') => names(`${app}/`);

/** The names of all its fragments, which are the names of their files. */
export const fragmentNames = (app = 'mobile') => names(`${app}/fragments/`);

/** One operation with its fragments, as the text that goes over the wire. */
export function documentText(name, app = 'mobile') {
  const parts = [read(app, name)];
  const seen = new Set();
  // The list grows while it is walked: a fragment may spread further ones.
  for (const part of parts) {
    for (const fragment of spreadNames(part)) {
      if (seen.has(fragment)) continue;
      seen.add(fragment);
      parts.push(read(app, `fragments/${fragment}`));
    }
  }
  return parts.join('\n');
}

/** The same, parsed: what Apollo Client and urql take. */
export function document(name, app = 'mobile') {
  return parse(documentText(name, app));
}
