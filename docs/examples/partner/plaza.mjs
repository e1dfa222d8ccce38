// Plaza by `fetch` alone: documents by their ids, files, event streams, and what may be tried again.
import { setTimeout as wait } from 'node:timers/promises';

/** What the server could not do at all. Refusals are no errors: they are data, in `userErrors`. */
export class PlazaError extends Error {
  constructor(status, errors) {
    super(errors.map(({ message }) => message).join('; '));
    this.status = status;
    /** For programs, such as FORBIDDEN or PERSISTED_QUERY_NOT_IN_LIST */
    this.code = errors[0]?.extensions?.code;
    /** Of a failure of the server's own: its log has the cause under this id */
    this.id = errors[0]?.extensions?.id;
  }
}

export class Plaza {
  #endpoint;
  #key;
  #ids;

  /** `manifest` is what `plaza documents publish --manifest` wrote. */
  constructor({ url, key, manifest }) {
    this.#endpoint = `${url}/graphql`;
    this.#key = key;
    this.#ids = new Map(manifest.operations.map(({ name, id }) => [name, id]));
  }

  #request(name, variables) {
    const documentId = this.#ids.get(name);
    if (!documentId) throw new Error(`${name} was not published`);
    return { documentId, variables };
  }

  // ANCHOR: retry
  /**
   * Sends until there is an answer. These may be sent again: what never arrived, 429 (too much at once) and 503
   * (overloaded, or given up). A mutation in between may have been done; that is what idempotency keys are for.
   */
  async #send(init, attempts = 6) {
    for (let attempt = 1; ; attempt += 1) {
      let asked;
      try {
        const response = await fetch(this.#endpoint, { method: 'POST', ...init() });
        if (![429, 502, 503, 504].includes(response.status) || attempt === attempts) return response;
        asked = response.headers.get('retry-after');
        await response.body?.cancel();
      } catch (error) {
        if (attempt === attempts || init().signal?.aborted) throw error;
      }
      // Half a second, one, two … with as much chance, so that not everybody comes back at once.
      const own = 500 * 2 ** (attempt - 1) * (0.5 + Math.random());
      await wait(asked ? asked * 1000 + Math.random() * 500 : own);
    }
  }
  // ANCHOR_END: retry

  // ANCHOR: run
  /** Runs a query or a mutation; its data. */
  async run(name, variables = {}) {
    const body = JSON.stringify(this.#request(name, variables));
    return this.#data(await this.#send(() => ({ body, headers: this.#headers({ 'content-type': 'application/json' }) })));
  }

  /** Runs a mutation with a file beside it, by the GraphQL multipart request specification. */
  async upload(name, variables, file) {
    const init = () => {
      const body = new FormData();
      body.append('operations', JSON.stringify(this.#request(name, { ...variables, file: null })));
      body.append('map', JSON.stringify({ 0: ['variables.file'] }));
      body.append('0', file, file.name);
      // Any page could send a form; this header says that we are not one.
      return { body, headers: this.#headers({ 'graphql-preflight': '1' }) };
    };
    return this.#data(await this.#send(init));
  }

  #headers(more) {
    return { authorization: `Bearer ${this.#key}`, accept: 'application/graphql-response+json', ...more };
  }

  async #data(response) {
    const text = await response.text();
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      throw new PlazaError(response.status, [{ message: `${response.status}: ${text.slice(0, 200)}` }]);
    }
    if (answer.errors) throw new PlazaError(response.status, answer.errors);
    return answer.data;
  }
  // ANCHOR_END: run

  // ANCHOR: follow
  /**
   * Follows a subscription until the caller leaves the loop: the payloads of its one field, each with its cursor. `after`
   * is the last cursor that was dealt with. A connection that breaks is made anew, and goes on where it was.
   */
  async *follow(name, variables, { after, signal } = {}) {
    for (let silent = 0; !signal?.aborted; silent += 1) {
      const body = JSON.stringify(this.#request(name, variables));
      const init = () => ({
        body,
        signal,
        headers: this.#headers({
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(after && { 'last-event-id': after }),
        }),
      });
      const response = await this.#send(init);
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
        await this.#data(response);
        throw new PlazaError(response.status, [{ message: 'no event stream' }]);
      }
      try {
        for await (const { event, id, data } of events(response.body)) {
          if (event === 'complete') break;
          const { data: payload, errors } = JSON.parse(data);
          if (errors) throw new PlazaError(response.status, errors);
          yield Object.values(payload)[0];
          // Only now, when the caller has dealt with it.
          after = id;
          silent = 0;
        }
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof PlazaError) throw error;
      }
      await wait(Math.min(10_000, 250 * 2 ** silent) * Math.random());
    }
  }
  // ANCHOR_END: follow
}

// ANCHOR: events
/** Events of an event stream. Comments keep the line alive: a minute without one means that it is dead. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const silence = AbortSignal.timeout(60_000);
      const dead = new Promise((_, reject) => silence.addEventListener('abort', () => reject(silence.reason)));
      const { done, value } = await Promise.race([reader.read(), dead]);
      if (done) return;
      const parts = (rest + value).split('\n\n');
      rest = parts.pop();
      for (const part of parts) {
        const fields = part.split('\n').map((line) => line.split(/: ?(.*)/s));
        const event = Object.fromEntries(fields.filter(([name]) => name));
        if (event.event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
// ANCHOR_END: events
