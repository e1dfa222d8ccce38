// Plaza's own servers and commands.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { room, root } from './folder.mjs';
import { Process, freePort, run } from './process.mjs';

/** The binary: PLAZA_BIN, or the debug build in cargo's target folder */
export const binary = resolve(process.env.PLAZA_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/plaza'));
if (!existsSync(binary)) throw new Error(`there is no plaza at ${binary}: build it first, or set PLAZA_BIN`);

/** The version that ran before: PLAZA_BEFORE, or the same */
export const before = resolve(process.env.PLAZA_BEFORE ?? binary);
if (!existsSync(before)) throw new Error(`there is no plaza at ${before}, which PLAZA_BEFORE names`);

/** Runs a command with these settings: what it says. */
export const plaza = (args, env, program = binary) => run(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });

/** Waits for `/ready`, with everything up (`whole`) or not. */
export async function isReady(url, whole) {
  const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) });
  const { status } = await answer.json();
  return answer.status === 200 && (!whole || status === 'ready');
}

/** One node, which can be stopped and started again */
export class Node {
  static async make(name, env) {
    const port = await freePort();
    const node = new Node();
    Object.assign(node, { name, port, url: `http://127.0.0.1:${port}`, program: binary });
    node.env = { ...env, PLAZA_LISTEN: `127.0.0.1:${port}`, PLAZA_DATA_DIR: room(name) };
    return node;
  }

  /** Starts it and waits until it is ready: how many milliseconds that took. */
  async start(args = ['serve'], whole = true) {
    const begun = Date.now();
    this.process = new Process(this.name, this.program, args, { env: this.env }).start();
    await this.process.ready(() => isReady(this.url, whole), 60);
    return Date.now() - begun;
  }

  async metrics() {
    return (await fetch(`${this.url}/metrics`)).text();
  }
}
