// Engines keep everything durable in JetStream; without it they had better not start.

import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { errors } from '@nats-io/nats-core';
import type { NatsLink } from './connection.ts';
import { refusalBehind, sentenceOf } from './forbidden.ts';
import { NatsError } from './nats-error.ts';

/** Rejects with `NatsError` when the account of this connection has no JetStream, or may not use it. */
export async function requireJetStream({ connection, options }: NatsLink): Promise<void> {
  try {
    const manager = await jetstreamManager(connection, { timeout: options.requestTimeoutMs });
    await manager.getAccountInfo();
  } catch (error) {
    throw jetStreamFailure(error, options.urls.join(', '));
  }
}

function jetStreamFailure(error: unknown, servers: string): NatsError {
  const cause = { cause: error };
  const refusal = refusalBehind(error);
  if (refusal !== undefined) return new NatsError('nats_forbidden', sentenceOf(refusal), cause);
  const missing = isNotEnabled(error) || isUnanswered(error);
  return missing
    ? new NatsError(
        'nats_no_jetstream',
        `NATS at ${servers} runs without JetStream; start it with "nats-server -js" or enable JetStream for the account.`,
        cause,
      )
    : new NatsError('nats_unreachable', `NATS at ${servers} does not answer for JetStream.`, cause);
}

function isNotEnabled(error: unknown): boolean {
  const { JetStreamNotEnabledForAccount } = JetStreamApiCodes;
  if (error instanceof JetStreamApiError) return error.code === JetStreamNotEnabledForAccount;
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}

function isUnanswered(error: unknown): boolean {
  if (error instanceof errors.NoRespondersError) return true;
  return error instanceof errors.RequestError && error.isNoResponders();
}
