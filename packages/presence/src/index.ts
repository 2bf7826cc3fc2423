/**
 * The rules of presence for one user, pure.
 *
 * @module @rollcall/presence
 */
export { decide } from './decide.ts';
export type { Decision } from './turn.ts';
export type { Effect, SavedPart } from './effect.ts';
export { groundworkFor, type Groundwork } from './groundwork.ts';
export { unnumbered } from './handshake/outbox.ts';
export type {
  ComparedHalves,
  Handshake,
  ImportedItem,
  Input,
  Probe,
  ProbeAnswer,
  ProbeReason,
  StampedPresence,
} from './input.ts';
export { hearsAlike, overhear, type Hearing } from './presence/receivers.ts';
export { visiblePresence } from './presence/visible-presence.ts';
export { decodeRecord, decodingRecord, pagesOf } from './record/decode.ts';
export { encodePart } from './record/encode.ts';
export type { RecordLayout, RecordPart } from './record/part.ts';
export { layoutOf, type LastPresence, type UserRecord } from './record/record.ts';
export type { Crowd } from './roster/crowd.ts';
export { exportedItems } from './roster/exported-items.ts';
export { accountFeatures, domainFeatures } from './routing/own-services.ts';
export { defaultRules, type PresenceRules } from './rules.ts';
export { memoOf } from './session/memo.ts';
export type {
  CurrentPresence,
  HeldPresence,
  PresenceStamp,
  Session,
  SessionMemo,
  SessionRef,
} from './session/session.ts';
export { isSameSession } from './session/session-ref.ts';
export {
  askingHalf,
  contactsOf,
  givingHalf,
  halfOf,
  remedyFor,
  unheardOf,
  type AskingHalf,
  type GivingHalf,
  type Half,
  type NumberedHalf,
  type Remedy,
} from './subscription/halves.ts';
export {
  isSubscriptionStanza,
  isSubscriptionType,
  type SubscriptionStanza,
  type SubscriptionType,
} from './subscription/subscription-type.ts';
export { subscriptionStates, type SubscriptionState } from './subscription/state.ts';
export {
  adoptRecord,
  asUnsaved,
  emptyState,
  isDirty,
  type UserOptions,
  type UserState,
} from './user-state.ts';
