// Ids of this build's documents: what `generate-persisted-query-manifest` wrote, and `plaza documents publish` was given.
import manifest from '../manifest.json';

const ids = new Map(manifest.operations.map(({ name, id }) => [name, id]));

export const loadManifest = async () => manifest as never;

export function idOf(name: string): string {
  const id = ids.get(name);
  if (!id) throw new Error(`${name} is not in the manifest`);
  return id;
}
