/** The bounds that simulated clusters run with: small, so that a few users reach them. */
import { defaultClusterLimits, type ClusterLimits } from '@rollcall/cluster';
import { defaultRules, type PresenceRules } from '@rollcall/presence';

export const domain = 'sim';

export const limits: ClusterLimits = {
  ...defaultClusterLimits,
  mailboxLimit: 64,
  presenceLimit: 64,
  unacknowledgedPerSession: 32,
  handshakesInFlight: 8,
  handshakeAckWaitMs: 5_000,
};

export const rules: PresenceRules = {
  ...defaultRules,
  presenceBurst: 20,
  presencesPerSecond: 5,
  directedTargets: 4,
};

export const frontEndLimits = { queueStanzas: 200 };
