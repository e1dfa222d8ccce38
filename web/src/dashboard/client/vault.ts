// Where the refresh token lives: localStorage, the only place that a reload and other tabs of this browser can read
// (the server sets no cookies). Whoever can run script here could use it anyway; the strict Content-Security-Policy keeps
// others' script out, each token works once, and a copy that is used later ends the session.
// The access token is in memory alone.

const KEY = 'plaza.refresh-token';

export const vault = {
  read(): string | null {
    return localStorage.getItem(KEY);
  },
  keep(token: string): void {
    localStorage.setItem(KEY, token);
  },
  clear(): void {
    localStorage.removeItem(KEY);
  },
};

/** Runs one at a time in all tabs. Over plain HTTP browsers have no locks: there the server's ten seconds of grace, in which
 * a used token gets the same successor, keep two tabs from harming each other. */
export function alone<Result>(run: () => Promise<Result>): Promise<Result> {
  if (!('locks' in navigator)) return run();
  return navigator.locks.request('plaza.session', run) as Promise<Result>;
}
