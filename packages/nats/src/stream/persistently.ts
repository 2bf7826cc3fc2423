// Questions to JetStream that are asked again when nobody answers: what has no leader for the moment is silent.

import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/nats-core';

/** How long one attempt waits for its answer; an election takes about as long. */
export const attemptMs = 2_000;

/** Only for what may be done twice. Rejects as the last attempt did when there is no answer for `patienceMs`. */
export async function persistently<T>(patienceMs: number, ask: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const askedMs = performance.now();
    try {
      return await ask();
    } catch (error) {
      if (!isUnanswered(error) || performance.now() >= endMs) throw error;
    }
    // What was refused at once would be refused at once again.
    const waitMs = askedMs + pauseMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

const pauseMs = 250;

/** What servers answer that know of the stream, and of no leader. */
export class NobodyLeads extends Error {}

/** Nobody leads, whether the servers say so or say nothing. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === temporarilyUnavailable;
  return error instanceof errors.TimeoutError || error instanceof NobodyLeads;
}

/** "JetStream system temporarily unavailable". */
const temporarilyUnavailable = 10008;
