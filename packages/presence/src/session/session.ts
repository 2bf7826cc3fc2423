/** A connected resource of the user, as its presence actor knows it. */

import type { BareJid, FullJid, Jid, Presence } from '@rollcall/xmpp';
import type { ArrivalWindow } from '../arrival/arrival-window.ts';
import type { PresenceStamp, SessionRef } from './session-ref.ts';
import type { TokenBucket } from './token-bucket.ts';

export type { PresenceStamp, SessionRef } from './session-ref.ts';

/** The last presence without `to` that the client sent while available (RFC 6121 §4.2, §4.4). */
export interface CurrentPresence {
  /** `from` is the full JID, no `to`. */
  readonly stanza: Presence;
  readonly priority: number;
  readonly stamp: PresenceStamp;
  /** When it was received, epoch milliseconds: the delay stamp of answers to probes (XEP-0318). */
  readonly sinceMs: number;
}

/** Presence that waits for its turn: the newest, since a client that flaps is not repeated word for word. */
export interface HeldPresence {
  readonly stanza: Presence;
  readonly stamp: PresenceStamp;
  /** The session became available meanwhile, so the contacts are to be probed as well. */
  readonly arrival: boolean;
  /** When it is told. */
  readonly untilMs: number;
}

/** What is not there is undefined, so that all sessions have one shape: those of a broadcast are looked at in thousands. */
export interface Session {
  readonly ref: SessionRef;
  readonly resource: string;
  readonly address: FullJid;
  /** Number of the last client stanza that was acted on. */
  readonly seq: number;
  /** When it was bound, epoch milliseconds. Of two with one resource, the newer stays. */
  readonly boundAtMs: number;
  /**
   * When it was asked for, by the clock of the user's owner now. A login may wait on its way: one that was asked for before
   * this one takes no place from it.
   */
  readonly askedMs: number;
  readonly presence: CurrentPresence | undefined;
  /** Watchers were last told that the resource is available. Differs from `presence` while presence is held. */
  readonly shown: boolean;
  readonly held: HeldPresence | undefined;
  /** Has fetched the roster, so it gets pushes (RFC 6121 §2.1.6). */
  readonly interested: boolean;
  /** Has asked for the block list, so it gets block pushes (XEP-0191 §3.2). */
  readonly wantsBlockPushes: boolean;
  /** Those who had directed available presence from this session and no unavailable since (RFC 6121 §4.6). */
  readonly directedTo: ReadonlySet<Jid>;
  /** Contacts whose error stopped broadcasts to them until they are heard from (RFC 6121 §4.2.2). */
  readonly silenced: ReadonlySet<BareJid>;
  /** Contacts that it may no longer hear of and whose resources it has yet to be told are unavailable. */
  readonly parting: ReadonlySet<BareJid> | undefined;
  /** Name of the active privacy list; undefined means the default list (XEP-0016 §2.4). */
  readonly activeList: string | undefined;
  /** Present for a while after arrival. */
  readonly arrival: ArrivalWindow | undefined;
  /** Paces of what it may broadcast and probe; not limited yet if absent. */
  readonly presencePace: TokenBucket | undefined;
  readonly probePace: TokenBucket | undefined;
}

/** Field by field, since a spread of so many costs four times as much, and a broadcast does it for thousands. */
export function withArrival(session: Session, arrival: ArrivalWindow): Session {
  return {
    ref: session.ref,
    resource: session.resource,
    address: session.address,
    seq: session.seq,
    boundAtMs: session.boundAtMs,
    askedMs: session.askedMs,
    presence: session.presence,
    shown: session.shown,
    held: session.held,
    interested: session.interested,
    wantsBlockPushes: session.wantsBlockPushes,
    directedTo: session.directedTo,
    silenced: session.silenced,
    parting: session.parting,
    activeList: session.activeList,
    arrival,
    presencePace: session.presencePace,
    probePace: session.probePace,
  };
}

/**
 * What a front-end keeps for the engine, to hand it to the next owner of the shard: enough to restore the session
 * silently. Plain JSON data, opaque to the front-end.
 */
export interface SessionMemo {
  readonly boundAtMs: number;
  readonly presence?: CurrentPresence;
  readonly shown: boolean;
  readonly held?: HeldPresence;
  readonly interested: boolean;
  readonly wantsBlockPushes: boolean;
  readonly directedTo: readonly Jid[];
  readonly silenced: readonly BareJid[];
  readonly activeList?: string;
}
