/**
 * The port where a gateway plugs its own store for messages to those who are not here (RFC 6121 §8.5.2.2.1). Called
 * at the owner of the user, for normal and chat messages that nobody else may have; `route` brings them back.
 */
import type { BareJid, Stanza } from '@rollcall/xmpp';

export interface OfflineStore {
  /** True if the stanza is taken care of; otherwise its sender is told. Must not throw. */
  take(user: BareJid, stanza: Stanza): boolean;
}

export const noOfflineStore: OfflineStore = { take: () => false };
