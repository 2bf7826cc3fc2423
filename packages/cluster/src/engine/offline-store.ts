/** The port where a gateway plugs its own store for messages to those who are not here. */
import type { BareJid, Stanza } from '@rollcall/xmpp';

export interface OfflineStore {
  /** True if the stanza is taken care of; otherwise its sender is told. Must not throw. */
  take(user: BareJid, stanza: Stanza): boolean;
}

export const noOfflineStore: OfflineStore = { take: () => false };
