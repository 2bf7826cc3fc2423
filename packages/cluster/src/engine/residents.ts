/** The actors in memory: woken by a letter, put to sleep when they have nothing to do. */
import type { Input, UserState } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { Actor, type ActorSurroundings } from '../actor/actor.ts';
import type { Letter } from '../actor/letter.ts';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { shardOf } from '../shard/shard-of.ts';

export interface ResidentsOptions {
  readonly around: ActorSurroundings;
  readonly timers: Timers;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
}

export class Residents {
  readonly #options: ResidentsOptions;
  readonly #actors = new Map<BareJid, Actor>();
  /** Those that had something to do since the last sweep, or that may soon sleep: only they are looked at. */
  readonly #restless = new Set<Actor>();
  #sweep: (() => void) | undefined;
  #arrivals = 0;

  constructor(options: ResidentsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#actors.size;
  }

  /** Grows with each actor: whoever was looked for in vain may be here once it has changed. */
  get arrivals(): number {
    return this.#arrivals;
  }

  get depth(): number {
    let depth = 0;
    for (const actor of this.#actors.values()) depth += actor.depth;
    return depth;
  }

  find(user: BareJid): Actor | undefined {
    return this.#actors.get(user);
  }

  all(): IterableIterator<Actor> {
    return this.#actors.values();
  }

  wake(user: BareJid): Actor {
    const resident = this.#actors.get(user);
    if (resident !== undefined) return resident;
    const actor = new Actor(user, shardOf(user), this.#options.around);
    this.#actors.set(user, actor);
    this.#arrivals += 1;
    this.#options.metrics.count('actors_woken');
    return actor;
  }

  tell(user: BareJid, letter: Letter): void {
    this.wake(user).post(letter);
  }

  /** Tells an actor something and waits until it is dealt with; rejects if it is not. */
  told(user: BareJid, input: Input): Promise<void> {
    return new Promise((resolve, reject) => {
      const settled = (refusal?: string) => {
        if (refusal === undefined) resolve();
        else reject(new Error(`the actor of ${user} did not take ${input.kind}: ${refusal}`));
      };
      this.tell(user, { input, settled });
    });
  }

  remove(actor: Actor): void {
    this.#restless.delete(actor);
    if (this.#actors.get(actor.user) === actor) this.#actors.delete(actor.user);
    actor.stop();
  }

  /** Puts an actor to sleep without waiting, if it has nothing to do. */
  release(user: BareJid): void {
    const actor = this.#actors.get(user);
    if (actor?.state === undefined || !actor.quiet || !this.#maySleep(actor, actor.state)) return;
    this.remove(actor);
  }

  /** Called when an actor has dealt with all it had. */
  rested(actor: Actor): void {
    this.#restless.add(actor);
    this.#sweepLater();
  }

  /** Resolves when every actor that `which` chooses has nothing waiting. */
  async quiet(which: (actor: Actor) => boolean): Promise<void> {
    const chosen = [...this.#actors.values()].filter(which);
    await Promise.all(
      chosen.map((actor) => new Promise<void>((resolve) => actor.whenQuiet(resolve))),
    );
  }

  stopAll(): void {
    this.#sweep?.();
    this.#sweep = undefined;
    for (const actor of [...this.#actors.values()]) this.remove(actor);
  }

  #sweepLater(): void {
    const { timers, limits } = this.#options;
    const everyMs = Math.max(10, Math.min(limits.idleAfterMs, limits.passivateAfterMs) / 2);
    this.#sweep ??= timers.setTimeout(() => {
      this.#sweep = undefined;
      for (const actor of [...this.#restless]) this.#look(actor);
      if (this.#restless.size > 0) this.#sweepLater();
    }, everyMs);
  }

  #look(actor: Actor): void {
    const { around, timers, limits, metrics } = this.#options;
    if (actor.state === undefined || !actor.quiet) return;
    const quietMs = timers.now() - actor.quietSinceMs;
    if (around.core.isDirty(actor.state)) {
      if (quietMs >= limits.idleAfterMs) actor.post({ input: { kind: 'idle' } });
      return;
    }
    if (actor.state.sessions.size > 0) {
      this.#restless.delete(actor);
      return;
    }
    if (quietMs < limits.passivateAfterMs || !this.#maySleep(actor, actor.state)) return;
    metrics.count('actors_passivated');
    this.remove(actor);
  }

  #maySleep(actor: Actor, state: UserState): boolean {
    const { core } = this.#options.around;
    if (core.isDirty(state) || state.sessions.size > 0) return false;
    return actor.publishing === 0 && !actor.hasAlarm;
  }
}
