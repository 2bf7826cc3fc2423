/** What all sessions of one front-end share, and what session and stream know of each other. */
import type { SessionGate } from '@rollcall/cluster';
import type { FullJid, StreamErrorCondition, XmlElement, XmlLimits } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { Resumable, Resumptions } from '../management/resumptions.ts';
import type { FrontEndLimits, FrontEndTimeouts } from '../options/limits.ts';
import type { EdgeService } from '../service/edge-service.ts';
import type { Counters } from '../stats/counters.ts';
import type { ManagementRequest } from '../stream/stream-state.ts';
import type { Outlet } from '../write-queue/outlet.ts';

export interface SessionHouse {
  readonly gate: SessionGate;
  readonly domains: readonly [string, ...string[]];
  readonly service: EdgeService;
  readonly resumptions: Resumptions<Session>;
  /** Those that are open now, with or without a stream. */
  readonly sessions: Set<Session>;
  readonly limits: FrontEndLimits;
  readonly xmlLimits: XmlLimits;
  readonly timeouts: FrontEndTimeouts;
  readonly counters: Counters;
  readonly log: Logger;
}

/** The stream that a session speaks through. */
export interface SessionStream {
  readonly outlet: Outlet;
  /** What the framing wants in a stanza's start tag. */
  readonly declaration: string;
  /** The client's `xml:lang`. */
  readonly lang?: string | undefined;
  /** `extra` is an application-specific condition. */
  end(condition: StreamErrorCondition, text?: string, extra?: string): void;
}

/** A user's session, as the stream sees it that it speaks through. */
export interface Session extends Resumable {
  readonly address: FullJid;
  /** What waits for the client to read. */
  readonly queued: { readonly stanzas: number; readonly bytes: number };
  /** Stanzas that the client was sent and has not acknowledged. */
  readonly unacknowledged: number;
  /** From now on the session speaks through `stream`. */
  attach(stream: SessionStream): void;
  /** Goes on over another stream; the former, if it is still there, is told `conflict` (XEP-0198 §5). */
  resume(stream: SessionStream, handled: number): void;
  /** The stream is over. A lost one may be resumed; a session that speaks through another by now does not mind. */
  leave(stream: SessionStream, how: 'closed' | 'lost'): void;
  /** Ends a session that no stream speaks for: nobody wants it any more. */
  abandon(): void;
  /** The client's stanza, unread. */
  receive(element: XmlElement): void;
  /** XEP-0352 */
  setActive(active: boolean): void;
  /** XEP-0198 */
  manage(request: ManagementRequest): void;
  /** A word of the stream's own, after what was said before it. */
  say(text: string): void;
  /** The peer takes text again. */
  drained(): void;
  /** Asks a silent client for a sign of life. */
  probe(): void;
  /** Called now and then. */
  tick(): void;
}
