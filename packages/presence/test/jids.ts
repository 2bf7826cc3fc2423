// Addresses for tests: what is no JID throws.

import {
  parseBareJid,
  parseFullJid,
  parseJid,
  type BareJid,
  type FullJid,
  type Jid,
  type Parsed,
} from '@rollcall/xmpp';

export function jid(text: string): Jid {
  return valueOf(parseJid(text));
}

export function bareJid(text: string): BareJid {
  return valueOf(parseBareJid(text));
}

export function fullJid(text: string): FullJid {
  return valueOf(parseFullJid(text));
}

function valueOf<T>(result: Parsed<T>): T {
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}
