/**
 * The port through which users prove who they are. What an authenticator can do decides which mechanisms are offered:
 * `verifiers` gives SCRAM, `checkPassword` gives PLAIN, `checkToken` gives OAUTHBEARER. Rejections are operational
 * failures: the client is told `temporary-auth-failure`, the log why.
 */
import type { ScramVerifiers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Verdict } from '../sasl/sasl-step.ts';

/** The port to whoever knows the users. What it has decides which SASL mechanisms are offered (RFC 6120 §6). */
export interface Authenticator {
  /** What is kept of the user's password; undefined where there is no such user. */
  verifiers?(user: BareJid): Promise<ScramVerifiers | undefined>;
  /** Takes as long for unknown users as for known ones. */
  checkPassword?(user: BareJid, password: string): Promise<Verdict>;
  /** `user` is whom the client says it is, if it does. */
  checkToken?(token: string, hint: TokenHint): Promise<Verdict>;
}

/** What a client says beside its token (RFC 7628 §3.1). */
export interface TokenHint {
  /** The domain that the stream was opened to. */
  readonly domain: string;
  readonly user?: BareJid;
}
