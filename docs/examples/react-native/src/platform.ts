// What the phone gives. Everything else here knows nothing of it, and so runs in Node, too.

/** Where the refresh token stays while the app is closed: the keychain or keystore, and nothing else. */
export interface Vault {
  read(): Promise<string | null>;
  write(token: string): Promise<void>;
  clear(): Promise<void>;
}

export interface Platform {
  /** Such as https://plaza.example.com */
  url: string;
  vault: Vault;
  /** Hermes has no `crypto.randomUUID` */
  randomUUID(): string;
  WebSocket: unknown;
  fetch: typeof fetch;
}

/** The name under which this app's documents are published. */
export const CLIENT = 'app';
