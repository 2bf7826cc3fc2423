/**
 * A SASL exchange as seen by the server (RFC 4422, RFC 6120 §6): pure steps, each of which says what has to happen
 * next and carries the function that goes on from there.
 */
import type { ScramHash, ScramVerifier } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';

/** RFC 6120 §6.5. */
export type SaslCondition =
  | 'aborted'
  | 'account-disabled'
  | 'credentials-expired'
  | 'encryption-required'
  | 'incorrect-encoding'
  | 'invalid-authzid'
  | 'invalid-mechanism'
  | 'malformed-request'
  | 'mechanism-too-weak'
  | 'not-authorized'
  | 'temporary-auth-failure';

export interface SaslFailure {
  readonly kind: 'failure';
  readonly condition: SaslCondition;
  readonly text?: string;
  /** The two did not agree on how to go about it: nothing was shown that could have been wrong. */
  readonly misfit?: boolean;
}

/** What someone shows to prove who they are, where the server has to ask whether it is right. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: BareJid; readonly password: string }
  /** `user` is whom the client says it is, if it does. */
  | {
      readonly kind: 'token';
      readonly token: string;
      readonly domain: string;
      readonly user?: BareJid;
    };

/** The authenticator's answer to credentials. It may name another user than the one that was asked for. */
export type Verdict =
  | { readonly ok: true; readonly user: BareJid }
  | { readonly ok: false; readonly condition: SaslCondition; readonly text?: string };

export type SaslStep =
  | {
      readonly kind: 'challenge';
      readonly data: string;
      readonly next: (response: string) => SaslStep;
    }
  | {
      readonly kind: 'verifierWanted';
      readonly user: BareJid;
      readonly hash: ScramHash;
      readonly next: (verifier: ScramVerifier) => SaslStep;
    }
  | {
      readonly kind: 'verdictWanted';
      readonly credentials: Credentials;
      readonly next: (verdict: Verdict) => SaslStep;
    }
  | { readonly kind: 'success'; readonly user: BareJid; readonly data?: string }
  | SaslFailure;

/** A step that waits for the authenticator. */
export type SaslQuestion = Extract<SaslStep, { readonly kind: 'verifierWanted' | 'verdictWanted' }>;

export function saslFailure(condition: SaslCondition, text?: string): SaslFailure {
  return { kind: 'failure', condition, ...(text === undefined ? {} : { text }) };
}

/** The end of an exchange whose authenticator has spoken. */
export function concludeWith(verdict: Verdict): SaslStep {
  return verdict.ok
    ? { kind: 'success', user: verdict.user }
    : saslFailure(verdict.condition, verdict.text);
}
