// Who is signed in. The access token lives 15 minutes, in memory alone; the refresh token in the vault, and works once.
import type { SessionRefreshMutation, SignInMutation } from './generated/graphql';
import { idOf } from './ids';
import { CLIENT, type Platform } from './platform';

type Tokens = NonNullable<SignInMutation['signIn']['tokens']>;

/** Nobody is signed in, or no longer: the app shows its sign-in screen. */
export class SignedOut extends Error {}

export class Session {
  #access: { token: string; renewAt: number } | null = null;
  #renewing: Promise<string> | null = null;
  /** Told when the session has ended, by the server's word or by the person's. */
  onEnd: () => void = () => {};

  constructor(private platform: Platform) {}

  // ANCHOR: refresh
  /** A token that is good for a while. `refused` is one that the server would not take. */
  async token(refused?: string): Promise<string> {
    const access = this.#access;
    if (access && access.token !== refused && Date.now() < access.renewAt) return access.token;
    // Ten queries of one screen that find the token ended wait for one refresh.
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renew(): Promise<string> {
    const refreshToken = await this.platform.vault.read();
    if (!refreshToken) throw new SignedOut();
    // An answer that was lost may be asked for again within ten seconds: it is the same. Later the token counts as
    // stolen, and the session ends; so there is one more try, at once.
    const ask = () => this.#send<SessionRefreshMutation>('SessionRefresh', { refreshToken });
    const { sessionRefresh } = await ask().catch(ask);
    if (!sessionRefresh.tokens) {
      await this.#end();
      throw new SignedOut(sessionRefresh.userErrors[0]?.message);
    }
    return this.#keep(sessionRefresh.tokens);
  }

  /** The new refresh token is kept before the new access token is used. */
  async #keep({ accessToken, accessTokenExpiresAt, refreshToken }: Tokens): Promise<string> {
    await this.platform.vault.write(refreshToken);
    const lives = Date.parse(accessTokenExpiresAt) - Date.now();
    this.#access = { token: accessToken, renewAt: Date.now() + lives - Math.min(45_000, lives / 3) };
    return accessToken;
  }
  // ANCHOR_END: refresh

  // ANCHOR: sign-in
  /** Signs in; what is to be shown beside the form, or nothing. */
  async signIn(login: string, password: string): Promise<SignInMutation['signIn']['userErrors']> {
    const { signIn } = await this.#send<SignInMutation>('SignIn', { input: { login, password } });
    if (signIn.tokens) await this.#keep(signIn.tokens);
    return signIn.userErrors;
  }

  /** Signs out here in any case, and on the server where it can be reached. */
  async signOut(): Promise<void> {
    const token = this.#access?.token ?? (await this.token().catch(() => undefined));
    await this.#end();
    if (token) await this.#send('SignOut', {}, token).catch(() => {});
  }
  // ANCHOR_END: sign-in

  async #end(): Promise<void> {
    this.#access = null;
    await this.platform.vault.clear();
    this.onEnd();
  }

  async #send<Data>(name: string, variables: object, token?: string): Promise<Data> {
    const response = await this.platform.fetch(`${this.platform.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        'graphql-client-name': CLIENT,
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ documentId: idOf(name), variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
    if (!data) throw new Error(errors?.[0]?.message ?? `status ${response.status}`);
    return data;
  }
}
