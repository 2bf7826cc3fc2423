/** How a stream comes by its session: a new one of the cluster's, or a former stream's (XEP-0198 §5). */
import { ClientSession } from '../session/client-session.ts';
import type { Session, SessionStream } from '../session/session-house.ts';
import type { StreamInput, StreamOutput } from '../stream/stream-state.ts';
import type { ConnectionHouse } from './connection-house.ts';

export type SessionEntry =
  | { readonly ok: false; readonly answer: StreamInput }
  | {
      readonly ok: true;
      /** What the stream machine is told before the session speaks. */
      readonly answer: StreamInput;
      readonly session: Session;
      readonly begin: (stream: SessionStream) => void;
      /** The stream has ended meanwhile. */
      readonly giveUp: (stream: SessionStream) => void;
    };

type Output<K extends StreamOutput['kind']> = Extract<StreamOutput, { readonly kind: K }>;

/** Never rejects. */
export async function openSession(
  house: ConnectionHouse,
  { kind: _, ...request }: Output<'askGate'>,
): Promise<SessionEntry> {
  const { counters, log } = house;
  const opening = await ClientSession.open(house, request).catch((error: unknown) => {
    log.error({ event: 'gate_failed', err: error, user: request.user });
    return { ok: false, condition: 'internal-server-error', text: 'try again later' } as const;
  });
  if (!opening.ok) {
    counters.sessionsRefused += 1;
    const { condition, text } = opening;
    return { ok: false, answer: { kind: 'gateRefused', condition, text } };
  }
  const { session } = opening;
  counters.sessionsOpened += 1;
  return {
    ok: true,
    answer: { kind: 'gateOpened', address: session.address },
    session,
    begin: (stream) => session.attach(stream),
    giveUp: () => session.abandon(),
  };
}

/** Never rejects. */
export async function resumeSession(
  { counters, resumptions }: ConnectionHouse,
  { id, user, handled }: Output<'askResumption'>,
  { declaration, lang }: Pick<SessionStream, 'declaration' | 'lang'>,
): Promise<SessionEntry> {
  const claim = await resumptions.claim(id, user, { handled, declaration, lang });
  if (!claim.ok) {
    const { handled: known } = claim;
    const count = known === undefined ? {} : { handled: known };
    return { ok: false, answer: { kind: 'resumptionRefused', ...count } };
  }
  const { session } = claim;
  counters.sessionsResumed += 1;
  return {
    ok: true,
    answer: { kind: 'resumed', address: session.address },
    session,
    begin: (stream) => session.resume(stream, handled),
    giveUp: (stream) => {
      session.resume(stream, handled);
      session.leave(stream, 'lost');
    },
  };
}
