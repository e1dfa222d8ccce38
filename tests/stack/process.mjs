// Processes of a run: started with a log of their own, as a user that their program accepts, and gone at its end
// whatever that is.
import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { folder } from './folder.mjs';

const all = new Set();
process.on('exit', () => {
  for (const one of all) one.kill(one.last);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Whom a server may be that refuses to be root: the first user that there is. Nobody else than we, for who is not root */
export function user(...names) {
  if (process.getuid() !== 0) return {};
  for (const name of [...names, 'nobody']) {
    try {
      const id = (which) => Number(execFileSync('id', [which, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // the next name
    }
  }
  return {};
}

const given = new Set();

const isFree = (port) =>
  new Promise((done) => {
    const server = createServer().once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

/**
 * A port of 127.0.0.1 that nobody has, below those that the system hands out by itself; nor the one so far above it, where
 * a server takes two.
 */
export async function freePort(above = 0) {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 2000);
    if (given.has(port) || !(await isFree(port)) || !(await isFree(port + above))) continue;
    given.add(port);
    return port;
  }
}

/** Asks until it is so. */
export async function until(what, is, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await is().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(50);
  }
}

/** One process, which can be started again */
export class Process {
  constructor(name, command, args, { env = {}, user = {}, last = 'SIGKILL' } = {}) {
    Object.assign(this, { name, command, args, env, user, last });
    this.log = join(folder, `${name}.log`);
    this.child = undefined;
  }

  start() {
    const out = openSync(this.log, 'a');
    const env = { PATH: `${process.env.PATH}:/usr/sbin`, ...this.env };
    const child = spawn(this.command, this.args, { env, stdio: ['ignore', out, out], cwd: folder, ...this.user });
    this.child = child;
    all.add(this);
    this.ended = new Promise((done) => {
      child.once('error', (err) => done({ err }));
      child.once('exit', (code, signal) => done({ code, signal }));
    }).then((end) => {
      all.delete(this);
      this.child = undefined;
      return end;
    });
    return this;
  }

  kill(signal) {
    this.child?.kill(signal);
  }

  /** Tells it to stop; how it ended, and after how many milliseconds. */
  async stop(signal = 'SIGTERM', seconds = 30) {
    const begun = Date.now();
    this.kill(signal);
    const end = await Promise.race([this.ended, sleep(seconds * 1000)]);
    if (!end) throw new Error(`${this.name} did not end within ${seconds} s of ${signal}\n${this.tail()}`);
    return { ...end, ms: Date.now() - begun };
  }

  /** Waits for a sign of life, and tells the log where there is none. */
  async ready(is, seconds) {
    const dead = this.ended.then((end) => {
      throw new Error(`${this.name} ended: ${JSON.stringify(end)}\n${this.tail()}`);
    });
    const alive = until(this.name, is, seconds).catch((err) => {
      throw new Error(`${err.message}\n${this.tail()}`);
    });
    await Promise.race([alive, dead]);
    dead.catch(() => {});
    return this;
  }

  text() {
    return readFileSync(this.log, 'utf8');
  }

  tail(lines = 20) {
    return `--- its log ends with\n${this.text().split('\n').slice(-lines).join('\n')}`;
  }
}

/** The first of these programs that is installed: distributions name some differently. */
export function program(...names) {
  return names.find((name) => {
    try {
      return run('sh', ['-c', 'command -v "$0"', name]);
    } catch {
      return false;
    }
  }) ?? names[0];
}

/** Runs a command to its end; what it printed. */
export function run(command, args, { env = {}, user = {}, ...options } = {}) {
  const path = `${process.env.PATH}:/usr/sbin`;
  return execFileSync(command, args, { encoding: 'utf8', env: { PATH: path, ...env }, cwd: folder, ...user, ...options });
}
