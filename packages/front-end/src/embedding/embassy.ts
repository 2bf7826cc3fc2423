/** Opens sessions for a gateway, and ends them with the front-end. */
import { prepareResource, type BareJid } from '@rollcall/xmpp';
import type { ConnectionHouse } from '../connection/connection-house.ts';
import { FrontEndError, stoppedError } from '../front-end-error.ts';
import { ClientSession } from '../session/client-session.ts';
import type { EmbeddedSession } from './embedded-session.ts';
import { StreamlessSession } from './streamless-session.ts';
import { servedUser } from './served-user.ts';
import type { SessionEvent } from './session-event.ts';

/** Whose session is opened, and how its events are taken. */
export interface SessionRequest {
  /** A bare JID of a served domain. The gateway vouches for it. */
  readonly user: string;
  /** Made up if left out. A session that has it already gets `conflict`. */
  readonly resource?: string;
  /**
   * Called with each event, the next one when it has returned or its promise has resolved; instead of iterating. If
   * it throws, the session ends with `internal-server-error`.
   */
  readonly onEvent?: (event: SessionEvent, session: EmbeddedSession) => void | Promise<void>;
  /** Ends the session. */
  readonly signal?: AbortSignal;
}

export class Embassy {
  readonly #house: ConnectionHouse;
  readonly #sessions = new Set<StreamlessSession>();
  #closed = false;

  constructor(house: ConnectionHouse) {
    this.#house = house;
  }

  async open({ user: name, resource, onEvent, signal }: SessionRequest): Promise<EmbeddedSession> {
    this.#assertOpen();
    signal?.throwIfAborted();
    const user = servedUser(name, this.#house.domains);
    const opened = await this.#openFor(user, resource);
    if (signal?.aborted || this.#closed) {
      opened.abandon();
      signal?.throwIfAborted();
      this.#assertOpen();
    }
    const session = new StreamlessSession(opened, this.#house.xmlLimits, this.#house.timers);
    this.#sessions.add(session);
    const abort = (): void => void session.close();
    signal?.addEventListener('abort', abort);
    void session.ended.then(() => {
      this.#sessions.delete(session);
      signal?.removeEventListener('abort', abort);
    });
    session.start();
    if (onEvent) void this.#run(session, onEvent);
    return session;
  }

  async #openFor(user: BareJid, wanted: string | undefined): Promise<ClientSession> {
    const { counters } = this.#house;
    const resource = wanted === undefined ? {} : { resource: prepared(wanted) };
    const opening = await ClientSession.open(this.#house, { user, ...resource }).catch(
      (cause: unknown) => {
        throw new FrontEndError(
          'front_end_session_refused',
          'The cluster could not be reached; try again later.',
          { cause },
        );
      },
    );
    if (opening.ok) {
      counters.sessionsOpened += 1;
      return opening.session;
    }
    counters.sessionsRefused += 1;
    const { condition, text } = opening;
    const message = `The session was refused: ${text} (${condition}).`;
    throw new FrontEndError('front_end_session_refused', message, { condition });
  }

  async #run(
    session: StreamlessSession,
    onEvent: NonNullable<SessionRequest['onEvent']>,
  ): Promise<void> {
    try {
      for await (const event of session) await onEvent(event, session);
    } catch (error) {
      const { address } = session;
      this.#house.log.error({ event: 'session_callback_failed', session: address, err: error });
      session.end('internal-server-error', 'the callback failed');
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw stoppedError();
  }

  /** Ends all with `system-shutdown`. */
  close(): void {
    this.#closed = true;
    for (const session of this.#sessions) session.end('system-shutdown');
  }
}

function prepared(text: string): string {
  const resource = prepareResource(text);
  if (resource.ok) return resource.value;
  throw new FrontEndError(
    'front_end_jid_malformed',
    `'${text}' is not a resource: ${resource.problem}.`,
  );
}
