/**
 * The keys of records: printable text with `/` between its parts, and the safe form of a user's JID as one such part.
 * The alphabet is the one that all adapters have in common, which is that of NATS KV keys.
 */
import { createHash } from 'node:crypto';
import type { BareJid } from '@rollcall/xmpp';

/** LMDB takes keys of up to 1,978 bytes; we stay well below, so that adapters have room for what they put in front. */
export const maxKeyBytes = 1_000;

/** Above this an encoded JID is replaced by its hash; it leaves room in a key for the parts around it. */
const maxUserKeyBytes = 600;

// A dot divides the tokens of a NATS subject, none of which may be empty.
const keyPattern = /^[-=_a-zA-Z0-9]+(?:[./][-=_a-zA-Z0-9]+)*$/;
const prefixPattern = /^[-=._/a-zA-Z0-9]*$/;

/** What is wrong with a key, in words; undefined when it may be used. */
export function recordKeyFault(key: string): string | undefined {
  if (key.length > maxKeyBytes) return `a record key has at most ${maxKeyBytes} bytes`;
  if (!keyPattern.test(key))
    return 'a record key is made of a-z A-Z 0-9 - = . _ in parts between /';
  return undefined;
}

/** Adapters call this first in every operation on a key. */
export function assertRecordKey(key: string): void {
  const fault = recordKeyFault(key);
  if (fault !== undefined) throw new TypeError(`${fault}: ${JSON.stringify(key.slice(0, 100))}`);
}

/** Adapters call this first in every listing; the empty prefix stands for all keys. */
export function assertKeyPrefix(prefix: string): void {
  if (prefix.length > maxKeyBytes || !prefixPattern.test(prefix))
    throw new TypeError(`no record key can begin with ${JSON.stringify(prefix.slice(0, 100))}`);
}

/**
 * A JID as one part of a key: letters, digits, `-` and `_` as they are, every other byte of its UTF-8 as `=XX`. One
 * that would be too long becomes `=h` and its SHA-256; the record then has to hold the JID itself.
 *
 * @example userKey(parseBareJid('juliet@example.com')) // 'juliet=40example=2Ecom'
 */
export function userKey(user: BareJid): string {
  const encoded = user.replace(/[^-_a-zA-Z0-9]/gu, escapeCharacter);
  if (encoded.length <= maxUserKeyBytes) return encoded;
  return `=h${createHash('sha256').update(user).digest('base64url')}`;
}

/** The JID that `userKey` made this part of a key from; undefined for one that was hashed, or is of another kind. */
export function userOfKey(part: string): BareJid | undefined {
  if (!/^(?:[-_a-zA-Z0-9]|=[0-9A-F]{2})+$/.test(part)) return undefined;
  const bytes = part.replace(/=/g, '%');
  try {
    return decodeURIComponent(bytes) as BareJid;
  } catch {
    return undefined;
  }
}

/** Of the characters of ASCII, which are nearly all that has to be escaped. */
const asciiEscapes = Array.from({ length: 128 }, (_, code) => escapeBytes(Buffer.of(code)));

function escapeCharacter(character: string): string {
  return asciiEscapes[character.charCodeAt(0)] ?? escapeBytes(Buffer.from(character));
}

function escapeBytes(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase().replace(/../g, '=$&');
}
