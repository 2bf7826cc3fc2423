// What a front-end uses of the cluster: open a session for a user, send its stanzas, be written to.

import type {
  BareJid,
  FullJid,
  Jid,
  Stanza,
  StanzaErrorCondition,
  StreamErrorCondition,
} from '@rollcall/xmpp';
import type { Peers } from '../peers/peers.ts';
import type { PresenceAnswer } from '../envelope/envelope.ts';

/**
 * A stanza on its way to one or many sessions: serialised once. What has no `to` gets each session's address spliced in;
 * what was sent to somebody keeps the address that it was sent to (RFC 6121 §8.5.2.1.1).
 */
export interface OutboundStanza {
  /** Up to where ` to='…'` belongs, e.g. `<presence from='a@b/c'`. */
  readonly head: string;
  /** From there on. */
  readonly tail: string;
  readonly to?: Jid | undefined;
  /** Set on a contact's presence: a full queue keeps only the newest with the same key. */
  readonly presenceOf?: FullJid | BareJid | undefined;
}

/** The front-end's end of a session. Called synchronously; must not throw and must not block. */
export interface SessionReceiver {
  deliver(stanza: OutboundStanza): void;
  /** The cluster ends the session (conflict, account removed, shutting down). Nothing follows. */
  closed(condition: StreamErrorCondition, text?: string): void;
}

export interface OpenRequest {
  readonly user: BareJid;
  /** Prepared resource; the gate makes one up when the client gave none. */
  readonly resource?: string;
  readonly receiver: SessionReceiver;
}

export type OpenOutcome =
  | { readonly ok: true; readonly session: GateSession }
  | { readonly ok: false; readonly condition: StanzaErrorCondition; readonly text: string };

export type SendOutcome =
  | { readonly ok: true }
  /** Too much is unacknowledged (the owner is away): answer with this stanza error, type `wait`. */
  | {
      readonly ok: false;
      readonly condition: 'resource-constraint' | 'internal-server-error';
      readonly text: string;
    };

export interface GateSession {
  readonly address: FullJid;
  /** The client's stanza, `from` already stamped with `address`, addresses prepared. */
  send(stanza: Stanza): SendOutcome;
  /** The stream is gone. Idempotent. Unavailable presence follows from it. */
  end(): void;
  /** How many of the client's stanzas the owner has not acknowledged yet. */
  readonly unacknowledged: number;
}

export interface SessionGate {
  open(request: OpenRequest): Promise<OpenOutcome>;
  /** The name of this front-end process with its incarnation, as in `SessionRef.frontEnd`. */
  readonly frontEnd: string;
  /** The other processes; left out where there can be none. */
  readonly peers?: Peers;
  /** Sessions open now. */
  readonly size: number;
  /** What the viewer may know of the users, without waking anybody. Resolves in any case, after a while with less. */
  ask(query: PresenceQuery): Promise<PresenceAnswers>;
  /**
   * Ends all sessions, waits until the owners have acknowledged that or `timeoutMs` has passed. Until then receivers
   * are still given what comes, the others' going among it; their streams are the front-end's to end.
   */
  close(timeoutMs: number): Promise<void>;
}

/** Presence of users as one viewer may see it. */
export interface PresenceQuery {
  readonly viewer: Jid;
  readonly users: readonly BareJid[];
}

export interface PresenceAnswers {
  /** Of the shard map: of two answers about one user, that of the higher epoch is by the newer owner. */
  readonly epoch: number;
  /** In the order of the question. */
  readonly answers: readonly PresenceAnswer[];
  /** Those of whom nobody could tell now. */
  readonly missing: readonly BareJid[];
}
