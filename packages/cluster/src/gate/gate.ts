/**
 * The session gate of one front-end process: numbers what clients say and keeps it until their users' owners have
 * acknowledged it, and passes on what the owners have for the sessions.
 */
import type { Timers } from '@rollcall/store';
import {
  escapeAttribute,
  splitAtTo,
  stanzaError,
  withResource,
  type Stanza,
  type StreamErrorCondition,
} from '@rollcall/xmpp';
import type { AnnouncedSession, GoneSession, ShownSession, ToGate } from '../envelope/envelope.ts';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import type { Lost } from '../ownership/routes.ts';
import { shardOf } from '../shard/shard-of.ts';
import { OpenSession, type SessionOutlet } from './open-session.ts';
import { Patience } from './patience.ts';
import { Questions } from './questions.ts';
import { SessionTable } from './session-table.ts';
import { Shown } from './shown.ts';
import type {
  OpenOutcome,
  OpenRequest,
  OutboundStanza,
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
  readonly #options: GateOptions;
  readonly #sessions = new SessionTable();
  readonly #questions: Questions;
  readonly #shown: Shown | undefined;
  readonly #patience: Patience;
  #lastId = 0;
  #closing = false;
  /** Called when a session is gone. */
  readonly #lookers = new Set<() => void>();

  constructor(options: GateOptions) {
    this.#options = options;
    this.unacknowledgedLimit = options.limits.unacknowledgedPerSession;
    this.#questions = new Questions(options.post, options.timers, options.limits.bindTimeoutMs);
    const { cluster, timers } = options;
    const toldSinceMs = (id: number) => this.#sessions.get(id)?.toldSinceMs;
    this.#shown = cluster && new Shown(timers, cluster.memoryMs, toldSinceMs);
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
      if (this.#canSpeak(session)) this.#sendBind(session);
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
        await this.#until(() => !this.#sessions.has(session.ref.id), leftMs(0.5));
    }
    await this.#until(() => this.#sessions.size === 0, leftMs(1));
  }

  /** Looks again whenever a session is gone, and gives up after the time. */
  #until(isTrue: () => boolean, timeoutMs: number): Promise<void> {
    if (isTrue()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#lookers.delete(look);
        resolve();
      };
      const look = () => {
        if (isTrue()) finish();
      };
      const cancel = this.#options.timers.setTimeout(finish, timeoutMs);
      this.#lookers.add(look);
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

  /** What the next owner of the shard has to know of the sessions here. */
  announced(shard: number, lost: Lost): readonly AnnouncedSession[] {
    const { timers, cluster } = this.#options;
    const recentMs = timers.now() - (cluster?.memoryMs ?? 0);
    return this.#sessions.ofShard(shard).flatMap((session) => {
      const { user, ref, resource, memo, memoAtMs, waiting } = session;
      if (memo === undefined) return []; // not bound yet
      const recent = memoAtMs >= recentMs;
      const sayAgain = lost === 'anything' || (lost === 'recent' && recent);
      return [{ user, id: ref.id, resource, seq: waiting.acknowledged, memo, recent, sayAgain }];
    });
  }

  /** Says to the owner of the shard what it has not acknowledged; `again` if a former owner may have acted on it. */
  repeat(shard: number, again: boolean): void {
    this.#shown?.beCareful();
    for (const session of this.#sessions.ofShard(shard)) {
      if (session.memo === undefined) this.#sendBind(session);
      for (const { seq, stanza } of session.waiting.all())
        this.#sendStanza(session, seq, stanza, again);
      if (session.phase === 'ending') this.#sendEnd(session, again);
    }
  }

  /** The sessions of users of that shard, or of all, that somebody here sees as available. */
  shown(shard?: number): readonly ShownSession[] {
    return this.#shown?.visible(shard) ?? [];
  }

  /** The sessions that users of these shards see here as available. */
  shownTo(shards: ReadonlySet<number>): readonly ShownSession[] {
    const watchers = new Set<number>();
    for (const shard of shards)
      for (const { ref } of this.#sessions.ofShard(shard)) watchers.add(ref.id);
    return this.#shown?.visibleTo(watchers) ?? [];
  }

  /** They are gone, and their owner cannot say so in the usual way. */
  showGone(sessions: readonly GoneSession[]): void {
    for (const gone of sessions) {
      const from = escapeAttribute(gone.address);
      const stanza = {
        head: `<presence type='unavailable' from='${from}'`,
        tail: '/>',
        presenceOf: gone.address,
      };
      for (const id of this.#shown?.takeGone(gone) ?? []) this.#deliverTo(id, stanza);
    }
  }

  /** All sessions are over: the cluster has declared this process dead, and others have been told so. */
  closeAll(condition: StreamErrorCondition, text: string): void {
    for (const session of this.#sessions.all()) {
      this.#forget(session);
      session.close(condition, text);
    }
  }

  stop(): void {
    this.#closing = true;
    this.#shown?.stop();
    this.#patience.stop();
  }

  sendStanza(session: OpenSession, seq: number, stanza: Stanza): void {
    session.noteSaid(stanza, this.#options.timers.now());
    this.#patience.note(session, stanza);
    if (this.#canSpeak(session)) this.#sendStanza(session, seq, stanza, false);
  }

  sendEnd(session: OpenSession): void {
    if (this.#canSpeak(session)) this.#sendEnd(session, false);
  }

  overflowed(): void {
    this.#options.metrics.count('stanzas_refused');
  }

  #refuseLate(session: OpenSession, request: Stanza): void {
    this.#options.metrics.count('requests_timed_out');
    const error = stanzaError(request, 'remote-server-timeout', { text: tookTooLong });
    if (error !== undefined) this.#deliverTo(session.ref.id, splitAtTo(error));
  }

  /** Otherwise what is said waits in the session until there is an owner: see `repeat`. */
  #canSpeak({ shard }: OpenSession): boolean {
    return this.#options.post.ownerOf(shard) !== undefined;
  }

  #sendBind({ user, ref, resource, shard }: OpenSession): void {
    this.#options.post.toShard(shard, { kind: 'bind', user, session: ref, resource });
  }

  #sendStanza(
    { user, ref, resource, shard }: OpenSession,
    seq: number,
    stanza: Stanza,
    again: boolean,
  ): void {
    const named = { user, session: ref, resource };
    this.#options.post.toShard(shard, {
      kind: 'stanza',
      ...named,
      seq,
      stanza,
      ...(again && { again }),
    });
  }

  #sendEnd({ user, ref, resource, shard, endSeq: seq }: OpenSession, again: boolean): void {
    const named = { user, session: ref, resource };
    this.#options.post.toShard(shard, { kind: 'end', ...named, seq, ...(again && { again }) });
  }

  #deliver(envelope: Extract<ToGate, { readonly kind: 'deliver' }>): void {
    const sessions = this.#shown?.admit(envelope) ?? envelope.sessions;
    for (const id of sessions) this.#deliverTo(id, envelope);
  }

  #deliverTo(id: number, stanza: OutboundStanza): void {
    const session = this.#sessions.get(id);
    if (session?.hears === true) session.receiver.deliver(stanza);
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
        {
          session.waiting.strike(envelope.seq);
          return;
        }
      case 'bound':
        session.keep(envelope.memo, this.#options.timers.now());
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
    this.#sessions.remove(session);
    for (const look of this.#lookers) look();
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
