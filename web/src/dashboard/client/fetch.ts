// HTTP for Apollo: puts the token on, renews it once where the server says it has ended, and comes back later where
// the server has too much to do (429 and 503 mean that nothing was done).
import { accessToken } from './session';
import { clientName } from './refresh';

const TRIES = 5;
const LONGEST_WAIT = 20_000;
/** A line that is dead without a word: whoever clicked is told, and may try again */
const PATIENCE = 15_000;

/** What this page has written is seen by what it reads next, whichever replica answers. */
let position: string | null = null;

export async function authorised(uri: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  let token = await accessToken();
  for (let tried = 1; ; tried++) {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(clientName)) headers.set(name, value);
    headers.set('authorization', `Bearer ${token}`);
    if (position) headers.set('plaza-position', position);
    const signals = [AbortSignal.timeout(PATIENCE), ...(init.signal ? [init.signal] : [])];
    const response = await fetch(uri, { ...init, headers, signal: AbortSignal.any(signals) });
    position = response.headers.get('plaza-position') ?? position;
    if (tried >= TRIES) return response;
    if (response.status === 401) {
      token = await accessToken(token);
    } else if (response.status === 429 || response.status === 503) {
      const seconds = Number(response.headers.get('retry-after')) || 1;
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds * 1_000, LONGEST_WAIT)));
    } else {
      return response;
    }
  }
}
