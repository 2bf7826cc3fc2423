// A real XMPP server in a temporary directory, for tests: Rollcall, or a peer to hold it against.

export const serverKinds = ['rollcall', 'prosody', 'ejabberd'] as const;
export type ServerKind = (typeof serverKinds)[number];

export interface Account {
  /** The localpart, prepared (RFC 7622 §3.3). */
  readonly name: string;
  readonly password: string;
}

export interface ServerOptions {
  /** The one domain that it serves; `localhost` by default. */
  readonly domain?: string;
  /** Accounts that are there when it starts, much cheaper by the thousand than `createUser`. */
  readonly accounts?: readonly Account[];
}

/**
 * All kinds run alike: cleartext on loopback, PLAIN allowed, no rate limits, in-band registration off; with what they
 * have of roster versions, pre-approval, privacy lists, blocking, client state, last activity and ping; with no offline
 * store for messages.
 */
export interface ServerUnderTest {
  readonly kind: ServerKind;
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  /** The processes that do the server's work, for CPU time and memory. */
  pids(): readonly number[];
  createUser(name: string, password: string): Promise<void>;
  /** An orderly end and a new start, with the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}
