// Failures of NATS as the operational errors that the ports of the store promise.

import { errors } from '@nats-io/nats-core';
import { StoreError } from '@rollcall/store';
import { refusalBehind, sentenceOf } from './forbidden.ts';
import { NatsError } from './nats-error.ts';

export function asStoreError(error: unknown, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  if (cause instanceof NatsError)
    return new StoreError('store_unavailable', cause.message, { cause });
  if (
    cause instanceof errors.ClosedConnectionError ||
    cause instanceof errors.DrainingConnectionError
  ) {
    return new StoreError('store_closed', `The connection to NATS was closed while ${doing}.`, {
      cause,
    });
  }
  const refusal = refusalBehind(error);
  if (refusal !== undefined) {
    return new StoreError('store_unavailable', `${sentenceOf(refusal)} It failed while ${doing}.`, {
      cause,
    });
  }
  return new StoreError(
    'store_unavailable',
    `NATS did not answer while ${doing} (${cause.message}). It is tried again when it is back.`,
    { cause },
  );
}
