// What the page holds on to in the cache, and what it lets go of: a page that is open for days sees more orders than it should
// remember. Rows that streams bring hang on no query, so the cache is told which of them are in use.
import type { InMemoryCache } from '@apollo/client/cache';

/** Rows let go of until what only they referred to, and what was computed of them, is cleared away */
const CLEAR_AFTER = 50;

const held = new Set<string>();
let letGo = 0;
let clearing = false;

export function hold(cache: InMemoryCache, id: string): void {
  if (held.has(id)) return;
  held.add(id);
  cache.retain(id);
}

export function release(cache: InMemoryCache, id: string): void {
  if (!held.delete(id)) return;
  cache.release(id);
  cache.evict({ id, broadcast: false });
  letGo += 1;
  if (letGo < CLEAR_AFTER || clearing) return;
  clearing = true;
  whenIdle(() => {
    letGo = 0;
    clearing = false;
    cache.gc({ resetResultCache: true });
  });
}

/** Everything: what is kept belongs to who was signed in. */
export function releaseAll(cache: InMemoryCache): void {
  for (const id of held) cache.release(id);
  held.clear();
}

/** Soon, but not in the middle of something. Safari has no idle callbacks. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: 3_000 });
  else setTimeout(run, 1_500);
}
