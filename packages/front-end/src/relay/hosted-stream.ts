/** The host's end: to a session here, a stream like any other. */
import type { StreamErrorCondition } from '@rollcall/xmpp';
import type { Swept } from '../connection/sweep.ts';
import type { Session, SessionStream } from '../session/session-house.ts';
import type { Outlet } from '../write-queue/outlet.ts';
import type { ToGuest } from './relay-message.ts';

/** What may be on its way to the guest, or wait there for the client to read. */
const windowLength = 64 * 1024;

export interface HostedStreamOptions {
  readonly session: Session;
  readonly declaration: string;
  readonly lang: string | undefined;
  readonly say: (message: ToGuest) => void;
  /** The stream is over. */
  readonly onOver: (stream: HostedStream) => void;
}

export class HostedStream implements SessionStream, Outlet, Swept {
  readonly session: Session;
  readonly declaration: string;
  readonly lang: string | undefined;
  readonly outlet: Outlet = this;
  readonly #options: HostedStreamOptions;
  #underWay = 0;

  constructor(options: HostedStreamOptions) {
    this.#options = options;
    this.session = options.session;
    this.declaration = options.declaration;
    this.lang = options.lang;
  }

  get ready(): boolean {
    return this.#underWay < windowLength;
  }

  write(text: string): void {
    this.#underWay += text.length;
    this.#options.say({ kind: 'write', text });
  }

  taken(length: number): void {
    this.#underWay -= length;
    if (this.ready) this.session.drained();
  }

  tick(): void {
    this.session.tick();
  }

  end(condition: StreamErrorCondition, text?: string, extra?: string): void {
    this.#options.say({
      kind: 'end',
      condition,
      ...(text === undefined ? {} : { text }),
      ...(extra === undefined ? {} : { extra }),
    });
    this.leave('closed');
  }

  leave(how: 'closed' | 'lost'): void {
    this.#options.onOver(this);
    this.session.leave(this, how);
  }
}
