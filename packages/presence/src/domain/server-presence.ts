/**
 * The presence of a served domain, or of a component's: anybody may ask since when it is up (XEP-0318 §3.2), and may
 * subscribe to it (XEP-0267 §1). To the core it is a user without account and clients who is always there and agrees to
 * whoever asks: its roster, its handshakes and its record are those of any user.
 */

import { delayXml, localOf, type BareJid } from '@rollcall/xmpp';
import type { StampedPresence } from '../input.ts';
import type { UserState } from '../user-state.ts';

/** What a domain shows to everybody; undefined for users. */
export function serverPresence({ jid, upSinceMs }: UserState): StampedPresence | undefined {
  if (upSinceMs === undefined) return undefined;
  const content = delayXml({ from: jid, at: upSinceMs });
  const stanza = { kind: 'presence', from: jid, content } as const;
  // A domain has no sessions: this names what an asker may have been told before.
  return { stanza, stamp: { session: { frontEnd: jid, id: 0 }, seq: upSinceMs } };
}

export function isDomain({ upSinceMs }: UserState): boolean {
  return upSinceMs !== undefined;
}

/** Whether a domain turns a new subscriber away: its roster is as large as a user's may be. */
export function isDomainFull({ roster, rules }: UserState): boolean {
  return roster.list('subscribers').length >= rules.rosterItems;
}

/** XEP-0267 §1: a domain that is asked by another asks it in return. People are not bothered with that. */
export function asksInReturn(state: UserState, contact: BareJid): boolean {
  return isDomain(state) && localOf(contact) === undefined;
}
