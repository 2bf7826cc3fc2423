/** What an engine does when shards come to it or go from it, and when other processes die. */
import type { Session, SessionRef } from '@rollcall/presence';
import type { RecordStore } from '@rollcall/store';
import { bareOf } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { Actor } from '../actor/actor.ts';
import type { AnnouncedSession, GoneSession, ShownSession } from '../envelope/envelope.ts';
import { IntakeOpener } from '../handshake/intake-opener.ts';
import { wakeUnsettled } from '../handshake/unsettled.ts';
import type { Announcer } from '../ownership/tenure.ts';
import type { Post } from '../post/post.ts';
import type { ProcessId } from '../process/process-id.ts';
import { shardCount } from '../shard/shard-of.ts';
import type { Turns } from '../time/turns.ts';
import type { Engine } from './engine.ts';

export interface SuccessionOptions {
  readonly engine: Engine;
  readonly records: RecordStore;
  readonly post: Post;
  readonly turns: Turns;
  readonly log: Logger;
  /** Whether a front-end lives, by the shard map. */
  readonly isMember: (process: ProcessId) => boolean;
  /** Whether the shard is served here. */
  readonly serves: (shard: number) => boolean;
}

export class Succession {
  readonly #options: SuccessionOptions;
  /** Shards that have come lately and whose unfinished handshakes have not been looked for. */
  #arrived = new Set<number>();
  #lookDue = false;
  readonly #intakes: IntakeOpener;

  constructor(options: SuccessionOptions) {
    this.#options = options;
    const { engine, log, serves } = options;
    const { intake, timers, limits, metrics } = engine;
    const mayAct = () => engine.mayAct();
    this.#intakes = new IntakeOpener({ intake, timers, limits, metrics, log, mayAct, serves });
  }

  /** All sessions of the shard are known: they go on as if nothing had happened. */
  take(shard: number, announced: readonly Announcer[], clean: boolean): void {
    for (const { from, sessions } of announced)
      for (const session of sessions) this.#restore(from, session, !clean);
    this.endStrangers((actor) => actor.shard === shard);
    this.#intakes.open(shard);
    this.#arrived.add(shard);
    this.#lookSoon();
  }

  /**
   * The store was away, and may have lost what it acknowledged last: residents give back what they know, and of others
   * a handshake may have to be sent again that had been settled.
   */
  storeIsBack(): void {
    const { engine, serves } = this.#options;
    engine.doubtRecords();
    for (let shard = 0; shard < shardCount; shard += 1) if (serves(shard)) this.#arrived.add(shard);
    if (this.#arrived.size > 0) this.#lookSoon();
  }

  /** Something was lost between this process and a front-end: both say what they know. */
  takeAgain(from: ProcessId, sessions: readonly AnnouncedSession[]): void {
    const { engine, post } = this.#options;
    for (const announced of sessions) {
      const actor = engine.residents.wake(announced.user);
      actor.whenQuiet(() => {
        const known = sessionOf(actor, { frontEnd: from, id: announced.id });
        if (known === undefined) {
          this.#restore(from, announced, true);
          return;
        }
        const { seq } = known;
        const memo = engine.core.memoOf(known);
        post.toGate(from, { kind: 'progress', session: announced.id, seq, memo });
        if (announced.sayAgain) actor.post({ input: { kind: 'sayAgain' }, again: true });
      });
    }
  }

  /** Nobody speaks to the shard any more: everything is written, then its actors sleep. */
  async finish(shard: number): Promise<void> {
    const { engine, log, serves } = this.#options;
    const isOurs = (actor: Actor) => actor.shard === shard;
    await this.#intakes.close(shard).catch((error: unknown) => {
      if (serves(shard)) log.warn({ event: 'intake_close_failed', shard, err: error });
    });
    await engine.residents.quiet(isOurs);
    for (const actor of engine.residents.all()) {
      if (!isOurs(actor)) continue;
      engine.pacer.finish(actor.user);
      if (actor.state && engine.core.isDirty(actor.state)) actor.post({ input: { kind: 'idle' } });
    }
    await engine.residents.quiet(isOurs);
    for (const actor of [...engine.residents.all()].filter(isOurs)) engine.residents.remove(actor);
  }

  /** The sessions of processes that do not live any more are over; those who watch are told. */
  endStrangers(which: (actor: Actor) => boolean): void {
    for (const actor of [...this.#options.engine.residents.all()])
      if (which(actor)) actor.whenQuiet(() => this.#endStrangersOf(actor));
  }

  /** Of sessions that somebody was shown, those that are not to be seen any more. */
  async gone(shown: readonly ShownSession[]): Promise<readonly GoneSession[]> {
    const answers = await Promise.all(shown.map((each) => this.#ifGone(each)));
    return answers.filter((gone) => gone !== undefined);
  }

  async #ifGone({ session, address }: ShownSession): Promise<GoneSession | undefined> {
    const actor = this.#options.engine.residents.find(bareOf(address));
    if (actor !== undefined) await new Promise<void>((resolve) => actor.whenQuiet(resolve));
    // Stopped before it had dealt with what it was told: whoever takes its place knows.
    if (actor?.isStopped() === true) return undefined;
    const known = actor && sessionOf(actor, session);
    if (known === undefined) return { session, address, seq: Number.MAX_SAFE_INTEGER };
    const isSeen = known.shown || known.directedTo.size > 0;
    return isSeen ? undefined : { session, address, seq: known.seq };
  }

  /** To users of shards whose former owner has died, what was broadcast to them of late. */
  sayRecentAgain(shards: ReadonlySet<number>): void {
    const { engine } = this.#options;
    this.#inTurns(engine.recent?.all() ?? [], (user) =>
      engine.residents
        .find(user)
        ?.post({ input: { kind: 'sayAgain' }, again: true, onlyTo: shards }),
    );
  }

  /** Something was lost between this engine and another: everyone here says again what they show. */
  sayAllAgain(): void {
    const { engine } = this.#options;
    this.#inTurns([...engine.residents.all()], (actor) => {
      if ((actor.state?.sessions.size ?? 0) > 0)
        actor.post({ input: { kind: 'sayAgain' }, again: true });
    });
  }

  #inTurns<T>(list: readonly T[], act: (item: T) => void): void {
    for (const item of list.slice(0, actorsPerTurn)) act(item);
    const rest = list.slice(actorsPerTurn);
    if (rest.length > 0) this.#options.turns.soon(() => this.#inTurns(rest, act));
  }

  #restore(from: ProcessId, announced: AnnouncedSession, lossy: boolean): void {
    const { user, id, resource, askedMs, seq, memo, recent, sayAgain } = announced;
    const { residents, recent: speakers } = this.#options.engine;
    if (recent) speakers?.note(user);
    const session = { frontEnd: from, id };
    residents.tell(user, {
      input: {
        kind: 'sessionRestored',
        ...{ session, resource, seq, memo },
        ...(askedMs !== undefined && { askedMs }),
        ...(lossy && { lossy }),
      },
    });
    if (sayAgain) residents.tell(user, { input: { kind: 'sayAgain' }, again: true });
  }

  #endStrangersOf(actor: Actor): void {
    for (const { ref: session, resource, seq } of actor.state?.sessions.values() ?? []) {
      if (this.#options.isMember(session.frontEnd as ProcessId)) continue;
      actor.post({ input: { kind: 'sessionEnded', session, resource, seq: seq + 1 } });
    }
  }

  /** One look at the records for all shards that came together. */
  #lookSoon(): void {
    if (this.#lookDue) return;
    this.#lookDue = true;
    this.#options.engine.timers.setTimeout(() => {
      this.#lookDue = false;
      const shards = this.#arrived;
      this.#arrived = new Set();
      void this.#wakeUnsettled(shards);
    }, gatherMs);
  }

  async #wakeUnsettled(shards: ReadonlySet<number>): Promise<void> {
    const { engine, records, log, serves } = this.#options;
    try {
      const users = await wakeUnsettled({
        records,
        residents: engine.residents,
        atOnce: engine.limits.wakingAtOnce,
        owns: (shard) => shards.has(shard) && serves(shard),
      });
      log.info({ event: 'shards_taken', shards: shards.size, unsettledUsers: users });
    } catch (error) {
      if (![...shards].some(serves)) return;
      log.warn({ event: 'unsettled_look_failed', err: error });
      engine.timers.setTimeout(() => {
        for (const shard of shards) if (serves(shard)) this.#arrived.add(shard);
        if (this.#arrived.size > 0) this.#lookSoon();
      }, engine.limits.retryMaxMs);
    }
  }
}

/** Shards that move settle one after the other: one look finds what is unfinished in all of them. */
const gatherMs = 250;

/** Actors that say again in one turn. */
const actorsPerTurn = 200;

function sessionOf(actor: Actor, { frontEnd, id }: SessionRef): Session | undefined {
  for (const session of actor.state?.sessions.values() ?? [])
    if (session.ref.id === id && session.ref.frontEnd === frontEnd) return session;
  return undefined;
}
