/** What a front-end gives to whoever runs it: XMPP at the edge of a cluster. */
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { WebSocketLike } from './connection/web-socket-wire.ts';
import type { SessionRequest } from './embedding/embassy.ts';
import type { EmbeddedSession } from './embedding/embedded-session.ts';
import type { PresenceQuestion, PresenceReport } from './embedding/presence-report.ts';
import type { ComponentListening } from './listener/doors.ts';
import type { Listener } from './listener/listening.ts';
import type { TcpListening } from './listener/tcp-listener.ts';
import type { WebSocketListening } from './listener/web-socket-listening.ts';
import type { FrontEndStats } from './stats/stats.ts';

/** What a gateway says of a stream that it hands over. */
export interface HandOver {
  /** Where the peer is, for limits and logs. Default `embedded`. */
  readonly address?: string;
  /** Nobody else can read the stream: its TLS has ended already, or it never left the machine. */
  readonly secure?: boolean;
  /** The gateway knows who this is: no login, the client goes on with resource binding. A bare JID. */
  readonly user?: string;
}

/** A stream that was handed over. */
export interface HandledStream {
  /** Resolves when the stream is gone, for whatever reason. */
  readonly closed: Promise<void>;
  /** Ends it properly. */
  end(): void;
}

/**
 * XMPP at the edge: listeners, streams handed over, sessions opened, questions asked. Errors are `FrontEndError`s.
 */
export interface FrontEnd {
  /** XMPP over TCP, with STARTTLS. Rejects with `front_end_cannot_listen`. */
  listenTcp(listening: TcpListening): Promise<Listener>;
  /** XMPP over TLS from the first byte (XEP-0368). Rejects also with `front_end_misconfigured`: without `tls`. */
  listenTls(listening: TcpListening): Promise<Listener>;
  /** XMPP over WebSocket (RFC 7395), and host-meta to find it. Rejects with `front_end_cannot_listen`. */
  listenWebSocket(listening: WebSocketListening): Promise<Listener>;
  /** Existing components (XEP-0114). Rejects with `front_end_cannot_listen`, `front_end_misconfigured`. */
  listenComponents(listening: ComponentListening): Promise<Listener>;
  /** Speaks XMPP on a duplex stream. Throws `front_end_stream_dead`, `…_domain_unknown`, `…_jid_malformed`. */
  handleStream(stream: Duplex, handOver?: HandOver): HandledStream;
  /** Speaks XMPP on a WebSocket of subprotocol `xmpp`, as `ws` makes them. Throws as `handleStream` does. */
  handleWebSocket(socket: WebSocketLike, handOver?: HandOver): HandledStream;
  /**
   * Speaks for a user in objects. Rejects with `front_end_domain_unknown`, `…_jid_malformed`, `…_session_refused`, or
   * the signal's reason.
   */
  openSession(request: SessionRequest): Promise<EmbeddedSession>;
  /** Presence of one or thousands of users. Rejects with `front_end_jid_malformed`, `…_question_failed`. */
  ask(question: PresenceQuestion): Promise<PresenceReport>;
  /** From now on new connections get this certificate. */
  setSecureContext(tls: SecureContextOptions): void;
  /** Counters since the beginning, and what is open now. */
  stats(): FrontEndStats;
  /** Ends all streams with `system-shutdown` and all sessions; what has not gone by then is cut. */
  stop(timeoutMs?: number): Promise<void>;
}
