// The facts that a user's actor is told. Plain JSON data: they cross the bus and are written into traces.

import type { BareJid, FullJid, Jid, Presence, Stanza } from '@rollcall/xmpp';
import type { SessionMemo } from './session/session.ts';
import type { PresenceStamp, SessionRef } from './session/session-ref.ts';
import type { SubscriptionState } from './subscription/state.ts';

/** Why a probe was sent; it decides how much of an answer is owed. */
export type ProbeReason =
  /** The server's own, at login (RFC 6121 §4.2.2). Not answered for offline contacts (§4.3.2 rule 3: not mandatory). */
  | 'arrival'
  /** A client's own (XEP-0318): every case is answered. */
  | 'client'
  /** Sent when `subscribed` arrived, so that presence follows it in order. Answered only by the available. */
  | 'approval';

export interface Probe {
  /** Full JID of the session that asks (bare for a domain or component). */
  readonly from: Jid;
  readonly to: Jid;
  readonly reason: ProbeReason;
  readonly id?: string;
}

export interface StampedPresence {
  readonly stanza: Presence;
  readonly stamp: PresenceStamp;
}

export interface ProbeAnswer {
  /** Who asked. */
  readonly to: Jid;
  /** Whom it is about. */
  readonly from: BareJid;
  readonly reason: ProbeReason;
  readonly id?: string;
  readonly outcome:
    | { readonly kind: 'available'; readonly presences: readonly StampedPresence[] }
    /** Offline, with the last unavailable presence if it may be seen (XEP-0318 §3.1). */
    | { readonly kind: 'unavailable'; readonly stanza: Presence }
    /** Not subscribed, blocked, or nobody: one and the same answer (RFC 6121 §4.3.2 rule 1). */
    | { readonly kind: 'unsubscribed' };
}

/** One subscription stanza on its durable way from one half to the other. */
export interface Handshake {
  /** Deduplicates: the same for every attempt to send it. */
  readonly id: string;
  /**
   * Grows from each to the next that one user sends to one contact, also over accounts that are made again. One that
   * comes again after a later one is recognised by it. 0 on an automatic answer of which nothing is stored.
   */
  readonly number: number;
  /** `from` and `to` are bare; the type is one of the four subscription types. */
  readonly stanza: Presence;
  /**
   * On an automatic answer: the number of what it answers. The asker ignores it if it has asked something else since,
   * for that will be answered too.
   */
  readonly answers?: number;
  /**
   * On an answer that the user gave, and on a cancellation: the number of the last handshake from the other half that
   * this half knew of. What the other half has asked since then is not answered by it.
   */
  readonly heard?: number;
  /**
   * On a request: an audit has it sent again. Where the contact's half has the request already, or has approved it, that
   * is no communication of the user's, and no block keeps it away.
   */
  readonly mends?: true;
  /** Resources whose unavailable presence follows this cancellation (RFC 6121 §3.2.2, §3.3.3), delivered with it. */
  readonly gone: readonly FullJid[];
}

export interface ImportedItem {
  readonly jid: BareJid;
  readonly state: SubscriptionState;
  readonly name?: string;
  readonly groups: readonly string[];
}

/** What an audit has read of both halves. */
export interface ComparedHalves {
  readonly contact: BareJid;
  /** What the user's half said when it was compared: if it says something else by now, nothing is done. */
  readonly mine: SubscriptionState;
  /** `no-account`: the contact is nobody. */
  readonly theirs: SubscriptionState | 'no-account';
  /** The number of what the user has asked last, if the contact's half never heard of it. */
  readonly unheard?: number;
  /**
   * The number of the last that the contact's half has heard of the user, who may not know it any more: what mends must
   * have a higher one, or it would be taken for a repetition.
   */
  readonly heard?: number;
}

export type Input =
  /** A stream was bound to a resource; an older session of the same resource gets `<conflict/>`. */
  | {
      readonly kind: 'sessionBound';
      readonly session: SessionRef;
      readonly resource: string;
      /** When it was asked for; left out, no other was asked for later. */
      readonly askedMs?: number;
    }
  /** A new owner is told of a session that lived before it (cluster takeover). Nobody is told anything. */
  | {
      readonly kind: 'sessionRestored';
      readonly session: SessionRef;
      readonly resource: string;
      /** Number of the last stanza that the former owner acknowledged. */
      readonly seq: number;
      readonly memo: SessionMemo;
      /** When it was asked for, by the clock of this owner; left out, long ago. */
      readonly askedMs?: number;
      /** The former owner has died: what it told the session last may not have reached it. */
      readonly lossy?: boolean;
    }
  /** The stream is gone. `seq` orders its unavailable presence after all it said. */
  | {
      readonly kind: 'sessionEnded';
      readonly session: SessionRef;
      readonly resource: string;
      readonly seq: number;
    }
  /** From the user's own client; `from` is stamped by the front-end, addresses are prepared. */
  | {
      readonly kind: 'stanzaReceived';
      readonly session: SessionRef;
      readonly resource: string;
      readonly seq: number;
      readonly stanza: Stanza;
    }
  /** From another entity, for this user: message, iq, directed presence, presence error. Soft. */
  | { readonly kind: 'stanzaArrived'; readonly stanza: Stanza; readonly stamp?: PresenceStamp }
  /** A contact's broadcast, for all sessions but those with these addresses. Never wakes an actor. */
  | {
      readonly kind: 'broadcastArrived';
      readonly presence: StampedPresence;
      readonly except?: readonly FullJid[];
    }
  | { readonly kind: 'probeArrived'; readonly probe: Probe }
  | { readonly kind: 'probeAnswered'; readonly answer: ProbeAnswer }
  /** From the durable queue; `delivery` is what `acknowledge` names. */
  | { readonly kind: 'handshakeArrived'; readonly delivery: string; readonly handshake: Handshake }
  /** The durable queue has it: the outbox entry can go with the next save. */
  | { readonly kind: 'handshakePublished'; readonly contact: BareJid; readonly id: string }
  /** The actor was just loaded: send the outbox again. */
  | { readonly kind: 'woken' }
  /** A time asked for by `wakeAt` has come. */
  | { readonly kind: 'timeCame' }
  /** Something was lost between processes: what the sessions show, and ask of their contacts, is said again. */
  | { readonly kind: 'sayAgain' }
  /** Going to sleep or idle: write what is only in memory. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'accountCreated' }
  /** Both cancellations for every contact, sessions closed, record emptied (scenario 30). */
  | { readonly kind: 'accountRemoved' }
  | { readonly kind: 'rosterImported'; readonly items: readonly ImportedItem[] }
  /** An audit found that the contact's half does not agree with this user's. */
  | ({ readonly kind: 'halvesCompared' } & ComparedHalves);
