/** What bounds the memory and the time of this package; all of it may be configured. */

export interface ClusterLimits {
  /** Inputs that may wait at one actor, besides presence of contacts. */
  readonly mailboxLimit: number;
  /** Contacts whose presence may wait at one actor, the newest of each. */
  readonly presenceLimit: number;
  /** An actor without sessions sleeps after so long without an input. */
  readonly passivateAfterMs: number;
  /** What is only in memory of a user is written after so long without an input. */
  readonly idleAfterMs: number;
  /** Stanzas of one session that its user's owner has not acknowledged. */
  readonly unacknowledgedPerSession: number;
  /** How long a client's request waits for its user's owner to deal with it. */
  readonly requestTimeoutMs: number;
  /** How long a new session waits for its user's owner. */
  readonly bindTimeoutMs: number;
  /** Recipients of a broadcast that are served in one go; others get their turn before the next. */
  readonly recipientsPerTurn: number;
  /** Recipients that are kept on lists of those who hear whoever speaks often; beyond it they are looked up each time. */
  readonly hearersKept: number;
  /** How often a decision is made anew because the record had changed, before the input is given up. */
  readonly saveAttempts: number;
  /** How long a save that the store fails is tried again before the input is given up, where it may be. */
  readonly saveTimeoutMs: number;
  /** The wait before a failed save or publishing is tried again; it doubles up to `retryMaxMs`. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Handshakes of one shard in the hands of its owner. */
  readonly handshakesInFlight: number;
  /** When the durable queue takes an unacknowledged handshake for lost. */
  readonly handshakeAckWaitMs: number;
  /** After so many deliveries a handshake that makes its actor fail is set aside. */
  readonly handshakeAttempts: number;
  /** Envelopes that wait for one shard while it has no owner that could take them. */
  readonly waitingPerShard: number;
  /** Users who have spoken of late and are remembered for it, to say it again if an owner of recipients dies. */
  readonly recentSpeakers: number;
  /** Actors woken at once for their unfinished handshakes, when shards are taken. */
  readonly wakingAtOnce: number;
  /** Shards whose handshake queues are taken at once. */
  readonly intakesOpenedAtOnce: number;
}

export const defaultClusterLimits: ClusterLimits = {
  mailboxLimit: 1_000,
  presenceLimit: 60_000,
  passivateAfterMs: 30_000,
  idleAfterMs: 2_000,
  unacknowledgedPerSession: 256,
  requestTimeoutMs: 30_000,
  bindTimeoutMs: 10_000,
  recipientsPerTurn: 1_000,
  hearersKept: 250_000,
  saveAttempts: 8,
  saveTimeoutMs: 5_000,
  retryMinMs: 100,
  retryMaxMs: 5_000,
  handshakesInFlight: 64,
  handshakeAckWaitMs: 30_000,
  handshakeAttempts: 20,
  waitingPerShard: 10_000,
  recentSpeakers: 100_000,
  wakingAtOnce: 32,
  intakesOpenedAtOnce: 32,
};
