/**
 * The ports over NATS.
 *
 * @module @rollcall/nats
 */
export { joinNatsBus } from './bus/bus.nats.ts';
export { connectNats } from './connection/connection.ts';
export type { NatsLink } from './connection/connection.ts';
export { requireJetStream } from './connection/require-jetstream.ts';
export { requirePermissions } from './connection/require-permissions.ts';
export type { NatsRole } from './connection/needed-permissions.ts';
export { NatsError } from './connection/nats-error.ts';
export { findNatsCoordination, openNatsCoordination } from './coordination/coordination.nats-kv.ts';
export type { NatsCoordinationOptions } from './coordination/coordination.nats-kv.ts';
export type { NatsErrorCode } from './connection/nats-error.ts';
export { natsOptionsSchema } from './connection/options.ts';
export type { NatsOptions, NatsOptionsInput } from './connection/options.ts';
export { openJetStreamQueue } from './queue/handshake-queue.jetstream.ts';
export type { JetStreamQueueOptions } from './queue/handshake-queue.jetstream.ts';
export { openNatsRecords } from './record/record-store.nats-kv.ts';
