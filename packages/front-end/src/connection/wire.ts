/** What a connection needs of the transport below it: stream events in, text out. */
import type { SecureContext } from 'node:tls';
import type { StreamEvent, XmlLimits } from '@rollcall/xmpp';
import type { Framing } from '../stream/framing.ts';
import type { TlsFacts } from '../stream/stream-state.ts';
import type { Outlet } from '../write-queue/outlet.ts';

export interface WireListener {
  events(events: readonly StreamEvent[]): void;
  /** The peer takes text again. */
  drained(): void;
  /** The transport is gone; nothing more comes or goes. Called once. */
  gone(cause?: Error): void;
}

export interface Wire extends Outlet {
  readonly framing: Framing;
  /** Grows with everything that is written. */
  readonly written: number;
  /** Begins to read. */
  start(listener: WireListener): void;
  pause(): void;
  resume(): void;
  setLimits(limits: XmlLimits): void;
  /** The peer opens a new stream on the same connection. */
  restart(): void;
  /** A sign of life that is no stanza. */
  keepAlive(): void;
  /** Writes what is pending, then closes our side. */
  end(): void;
  /** The same, where the peer has closed its stream already: nothing more of it has to be read. */
  endInTurn(): void;
  /** Cuts the connection; what is pending is lost. */
  destroy(): void;
  /** Present where TLS can be begun. `protocols` are those of ALPN. Rejects when the handshake fails. */
  startTls?(secureContext: SecureContext, protocols?: readonly string[]): Promise<TlsFacts>;
}
