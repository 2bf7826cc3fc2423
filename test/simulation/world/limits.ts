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

/** How long a session whose stream is lost waits for its client (XEP-0198). */
export const resumptionMs = 15_000;

/** A stream that is lost without a word is found out soon. */
export const frontEndTimeouts = { resumptionMs, silenceMs: 4_000, answerMs: 3_000 };
