// Who is signed in, in all tabs. The access token is this tab's, in memory; the refresh token is the browser's, and works
// once: whoever trades it holds a lock that all tabs share.
import type { SessionRefreshMutation, SignInMutation } from './generated/graphql';
import { SessionRefreshDocument, SignInDocument } from './generated/graphql';

export const url: string = import.meta.env['VITE_PLAZA_URL'] ?? 'http://localhost:8000';
/** The name under which this page's documents are published. */
export const CLIENT = 'counter';
const KEPT = 'plaza.refreshToken';

type Tokens = NonNullable<SignInMutation['signIn']['tokens']>;

let access: { token: string; renewAt: number } | null = null;
let renewing: Promise<string | null> | null = null;

// ANCHOR: session
/** A token that is good for a while, or null: nobody is signed in. */
export function token(refused?: string): Promise<string | null> {
  if (access && access.token !== refused && Date.now() < access.renewAt) return Promise.resolve(access.token);
  renewing ??= navigator.locks.request('plaza.session', renew).finally(() => (renewing = null));
  return renewing;
}

/** What a request is sent with, and whether it had better wait for another first. */
export const inMemory = () => access?.token;
export const isFresh = () => access !== null && Date.now() < access.renewAt;

async function renew(): Promise<string | null> {
  // Read under the lock: another tab may have traded the one that this tab knew.
  const refreshToken = localStorage.getItem(KEPT);
  if (!refreshToken) return null;
  const ask = () => send<SessionRefreshMutation>(SessionRefreshDocument, { refreshToken });
  // An answer that was lost may be asked for again within ten seconds, and is the same.
  const { sessionRefresh } = await ask().catch(ask);
  if (sessionRefresh.tokens) return keep(sessionRefresh.tokens);
  forget();
  return null;
}

function keep({ accessToken, accessTokenExpiresAt, refreshToken }: Tokens): string {
  localStorage.setItem(KEPT, refreshToken);
  const lives = Date.parse(accessTokenExpiresAt) - Date.now();
  access = { token: accessToken, renewAt: Date.now() + lives - Math.min(45_000, lives / 3) };
  return accessToken;
}

export function forget(): void {
  access = null;
  localStorage.removeItem(KEPT);
}

export async function signIn(login: string, password: string): Promise<SignInMutation['signIn']['userErrors']> {
  return navigator.locks.request('plaza.session', async () => {
    const { signIn } = await send<SignInMutation>(SignInDocument, { input: { login, password } });
    if (signIn.tokens) keep(signIn.tokens);
    return signIn.userErrors;
  });
}
// ANCHOR_END: session

/** The id that Code Generator gave to a document, which is what was published. */
export const idOf = (document: object): string => (document as { __meta__: { hash: string } }).__meta__.hash;

async function send<Data>(document: object, variables: object): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'graphql-client-name': CLIENT },
    body: JSON.stringify({ documentId: idOf(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (!data) throw new Error(errors?.[0]?.message ?? `status ${response.status}`);
  return data;
}
