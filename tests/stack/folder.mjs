// A private folder for everything a run starts, and the files of docker/ as they are needed in it: the very contents,
// but for what has to differ here. A replacement that finds nothing is an error, so that what is tested stays what is
// deployed.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The run's own folder */
export const folder = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), 'plaza-stack.'));
chmodSync(folder, 0o755);
process.on('exit', () => {
  if (process.env.KEEP) process.stderr.write(`kept: ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
});

/** A folder in it that belongs to a user. */
export function room(name, user) {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  if (user?.uid !== undefined) chownSync(path, user.uid, user.gid);
  return path;
}

/** Writes a file that its servers may read. */
export function write(path, text, mode = 0o644) {
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

/** The text of a file of docker/, with pairs of what is there and what is to be there instead. */
export function fitted(name, replacements = []) {
  let text = readFileSync(join(root, 'docker', name), 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`docker/${name} no longer holds ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  return text;
}
