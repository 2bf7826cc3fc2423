/**
 * Passwords as SCRAM wants them: prepared by SASLprep (RFC 4013), as RFC 5802 §2.2 says of `Normalize`.
 */
import { saslprep } from '@mongodb-js/saslprep';
import type { Parsed } from '@rollcall/xmpp';

/** Generous; it bounds the work that a client can make us do. */
const maxPasswordBytes = 1_024;

/**
 * Code points that Unicode 3.2 did not have are let through as they are: RFC 5802 forbids them, and with them every
 * emoji, but clients that prepare by today's RFC 8265 send them unchanged.
 */
export function preparePassword(password: string): Parsed<string> {
  if (Buffer.byteLength(password) > maxPasswordBytes)
    return { ok: false, problem: `a password has at most ${maxPasswordBytes} bytes` };
  try {
    const prepared = saslprep(password, { allowUnassigned: true });
    if (prepared !== '') return { ok: true, value: prepared };
  } catch {
    // The library's message could quote what must not be quoted.
    return { ok: false, problem: 'the password has characters that SASLprep does not allow' };
  }
  return { ok: false, problem: 'a password has at least one character' };
}
