export { connectNats } from './connection/connection.ts';
export type { NatsLink } from './connection/connection.ts';
export { NatsError } from './connection/nats-error.ts';
export type { NatsErrorCode } from './connection/nats-error.ts';
export { natsOptionsSchema } from './connection/options.ts';
export type { NatsOptions, NatsOptionsInput } from './connection/options.ts';
export { openJetStreamQueue } from './queue/handshake-queue.jetstream.ts';
export type { JetStreamQueueOptions } from './queue/handshake-queue.jetstream.ts';
export { openNatsRecords } from './record/record-store.nats-kv.ts';
