/**
 * The session gate of one front-end process: numbers what clients say and keeps it until their users' owners have
 * acknowledged it, and passes on what the owners have for the sessions.
 */
import type { Timers } from '@rollcall/store';
import { withResource, type Stanza } from '@rollcall/xmpp';
import type { ToGate } from '../envelope/envelope.ts';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import { shardOf } from '../shard/shard-of.ts';
import { OpenSession, type SessionOutlet } from './open-session.ts';
import { Questions } from './questions.ts';
import type {
  OpenOutcome,
  OpenRequest,
  PresenceAnswers,
  PresenceQuery,
  SessionGate,
} from './session-gate.ts';

export interface GateOptions {
  readonly post: Post;
  readonly timers: Timers;
  /** From 0 up to 1, 1 excluded. */
  readonly random: () => number;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
}

export class Gate implements SessionGate, SessionOutlet {
  readonly unacknowledgedLimit: number;
  readonly #options: GateOptions;
  readonly #sessions = new Map<number, OpenSession>();
  readonly #questions: Questions;
  #lastId = 0;
  #closing = false;
  #whenEmpty: (() => void)[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
    this.unacknowledgedLimit = options.limits.unacknowledgedPerSession;
    this.#questions = new Questions(options.post, options.timers, options.limits.bindTimeoutMs);
    options.metrics.gauge('sessions', () => this.#sessions.size);
  }

  get frontEnd(): string {
    return this.#options.post.self;
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
      this.#sessions.set(session.ref.id, session);
      this.#sendBind(session);
    });
  }

  ask(query: PresenceQuery): Promise<PresenceAnswers> {
    return this.#questions.ask(query);
  }

  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    for (const session of [...this.#sessions.values()]) {
      session.abandon(shuttingDown);
      session.end();
    }
    if (this.#sessions.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#options.timers.setTimeout(resolve, timeoutMs);
      this.#whenEmpty.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Takes what an owner has for the sessions. */
  receive(envelope: ToGate): void {
    switch (envelope.kind) {
      case 'deliver':
        this.#deliver(envelope);
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

  sendStanza({ user, ref, resource, shard }: OpenSession, seq: number, stanza: Stanza): void {
    this.#options.post.toShard(shard, {
      kind: 'stanza',
      user,
      session: ref,
      resource,
      seq,
      stanza,
    });
  }

  sendEnd({ user, ref, resource, shard, endSeq }: OpenSession): void {
    this.#options.post.toShard(shard, { kind: 'end', user, session: ref, resource, seq: endSeq });
  }

  overflowed(): void {
    this.#options.metrics.count('stanzas_refused');
  }

  #sendBind({ user, ref, resource, shard }: OpenSession): void {
    this.#options.post.toShard(shard, { kind: 'bind', user, session: ref, resource });
  }

  #deliver(envelope: Extract<ToGate, { readonly kind: 'deliver' }>): void {
    for (const id of envelope.sessions) {
      const session = this.#sessions.get(id);
      if (session?.phase === 'open') session.receiver.deliver(envelope);
    }
  }

  #tell(
    session: OpenSession,
    envelope: Exclude<ToGate, { readonly kind: 'deliver' | 'asked' }>,
  ): void {
    switch (envelope.kind) {
      case 'progress':
        session.waiting.acknowledge(envelope.seq);
        if (envelope.memo) session.memo = envelope.memo;
        return;
      case 'refused':
        this.#options.metrics.count('stanzas_refused');
        {
          session.waiting.strike(envelope.seq);
          return;
        }
      case 'bound':
        session.memo = envelope.memo;
        session.bound();
        return;
      case 'bindRefused':
        this.#forget(session);
        {
          session.bindRefused(refusal(envelope.condition, envelope.text));
          return;
        }
      case 'close':
        this.#forget(session);
        {
          session.close(envelope.condition, envelope.text);
          return;
        }
      case 'ended':
        this.#forget(session);
        return;
    }
  }

  #forget(session: OpenSession): void {
    this.#sessions.delete(session.ref.id);
    if (this.#sessions.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
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

const shuttingDown = refusal(
  'resource-constraint',
  'The server is shutting down. Come back in a while.',
);
const ownerAway = refusal(
  'resource-constraint',
  'The part of the server that speaks for this account is away. Come back in a while.',
);
