// What NATS can do to us: the errors of a start, and the answers of JetStream that are no failures.

import { JetStreamApiError } from '@nats-io/jetstream';
import { OperationalError } from '@rollcall/store';

export type NatsErrorCode =
  /** No server could be reached at start. */
  | 'nats_unreachable'
  /** The server refused the credentials. */
  | 'nats_unauthorized'
  /** A file that the options name cannot be read, or is none of its kind. */
  | 'nats_misconfigured'
  /** The server and this process cannot agree on TLS: a CA, a name, a client certificate. */
  | 'nats_tls'
  /** The credentials may not use a subject that is needed; the message names it. */
  | 'nats_forbidden'
  /** The server runs without JetStream, which durable records need. */
  | 'nats_no_jetstream'
  /** Too few of the servers that keep a stream run, or they cannot agree who leads. */
  | 'nats_no_leader';

export class NatsError extends OperationalError<NatsErrorCode> {
  override readonly name = 'NatsError';
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
