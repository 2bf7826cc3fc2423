export type { Decision } from './decide.ts';
export type { Effect } from './effect.ts';
export type {
  Handshake,
  ImportedItem,
  Input,
  Probe,
  ProbeAnswer,
  ProbeReason,
  StampedPresence,
} from './input.ts';
export type { RecordPart } from './record/record.ts';
export type { CurrentPresence, PresenceStamp, Session, SessionMemo, SessionRef } from './session/session.ts';
export { subscriptionStates } from './subscription/state.ts';
export type { SubscriptionState } from './subscription/state.ts';
export type { UserState } from './user-state.ts';
