/**
 * What is kept of a password: enough to check it by SCRAM (RFC 5802, RFC 7677) or PLAIN, not enough to log in with.
 */

/** One SCRAM mechanism's part. `salt`, `storedKey` and `serverKey` are base64. */
export interface ScramVerifier {
  readonly salt: string;
  readonly iterations: number;
  /** H(ClientKey), RFC 5802 §3. */
  readonly storedKey: string;
  readonly serverKey: string;
}

/** At least one of them; imported accounts may have just one. */
export interface ScramVerifiers {
  readonly sha1?: ScramVerifier;
  readonly sha256?: ScramVerifier;
}

export type ScramHash = keyof ScramVerifiers;
