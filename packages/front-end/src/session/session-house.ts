/** What all sessions of one front-end share, and what each needs of its stream. */
import type { SessionGate } from '@rollcall/cluster';
import type { StreamErrorCondition, XmlLimits } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { Resumptions } from '../management/resumptions.ts';
import type { FrontEndLimits, FrontEndTimeouts } from '../options/limits.ts';
import type { EdgeService } from '../service/edge-service.ts';
import type { Counters } from '../stats/counters.ts';
import type { Outlet } from '../write-queue/outlet.ts';
import type { ClientSession } from './client-session.ts';

export interface SessionHouse {
  readonly gate: SessionGate;
  readonly domains: readonly [string, ...string[]];
  readonly service: EdgeService;
  readonly resumptions: Resumptions<ClientSession>;
  /** Those that are open now, with or without a stream. */
  readonly sessions: Set<ClientSession>;
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
