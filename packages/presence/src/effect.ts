// What the actor's shell must do, in this order. A `save` is always the first effect and there is at most one: what
// follows may be done only after it has succeeded; if it is refused, nothing of the decision has happened.

import type { BareJid, FullJid, Stanza, StreamErrorCondition } from '@rollcall/xmpp';
import type { Handshake, Probe, ProbeAnswer, StampedPresence } from './input.ts';
import type { RecordPart } from './record/part.ts';
import type { Crowd } from './roster/crowd.ts';
import type { SessionMemo } from './session/session.ts';
import type { PresenceStamp, SessionRef } from './session/session-ref.ts';

export interface SavedPart {
  readonly part: RecordPart;
  /** It holds handshakes that the durable queue has not confirmed: a new owner of the shard wakes the user. */
  readonly unsettled: boolean;
}

export type Effect =
  /** Write these parts of the new state's record, with the revisions that were read. */
  | { readonly kind: 'save'; readonly parts: readonly SavedPart[] }
  /** Erase every part of the record (first effect, like save). */
  | { readonly kind: 'erase' }
  /** To the user's own sessions. The front-end splices each session's full JID in as `to`. */
  | {
      readonly kind: 'deliver';
      readonly to: readonly SessionRef[];
      readonly stanza: Stanza;
      /** Present on a contact's presence, so that a full queue can keep the newest per contact. */
      readonly stamp?: PresenceStamp;
    }
  /** Presence to all `to`, and a probe to all `probe`, grouped per owner node. They may be shared and large. */
  | {
      readonly kind: 'broadcast';
      readonly presence: StampedPresence;
      readonly to: Crowd;
      /** Resources of those in `to` that are not to be shown it. */
      readonly except?: readonly FullJid[];
      readonly probe: Crowd;
    }
  /** One stanza to its `to`: another user, a served domain, a component. Soft. */
  | { readonly kind: 'route'; readonly stanza: Stanza; readonly stamp?: PresenceStamp }
  | { readonly kind: 'probe'; readonly probe: Probe }
  | { readonly kind: 'answerProbe'; readonly answer: ProbeAnswer }
  /** Put it into the durable queue of the other half's shard; tell `handshakePublished` when it is there. */
  | { readonly kind: 'publish'; readonly contact: BareJid; readonly handshake: Handshake }
  /** The durable delivery is dealt with. */
  | { readonly kind: 'acknowledge'; readonly delivery: string }
  /** All of the session up to `seq` is dealt with; the front-end keeps the memo for the next owner. */
  | {
      readonly kind: 'progress';
      readonly session: SessionRef;
      readonly seq: number;
      readonly memo?: SessionMemo;
    }
  /** The session is bound; it is this user's newest. The front-end keeps the memo, as with `progress`. */
  | {
      readonly kind: 'bound';
      readonly session: SessionRef;
      readonly resource: string;
      readonly memo: SessionMemo;
    }
  | {
      readonly kind: 'bindRefused';
      readonly session: SessionRef;
      readonly condition: 'resource-constraint' | 'not-allowed' | 'internal-server-error';
      readonly text: string;
    }
  | {
      readonly kind: 'closeSession';
      readonly session: SessionRef;
      readonly condition: StreamErrorCondition;
      readonly text?: string;
    }
  /** A message or iq for a user with nobody to take it; the port where a gateway plugs an offline store decides. */
  | { readonly kind: 'offline'; readonly stanza: Stanza; readonly otherwise?: Stanza }
  /** Tell `timeCame` at or after this time; an earlier one replaces a later one. */
  | { readonly kind: 'wakeAt'; readonly atMs: number }
  /** Something for the operator: a counter and a log line, no stanza bodies. */
  | { readonly kind: 'note'; readonly event: string; readonly count?: number };
