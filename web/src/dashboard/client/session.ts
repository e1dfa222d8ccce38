// Who is signed in: tokens, their renewal before they end, and what other tabs do with the same session.
// A refresh token works once, so only one tab at a time trades it, and hands what it got to the others.
import {
  SessionRefreshDocument,
  SignInDocument,
  SignOutDocument,
  type SignInMutation,
  type TokenDetailsFragment,
} from '../generated/graphql';
import { createStore } from '../store';
import { send, Unreachable } from './refresh';
import { alone, vault } from './vault';

/** `ended`: the server would not renew it. `left`: somebody signed out, here or in another tab. */
export type Session = { kind: 'starting' } | { kind: 'in' } | { kind: 'out'; why: 'never' | 'ended' | 'left' };

export const session = createStore<Session>({ kind: 'starting' });

/** There is nobody to ask for. */
export class SignedOut extends Error {}

interface Access {
  token: string;
  /** By this machine's clock */
  endsAt: number;
}

type Told = { kind: 'access'; access: Access } | { kind: 'out'; why: 'ended' | 'left' };

/** Renewed when less than this is left, so that no request leaves with a token that ends on its way */
const MARGIN = 45_000;

let access: Access | null = null;
const tabs = new BroadcastChannel('plaza.session');

function take({ accessToken, accessTokenExpiresAt, refreshToken }: TokenDetailsFragment, clockAhead: number): Access {
  vault.keep(refreshToken);
  access = { token: accessToken, endsAt: Date.parse(accessTokenExpiresAt) + clockAhead };
  tabs.postMessage({ kind: 'access', access } satisfies Told);
  session.set({ kind: 'in' });
  return access;
}

function leave(why: 'ended' | 'left', tell: boolean): void {
  access = null;
  vault.clear();
  if (tell) tabs.postMessage({ kind: 'out', why } satisfies Told);
  session.set({ kind: 'out', why });
}

tabs.onmessage = ({ data }: MessageEvent<Told>) => {
  if (data.kind === 'out') {
    access = null;
    session.set({ kind: 'out', why: data.why });
  } else {
    access = data.access;
    session.set({ kind: 'in' });
  }
};

const good = (margin: number): boolean => access !== null && access.endsAt - Date.now() > margin;

let renewing: Promise<string> | null = null;

/** A token that is not `stale`, from memory where it is good for a while yet. */
export function accessToken(stale?: string): Promise<string> {
  // A token that lives shorter than the margin is used until it ends.
  if (access && access.token !== stale && good(Math.min(MARGIN, lifetime / 3))) return Promise.resolve(access.token);
  renewing ??= renew(access?.token).finally(() => (renewing = null));
  return renewing;
}

let lifetime = Number.POSITIVE_INFINITY;

async function renew(before: string | undefined): Promise<string> {
  return alone(async () => {
    // Another tab may have been here while this one waited.
    if (access && access.token !== before && good(1_000)) return access.token;
    const refreshToken = vault.read();
    if (!refreshToken) {
      if (session.get().kind !== 'out') session.set({ kind: 'out', why: session.get().kind === 'in' ? 'left' : 'never' });
      throw new SignedOut();
    }
    const { data, clockAhead } = await sendTwice(refreshToken);
    const { tokens } = data.sessionRefresh;
    if (!tokens) {
      leave('ended', true);
      throw new SignedOut();
    }
    const next = take(tokens, clockAhead);
    lifetime = next.endsAt - Date.now();
    return next.token;
  });
}

/** An answer that was lost is asked for again at once: the server hands out the same tokens for ten seconds. */
async function sendTwice(refreshToken: string) {
  try {
    return await send(SessionRefreshDocument, { refreshToken });
  } catch (error) {
    if (!(error instanceof Unreachable) || !navigator.onLine) throw error;
    return send(SessionRefreshDocument, { refreshToken });
  }
}

/** Goes on with the session that this browser has, if any. */
export async function start(): Promise<void> {
  for (let wait = 500; ; wait = Math.min(wait * 2, 8_000)) {
    try {
      await accessToken();
      return;
    } catch (error) {
      if (error instanceof SignedOut) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

type Refused = SignInMutation['signIn']['userErrors'];

/** Signs in; empty where it worked. */
export async function signIn(login: string, password: string): Promise<Refused> {
  return alone(async () => {
    const { data, clockAhead } = await send(SignInDocument, { input: { login, password } });
    const { tokens, userErrors } = data.signIn;
    if (tokens) lifetime = take(tokens, clockAhead).endsAt - Date.now();
    return userErrors;
  });
}

/** Ends the session on the server and in every tab; in this browser also where the server can't be told. */
export async function signOut(): Promise<void> {
  // A token that has ended can end nothing.
  const token = good(1_000) ? access?.token : await accessToken().catch(() => undefined);
  leave('left', true);
  if (token) await send(SignOutDocument, {}, token).catch(() => undefined);
}
