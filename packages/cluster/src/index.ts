export type {
  GateSession,
  OpenOutcome,
  OpenRequest,
  OutboundStanza,
  PresenceQuery,
  SendOutcome,
  SessionGate,
  SessionReceiver,
} from './gate/session-gate.ts';
