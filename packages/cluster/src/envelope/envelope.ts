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
  | { readonly kind: 'probe'; readonly probe: Probe }
  /** All for one user. */
  | { readonly kind: 'answers'; readonly user: BareJid; readonly answers: readonly ProbeAnswer[] }
  | {
      readonly kind: 'ask';
      /** Made up by the asker; names the answer. */
      readonly question: number;
      readonly replyTo: string;
      readonly viewer: Jid;
      readonly users: readonly BareJid[];
    };

/** To the gate of a front-end. `session` is the number that the gate gave. */
export type ToGate =
  | {
      readonly kind: 'deliver';
      readonly sessions: readonly number[];
      readonly head: string;
      readonly tail: string;
      /** Whose presence it is, if it is a contact's: a full queue keeps only the newest. */
      readonly presenceOf?: FullJid | BareJid;
      /** With `presenceOf`: whether that contact's session is gone by it. */
      readonly gone?: boolean;
      readonly stamp?: PresenceStamp;
      readonly again?: boolean;
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
