/**
 * What processes tell each other about users and sessions. Plain JSON data: envelopes cross the bus as they are. A
 * receiver ignores fields and kinds that it does not know, so that versions may be mixed in a rolling upgrade.
 */
import type {
  Probe,
  ProbeAnswer,
  PresenceStamp,
  SessionMemo,
  SessionRef,
  StampedPresence,
} from '@rollcall/presence';
import type { PeerMessage } from '../peers/peers.ts';
import type {
  BareJid,
  FullJid,
  Jid,
  Stanza,
  StanzaErrorCondition,
  StreamErrorCondition,
} from '@rollcall/xmpp';

/** To the owner of the user's shard. */
export type ToOwner =
  | {
      readonly kind: 'bind';
      readonly user: BareJid;
      readonly session: SessionRef;
      readonly resource: string;
      /** When its front-end was asked for it, by the clock of whoever holds this (see `link/times.ts`). */
      readonly askedMs?: number;
    }
  | {
      readonly kind: 'stanza';
      readonly user: BareJid;
      readonly session: SessionRef;
      readonly resource: string;
      readonly seq: number;
      readonly stanza: Stanza;
      /** A former owner may have acted on it. */
      readonly again?: boolean;
    }
  | {
      readonly kind: 'end';
      readonly user: BareJid;
      readonly session: SessionRef;
      readonly resource: string;
      readonly seq: number;
      readonly again?: boolean;
    }
  /** Presence to all of `to`, a probe on its sender's behalf to all of `probe`; all of them are of one owner. */
  | {
      readonly kind: 'broadcast';
      readonly presence: StampedPresence;
      readonly to: readonly BareJid[];
      /** Resources of any recipients, these or others, that are not to be shown it. */
      readonly except?: readonly FullJid[];
      readonly probe: readonly BareJid[];
      readonly again?: boolean;
    }
  /** One stanza for the user that its `to` names. */
  | {
      readonly kind: 'route';
      readonly stanza: Stanza & { readonly to: Jid };
      readonly stamp?: PresenceStamp;
      readonly again?: boolean;
    }
  | { readonly kind: 'probe'; readonly probe: Probe; readonly again?: boolean }
  /** All for one user. */
  | {
      readonly kind: 'answers';
      readonly user: BareJid;
      readonly answers: readonly ProbeAnswer[];
      readonly again?: boolean;
    }
  | {
      readonly kind: 'ask';
      /** Made up by the asker; names the answer. */
      readonly question: number;
      readonly replyTo: string;
      readonly viewer: Jid;
      readonly users: readonly BareJid[];
    }
  /** From a front-end: somebody there sees these sessions, all of one shard. Which of them are gone? */
  | {
      readonly kind: 'audit';
      readonly replyTo: string;
      readonly sessions: readonly ShownSession[];
    };

/**
 * To the gate of a front-end. `session` is the number that the gate gave. What is delivered has all its fields, so that all
 * of it has one shape; those that are undefined do not cross the bus.
 */
export type ToGate =
  | {
      readonly kind: 'deliver';
      readonly sessions: readonly number[];
      readonly head: string;
      readonly tail: string;
      /** Absent where each session's own address is to be spliced in. */
      readonly to?: Jid | undefined;
      /** Whose presence it is, if it is a contact's: a full queue keeps only the newest. */
      readonly presenceOf?: FullJid | BareJid | undefined;
      /** With `presenceOf`: whether that contact's session is gone by it. */
      readonly gone?: boolean | undefined;
      readonly stamp?: PresenceStamp | undefined;
      readonly again?: boolean | undefined;
    }
  /** Everything of the session up to `seq` is dealt with. */
  | {
      readonly kind: 'progress';
      readonly session: number;
      readonly seq: number;
      readonly memo?: SessionMemo;
    }
  /** This one stanza was answered with an error and will not be acted upon; others before it may still be. */
  | {
      readonly kind: 'refused';
      readonly session: number;
      readonly seq: number;
    }
  | {
      readonly kind: 'bound';
      readonly session: number;
      readonly resource: string;
      readonly memo: SessionMemo;
    }
  | {
      readonly kind: 'bindRefused';
      readonly session: number;
      readonly condition: StanzaErrorCondition;
      readonly text: string;
    }
  | {
      readonly kind: 'close';
      readonly session: number;
      readonly condition: StreamErrorCondition;
      readonly text?: string;
    }
  /** The end of the session is dealt with; its owner has forgotten it. */
  | { readonly kind: 'ended'; readonly session: number }
  | {
      readonly kind: 'asked';
      readonly question: number;
      readonly epoch: number;
      readonly answers: readonly PresenceAnswer[];
    };

/** What one viewer may know of one user. */
export interface PresenceAnswer {
  readonly user: BareJid;
  /** When it was true: epoch milliseconds by the clock of the user's owner. */
  readonly atMs: number;
  readonly outcome: ProbeAnswer['outcome'];
}

/** A session as its front-end tells a new owner of it. */
export interface AnnouncedSession {
  readonly user: BareJid;
  readonly id: number;
  readonly resource: string;
  /** As when it was bound. */
  readonly askedMs?: number;
  /** Number of the last stanza that a former owner acknowledged. */
  readonly seq: number;
  readonly memo: SessionMemo;
  /** It has said something of late. */
  readonly recent: boolean;
  /** Its presence, or what it was told, may have been lost with the former owner, or on the way. */
  readonly sayAgain: boolean;
}

/**
 * Between the processes that use a shard and those that own it, while it moves (ARCHITECTURE.md, "Moving a shard").
 * `since` is the epoch at which the owner that is spoken to, or of, was given the shard.
 */
export type Moving =
  /** To the former owner: nothing more for the shard will come from the sender. */
  | { readonly kind: 'leave'; readonly shard: number; readonly since: number }
  /** From the former owner, to all who have left: everything is dealt with, and nothing more will come. */
  | {
      readonly kind: 'left';
      readonly shard: number;
      readonly since: number;
      /** Otherwise what was sent may not have been dealt with: as if the former owner had died. */
      readonly clean: boolean;
    }
  /** To the new owner: these sessions live at the sender, and from now on it speaks to you. */
  | {
      readonly kind: 'announce';
      readonly shard: number;
      readonly since: number;
      readonly sessions: readonly AnnouncedSession[];
      /** Nothing was lost on the way from the former owner. */
      readonly clean: boolean;
      /** The last part of what the sender has to announce. */
      readonly done: boolean;
    }
  /** From an owner, to the front-ends: ask which sessions of that shard, or of any, that were shown are gone. */
  | { readonly kind: 'mayBeGone'; readonly shard?: number }
  /** To a front-end: of those, these are not to be seen any more. */
  | { readonly kind: 'gone'; readonly sessions: readonly GoneSession[] };

/** A session that others have been shown as available. */
export interface ShownSession {
  readonly session: SessionRef;
  readonly address: FullJid;
}

/** A session that is not to be seen any more. */
export interface GoneSession extends ShownSession {
  /** Whatever it said up to this number may still be on its way, and is outdated; all, if the session is over. */
  readonly seq: number;
}

/** From one process to another, past engines and gates. */
export interface ToPeer {
  readonly kind: 'peer';
  readonly message: PeerMessage;
}

export type Envelope = ToOwner | ToGate | Moving | ToPeer;
