/**
 * Times in envelopes are by the clock of the process that holds them. On the wire they are relative to when they were
 * sent, each time anew: so they are right between processes whose clocks differ, and however long something waits to get
 * through. What is not counted is the time on the wire itself.
 */
import type { Envelope } from '../envelope/envelope.ts';
import type { Frame } from './frame.ts';

/** As it goes over the wire. */
export function departing(frame: Frame, nowMs: number): Frame {
  return shifted(frame, -nowMs);
}

/** As it has come over the wire. */
export function arrived(frame: Frame, nowMs: number): Frame {
  return shifted(frame, nowMs);
}

function shifted(frame: Frame, byMs: number): Frame {
  if (frame.kind !== 'data' || !frame.envelopes.some(hasTimes)) return frame;
  return { ...frame, envelopes: frame.envelopes.map((envelope) => withTimes(envelope, byMs)) };
}

function hasTimes({ kind }: Envelope): boolean {
  return kind === 'bind' || kind === 'announce';
}

function withTimes(envelope: Envelope, byMs: number): Envelope {
  switch (envelope.kind) {
    case 'bind':
      return askedAt(envelope, byMs);
    case 'announce':
      return {
        ...envelope,
        sessions: envelope.sessions.map((session) => askedAt(session, byMs)),
      };
    default:
      return envelope;
  }
}

/** An older version does not say when. */
function askedAt<T extends { readonly askedMs?: number }>(asked: T, byMs: number): T {
  const { askedMs } = asked;
  return askedMs === undefined ? asked : { ...asked, askedMs: askedMs + byMs };
}
