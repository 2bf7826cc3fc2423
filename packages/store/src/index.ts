/**
 * Ports to what must outlive a crash, and their adapters.
 *
 * @module @rollcall/store
 */
export { StoreError, type StoreErrorCode } from './store-error.ts';
export { OperationalError } from './operational-error.ts';
export { systemTimers, type Timers } from './timers.ts';
export { within } from './within.ts';
export {
  assertKeyPrefix,
  assertRecordKey,
  maxKeyBytes,
  recordKeyFault,
  userKey,
  userOfKey,
} from './record/record-key.ts';
export type {
  RecordStore,
  RecordWriteOptions,
  StoredRecord,
  WriteOutcome,
} from './record/record-store.ts';
export { MemoryRecordStore } from './record/record-store.memory.ts';
export { LmdbRecordStore } from './record/record-store.lmdb.ts';
export { openLmdb, type LmdbEnvironment, type LmdbOptions } from './lmdb/lmdb-environment.ts';
export type { ScramHash, ScramVerifier, ScramVerifiers } from './scram/scram-verifiers.ts';
export {
  defaultIterations,
  deriveVerifiers,
  type DeriveOptions,
} from './scram/derive-verifiers.ts';
export { decoyVerifier, decoyVerifiers } from './scram/decoy-verifiers.ts';
export { parseScramVerifiers } from './scram/parse-verifiers.ts';
export { verifyPassword } from './scram/verify-password.ts';
export { accountsOver } from './account/accounts-over-records.ts';
export type { Account, AccountStore } from './account/account-store.ts';
export type {
  ConsumeOptions,
  HandshakeQueue,
  QueueConsumer,
  QueueDelivery,
  QueuedMessage,
} from './queue/handshake-queue.ts';
export {
  DirectHandshakeQueue,
  type DirectHandshakeQueueOptions,
} from './queue/handshake-queue.direct.ts';
export { MemoryHandshakeQueue } from './queue/handshake-queue.memory.ts';
export {
  LmdbHandshakeQueue,
  type LmdbHandshakeQueueOptions,
} from './queue/handshake-queue.lmdb.ts';
export type { HandshakeQueueOptions } from './queue/queue-options.ts';
export { assertMessage, assertShard, queueFullError } from './queue/queue-options.ts';
