/**
 * The session gate of one front-end process: numbers what clients say and keeps it until their users' owners have
 * acknowledged it, and passes on what the owners have for the sessions.
 */
import type { Timers } from '@rollcall/store';
import {
  splitAtTo,
  stanzaError,
  withResource,
  type Stanza,
  type StreamErrorCondition,
} from '@rollcall/xmpp';
import type { AnnouncedSession, ToGate } from '../envelope/envelope.ts';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import type { Lost } from '../ownership/routes.ts';
import { shardOf } from '../shard/shard-of.ts';
import { Audience } from './audience.ts';
import { OpenSession, type SessionOutlet } from './open-session.ts';
import { OwnerLine } from './owner-line.ts';
import { Patience } from './patience.ts';
import { Questions } from './questions.ts';
import { SessionTable } from './session-table.ts';
import type {
  OpenOutcome,
  OpenRequest,
  PresenceAnswers,
  PresenceQuery,
  SessionGate,
} from './session-gate.ts';

export interface GateOptions {
  /** Left out where one owner lives as long as the gate. */
  readonly cluster?: GateInCluster;
  readonly post: Post;
  readonly timers: Timers;
  /** From 0 up to 1, 1 excluded. */
  readonly random: () => number;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
}

/** How a gate that has more than one possible owner to speak to differs. */
export interface GateInCluster {
  /** After its end, what was shown is remembered for so long, and a memo counts as new for so long. */
  readonly memoryMs: number;
}

export class Gate implements SessionGate, SessionOutlet {
  readonly unacknowledgedLimit: number;
  readonly audience: Audience;
  readonly #options: GateOptions;
  readonly #sessions = new SessionTable();
  readonly #questions: Questions;
  readonly #line: OwnerLine;
  readonly #patience: Patience;
  #lastId = 0;
  #closing = false;

  constructor(options: GateOptions) {
    this.#options = options;
    this.unacknowledgedLimit = options.limits.unacknowledgedPerSession;
    const { cluster, post, timers } = options;
    this.#questions = new Questions(post, timers, options.limits.bindTimeoutMs);
    const memoryMs = cluster?.memoryMs;
    this.audience = new Audience(this.#sessions, timers, memoryMs);
    this.#line = new OwnerLine({ post, timers, sessions: this.#sessions, memoryMs: memoryMs ?? 0 });
    this.#patience = new Patience({
      timers,
      timeoutMs: options.limits.requestTimeoutMs,
      expired: (session, request) => this.#refuseLate(session, request),
    });
    options.metrics.gauge('sessions', () => this.#sessions.size);
  }

  get frontEnd(): string {
    return this.#options.post.self;
  }

  get nowMs(): number {
    return this.#options.timers.now();
  }

  get size(): number {
    return this.#sessions.size;
  }

  open({ user, resource = this.#madeUpResource(), receiver }: OpenRequest): Promise<OpenOutcome> {
    if (this.#closing) return Promise.resolve(shuttingDown);
    return new Promise((resolve) => {
      const session = new OpenSession({
        ref: { frontEnd: this.frontEnd, id: ++this.#lastId },
        user,
        shard: shardOf(user),
        address: withResource(user, resource),
        resource,
        askedMs: this.nowMs,
        receiver,
        outlet: this,
        opened: (outcome) => {
          cancelTimeout();
          resolve(outcome);
        },
      });
      const cancelTimeout = this.#options.timers.setTimeout(
        () => session.abandon(ownerAway),
        this.#options.limits.bindTimeoutMs,
      );
      this.#sessions.add(session);
      this.#line.bind(session);
    });
  }

  ask(query: PresenceQuery): Promise<PresenceAnswers> {
    return this.#questions.ask(query);
  }

  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    const { timers } = this.#options;
    const beginMs = timers.now();
    const leftMs = (share: number) => beginMs + timeoutMs * share - timers.now();
    // One after the other as long as there is time, so that each is shown the going of those before it.
    for (const session of this.#sessions.all()) {
      session.abandon(shuttingDown);
      session.depart();
      if (leftMs(0.5) > 0)
        await this.#sessions.until(() => !this.#sessions.has(session.ref.id), timers, leftMs(0.5));
    }
    await this.#sessions.until(() => this.#sessions.size === 0, timers, leftMs(1));
  }

  /** Takes what an owner has for the sessions. */
  receive(envelope: ToGate): void {
    switch (envelope.kind) {
      case 'deliver':
        this.audience.deliver(envelope);
        return;
      case 'asked':
        this.#questions.answered(envelope);
        return;
      default: {
        const session = this.#sessions.get(envelope.session);
        if (session !== undefined) this.#tell(session, envelope);
      }
    }
  }

  announced(shard: number, lost: Lost): readonly AnnouncedSession[] {
    return this.#line.announced(shard, lost);
  }

  repeat(shard: number, again: boolean): void {
    this.audience.beCareful();
    this.#line.repeat(shard, again);
  }

  /** All sessions are over: the cluster has declared this process dead, and others have been told so. */
  closeAll(condition: StreamErrorCondition, text: string): void {
    for (const session of this.#sessions.all()) {
      this.#sessions.remove(session);
      session.close(condition, text);
    }
  }

  stop(): void {
    this.#closing = true;
    this.audience.stop();
    this.#patience.stop();
  }

  sendStanza(session: OpenSession, seq: number, stanza: Stanza): void {
    session.noteSaid(stanza, this.#options.timers.now());
    this.#patience.note(session, stanza);
    this.#line.say(session, seq, stanza);
  }

  sendEnd(session: OpenSession): void {
    this.#line.end(session);
  }

  overflowed(): void {
    this.#options.metrics.count('stanzas_refused');
  }

  #refuseLate(session: OpenSession, request: Stanza): void {
    this.#options.metrics.count('requests_timed_out');
    const error = stanzaError(request, 'remote-server-timeout', { text: tookTooLong });
    if (error !== undefined) this.audience.deliverTo(session.ref.id, splitAtTo(error));
  }

  #tell(
    session: OpenSession,
    envelope: Exclude<ToGate, { readonly kind: 'deliver' | 'asked' }>,
  ): void {
    switch (envelope.kind) {
      case 'progress':
        session.waiting.acknowledge(envelope.seq);
        if (envelope.memo) session.keep(envelope.memo, this.#options.timers.now());
        return;
      case 'refused':
        this.#options.metrics.count('stanzas_refused');
        session.waiting.strike(envelope.seq);
        return;
      case 'bound':
        session.keep(envelope.memo, this.#options.timers.now());
        session.bound();
        return;
      case 'bindRefused':
        this.#sessions.remove(session);
        session.bindRefused(refusal(envelope.condition, envelope.text));
        return;
      case 'close':
        this.#sessions.remove(session);
        session.close(envelope.condition, envelope.text);
        return;
      case 'ended':
        this.#sessions.remove(session);
        return;
    }
  }

  /** RFC 6120 §7.6: hard to guess, and never one that the user has. */
  #madeUpResource(): string {
    const { random } = this.#options;
    const digits = () =>
      Math.floor(random() * 36 ** 8)
        .toString(36)
        .padStart(8, '0');
    return digits() + digits();
  }
}

type Refused = Extract<OpenOutcome, { readonly ok: false }>;

function refusal(condition: Refused['condition'], text: string): Refused {
  return { ok: false, condition, text };
}

const tookTooLong =
  'The part of the server that speaks for this account does not answer. Try again in a while.';

const shuttingDown = refusal(
  'resource-constraint',
  'The server is shutting down. Come back in a while.',
);
const ownerAway = refusal(
  'resource-constraint',
  'The part of the server that speaks for this account is away. Come back in a while.',
);
