// A connected resource of the user, as its presence actor knows it.

import type { BareJid, FullJid, Jid, Presence } from '@rollcall/xmpp';

/** Names one stream for its whole life: the front-end process (with its incarnation) and a number that it gave. */
export interface SessionRef {
  readonly frontEnd: string;
  readonly id: number;
}

/**
 * Orders what one session says. `seq` is the number that the front-end gave to the client's stanza, so it grows for
 * the whole life of the session, across owners; receivers drop what is not newer than what they have.
 */
export interface PresenceStamp {
  readonly session: SessionRef;
  readonly seq: number;
}

/** The last presence without `to` that the client sent while available (RFC 6121 §4.2, §4.4). */
export interface CurrentPresence {
  /** `from` is the full JID, no `to`. */
  readonly stanza: Presence;
  readonly priority: number;
  readonly stamp: PresenceStamp;
  /** When it was received, epoch milliseconds: the delay stamp of answers to probes (XEP-0318). */
  readonly sinceMs: number;
}

export interface Session {
  readonly ref: SessionRef;
  readonly resource: string;
  readonly address: FullJid;
  /** Number of the last client stanza that was acted on. */
  readonly seq: number;
  readonly presence?: CurrentPresence;
  /** Has fetched the roster, so it gets pushes (RFC 6121 §2.1.6). */
  readonly interested: boolean;
  /** Has asked for the block list, so it gets block pushes (XEP-0191 §3.2). */
  readonly wantsBlockPushes: boolean;
  /** Those who had directed available presence from this session and no unavailable since (RFC 6121 §4.6). */
  readonly directedTo: ReadonlySet<Jid>;
  /** Contacts whose error stopped broadcasts to them until they are heard from (RFC 6121 §4.2.2). */
  readonly silenced: ReadonlySet<BareJid>;
  /** Name of the active privacy list; undefined means the default list (XEP-0016 §2.4). */
  readonly activeList?: string;
}

/**
 * What a front-end keeps for the engine, to hand it to the next owner of the shard: enough to restore the session
 * silently. Plain JSON data, opaque to the front-end.
 */
export interface SessionMemo {
  readonly presence?: CurrentPresence;
  readonly interested: boolean;
  readonly wantsBlockPushes: boolean;
  readonly directedTo: readonly Jid[];
  readonly silenced: readonly BareJid[];
  readonly activeList?: string;
}
