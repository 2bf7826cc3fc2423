// Failures of NATS as the error that the coordination port promises.

import { CoordinationError } from '@rollcall/cluster';
import { refusalBehind, sentenceOf } from '../connection/forbidden.ts';
import { NatsError } from '../connection/nats-error.ts';

export function asCoordinationError(error: unknown, doing: string): CoordinationError {
  if (error instanceof CoordinationError) return error;
  if (error instanceof NatsError)
    return new CoordinationError('coordination_unavailable', error.message, { cause: error });
  const refusal = refusalBehind(error);
  const reason = error instanceof Error ? error.message : String(error);
  const sentence =
    refusal === undefined
      ? `NATS did not answer while ${doing} of the cluster's coordination (${reason}).`
      : `${sentenceOf(refusal)} It failed while ${doing} of the cluster's coordination.`;
  return new CoordinationError('coordination_unavailable', sentence, { cause: error });
}
