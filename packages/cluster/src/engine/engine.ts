/**
 * The engine: takes envelopes for the users that it owns, hands them to their actors, and has what the actors decide
 * carried out.
 */
import type { Effect, Input } from '@rollcall/presence';
import type { AccountStore, HandshakeQueue, RecordStore, Timers } from '@rollcall/store';
import type { Stanza } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { Actor, ActorSurroundings } from '../actor/actor.ts';
import type { Letter, Refusal } from '../actor/letter.ts';
import type { PresenceCore } from '../actor/presence-core.ts';
import { Complaint } from '../complaint/complaint.ts';
import type { ToOwner } from '../envelope/envelope.ts';
import { Courier } from '../handshake/courier.ts';
import { Intake } from '../handshake/intake.ts';
import { Publisher } from '../handshake/publisher.ts';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import { CoarseTimers } from '../time/coarse-timers.ts';
import { Slices } from '../time/slices.ts';
import type { Turns } from '../time/turns.ts';
import { inputOf } from './addressed.ts';
import { Broadcaster } from './broadcaster.ts';
import { FanOut } from './fan-out.ts';
import { FrequentSpeakers } from './frequent-speakers.ts';
import { Interpreter } from './interpreter.ts';
import type { OfflineStore } from './offline-store.ts';
import { Pacer } from './pacer.ts';
import { answerQuestion } from './question.ts';
import type { RecentSpeakers } from './recent-speakers.ts';
import { RecipientCache } from './recipients.ts';
import { refuseLetter } from './refusal.ts';
import { Residents } from './residents.ts';
import { Revival } from './revival.ts';
import { Router } from './router.ts';
import type { Served } from './served.ts';
import { UserRecords } from './user-records.ts';

/** NATS writes to disk every two minutes, unless it is told otherwise (`sync_interval`). */
const mayBeLostMs = 150_000;

/** The core pauses after each page of a roster, which is about so many. */
const contactsPerSlice = 256;

export interface EngineOptions {
  readonly core: PresenceCore;
  readonly records: RecordStore;
  readonly accounts: AccountStore;
  readonly queue: HandshakeQueue;
  readonly timers: Timers;
  readonly turns: Turns;
  readonly served: Served;
  readonly offline: OfflineStore;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly post: Post;
  /** Left out where the process is the whole cluster. */
  readonly recent?: RecentSpeakers;
  /** Whether this process may act as an owner; one that may have lost its lease may not. */
  readonly mayAct: () => boolean;
}

export class Engine implements ActorSurroundings {
  readonly core: PresenceCore;
  readonly timers: Timers;
  readonly coarseTimers: CoarseTimers;
  readonly slices: Slices;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
  readonly records: UserRecords;
  readonly residents: Residents;
  readonly publisher: Publisher;
  readonly intake: Intake;
  readonly pacer: Pacer;
  readonly broadcaster: Broadcaster;
  /** Kept where owners of recipients may die. */
  readonly recent: RecentSpeakers | undefined;
  readonly #options: EngineOptions;
  readonly #router: Router;
  readonly #fanOut: FanOut;
  readonly #interpreter: Interpreter;
  readonly #revival: Revival;
  readonly #storeComplaint: Complaint;
  #over = false;

  constructor(options: EngineOptions) {
    const { core, timers, turns, limits, metrics, post, served, log, queue, offline } = options;
    const { records, accounts } = options;
    this.#options = options;
    this.core = core;
    this.timers = timers;
    this.coarseTimers = new CoarseTimers(timers);
    const quietMs = 2 * limits.retryMaxMs;
    this.#storeComplaint = new Complaint({ log, timers, what: 'store', quietMs });
    this.limits = limits;
    this.metrics = metrics;
    const slices = new Slices(turns, Math.max(1, limits.recipientsPerTurn / contactsPerSlice));
    this.slices = slices;
    this.records = new UserRecords({ core, records, accounts, slices, metrics, log });
    this.residents = new Residents({ around: this, timers, limits, metrics });
    this.#revival = new Revival(core, this.residents, post);
    this.publisher = new Publisher({ queue, timers, limits, metrics, log });
    this.intake = new Intake({
      queue,
      timers,
      limits,
      metrics,
      log,
      tell: (user, letter) => this.residents.tell(user, letter),
    });
    this.pacer = new Pacer(turns);
    const courier = new Courier(this.publisher, timers);
    this.#router = new Router(post, served, courier, metrics);
    const { residents } = this;
    const speakers = new FrequentSpeakers(residents, timers, limits.hearersKept, metrics);
    metrics.gauge('hearers_kept', () => speakers.places);
    this.#fanOut = new FanOut({ residents, speakers, served, post, metrics });
    const recipients = new RecipientCache(post, served, limits.recipientsPerTurn);
    this.recent = options.recent;
    this.broadcaster = new Broadcaster({
      post,
      recipients,
      recent: options.recent,
      pacer: this.pacer,
      metrics,
      route: (stanza, again) => this.#router.route(stanza, undefined, again),
    });
    this.#interpreter = new Interpreter({
      post,
      router: this.#router,
      broadcaster: this.broadcaster,
      fanOut: this.#fanOut,
      pacer: this.pacer,
      publisher: this.publisher,
      intake: this.intake,
      offline,
      metrics,
      log,
    });
  }

  /** Never throws: what goes wrong is counted and logged, and concerns this envelope alone. */
  receive(envelope: ToOwner): void {
    try {
      this.#take(envelope);
    } catch (error) {
      this.metrics.count('envelopes_failed');
      this.#options.log.error({ event: 'envelope_failed', kind: envelope.kind, err: error });
    }
  }

  /** A stanza of a component's, on its way to whomever it is addressed to. */
  route(stanza: Stanza): void {
    this.#router.accept(stanza);
  }

  /** It has stopped and forgotten who is here: whatever it would say of anybody would be wrong. */
  get isOver(): boolean {
    return this.#over;
  }

  mayAct(): boolean {
    return this.#options.mayAct();
  }

  /** The store may have lost what it acknowledged last: whoever has saved of late looks. */
  doubtRecords(): void {
    const sinceMs = this.timers.now() - mayBeLostMs;
    for (const actor of this.residents.all()) if (actor.savedMs >= sinceMs) actor.doubtRecord();
  }

  carryOut(actor: Actor, effects: readonly Effect[], letter: Letter): void {
    this.#interpreter.carryOut(actor, effects, letter);
  }

  refuse(_actor: Actor, letter: Letter, refusal: Refusal): void {
    refuseLetter(letter, refusal, this.#options.post, this.#router);
  }

  rested(actor: Actor): void {
    this.#revival.rested(actor.user);
    this.residents.rested(actor);
  }

  storeFailed(actor: Actor, error: unknown): void {
    // Whoever has stopped asks for nothing more; that its store is closed then is no failure.
    if (actor.isStopped()) return;
    this.metrics.count('save_failures');
    this.#storeComplaint.failed(error, { user: actor.user });
  }

  failed(actor: Actor, error: unknown, letters: readonly Letter[]): void {
    this.metrics.count('actors_failed');
    const inputs = letters.map(({ input }) => input.kind);
    const { log } = this.#options;
    log.error({ event: 'actor_failed', user: actor.user, inputs, err: error });
    this.residents.remove(actor);
    for (const letter of letters) this.refuse(actor, letter, 'actor-failed');
    this.#revival.endSessionsOf(actor);
  }

  /** Writes what is only in memory, lets what is under way end, and stops; after `timeoutMs` it just stops. */
  async settle(timeoutMs: number): Promise<void> {
    let cancel = (): void => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = this.timers.setTimeout(resolve, timeoutMs);
    });
    await Promise.race([this.#writeAll(), timeout]);
    cancel();
    this.publisher.stop();
    await this.intake.end();
    this.#stop();
  }

  /** Stops at once: nothing is written or said any more. */
  abandon(): void {
    this.publisher.stop();
    void this.intake.end();
    this.#stop();
  }

  #stop(): void {
    this.#over = true;
    this.residents.stopAll();
    this.coarseTimers.stop();
    this.#storeComplaint.stop();
  }

  async #writeAll(): Promise<void> {
    await this.residents.quiet(() => true);
    await this.publisher.drained();
    for (const actor of this.residents.all())
      if (actor.state && this.core.isDirty(actor.state)) actor.post({ input: { kind: 'idle' } });
    await this.residents.quiet(() => true);
  }

  #take(envelope: ToOwner): void {
    switch (envelope.kind) {
      case 'broadcast':
        this.#fanOut.spread(envelope);
        return;
      case 'answers':
        for (const answer of envelope.answers)
          this.residents.find(envelope.user)?.post({
            input: { kind: 'probeAnswered', answer },
            again: envelope.again === true,
          });
        return;
      case 'ask':
        return void answerQuestion(envelope, this, this.#options.post);
      case 'end':
        this.#end(envelope);
        return;
      case 'audit':
        throw new Error('an audit is not for an engine');
      default: {
        const { user, input, again } = inputOf(envelope);
        this.residents.tell(user, { input, again });
      }
    }
  }

  /** The front-end waits for the answer before it forgets the session. */
  #end({ user, session, resource, seq, again }: Extract<ToOwner, { kind: 'end' }>): void {
    const input: Input = { kind: 'sessionEnded', session, resource, seq };
    this.residents.tell(user, {
      input,
      again: again === true,
      settled: (refusal) => {
        if (refusal === undefined || refusal === 'actor-failed')
          this.#options.post.toGate(session.frontEnd, { kind: 'ended', session: session.id });
      },
    });
  }
}
