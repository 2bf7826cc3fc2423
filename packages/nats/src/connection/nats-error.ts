// What NATS can do to us, as the operational errors that the ports promise.

import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/nats-core';
import { StoreError } from '@rollcall/store';

export type NatsErrorCode =
  /** No server could be reached at start. */
  | 'nats_unreachable'
  /** The server refused the credentials. */
  | 'nats_unauthorized'
  /** The credentials may not use a subject that is needed; the message names it. */
  | 'nats_forbidden'
  /** The server runs without JetStream, which durable records need. */
  | 'nats_no_jetstream';

export class NatsError extends Error {
  readonly code: NatsErrorCode;

  constructor(code: NatsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NatsError';
    this.code = code;
  }
}

/** The stream's last sequence for the subject was not the expected one: somebody else wrote. */
export function isWrongLastSequence(error: unknown): boolean {
  return error instanceof JetStreamApiError && (error.code === 10071 || error.code === 10164);
}

/** JetStream has no room for another message of this subject (discard new, per subject). */
export function isSubjectFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === 10077;
}

/** No such stream or consumer. */
export function isMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && (error.code === 10059 || error.code === 10014);
}

export function asStoreError(error: unknown, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  if (
    cause instanceof errors.ClosedConnectionError ||
    cause instanceof errors.DrainingConnectionError
  ) {
    return new StoreError('store_closed', `The connection to NATS was closed while ${doing}.`, {
      cause,
    });
  }
  return new StoreError(
    'store_unavailable',
    `NATS did not answer while ${doing} (${cause.message}). It is tried again when it is back.`,
    { cause },
  );
}
