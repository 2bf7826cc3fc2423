/**
 * Opens the intakes of shards that have come, some at a time, again until it works, and anew when they are lost. With
 * JetStream each takes an election among its servers: where hundreds are held at once, many fail and take ten times as
 * long.
 */
import type { Timers } from '@rollcall/store';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.ts';
import type { Intake } from './intake.ts';

export interface IntakeOpenerOptions {
  readonly intake: Pick<Intake, 'open' | 'close'>;
  readonly timers: Timers;
  readonly limits: { readonly intakesOpenedAtOnce: number; readonly retryMaxMs: number };
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Whether this process may act as an owner: one that may have been declared dead must not take a queue from the next. */
  readonly mayAct: () => boolean;
  /** Whether the shard is served here. */
  readonly serves: (shard: number) => boolean;
}

export class IntakeOpener {
  readonly #options: IntakeOpenerOptions;
  readonly #waiting = new Set<number>();
  readonly #later = new Set<number>();
  readonly #openedAtMs = new Map<number, number>();
  #opening = 0;
  #retryIsDue = false;
  #failure: { shards: number; readonly error: unknown } | undefined;

  constructor(options: IntakeOpenerOptions) {
    this.#options = options;
  }

  open(shard: number): void {
    this.#waiting.add(shard);
    this.#next();
  }

  /** Whether its turn has come or not. Rejects with `StoreError`. */
  async close(shard: number): Promise<void> {
    this.#waiting.delete(shard);
    this.#later.delete(shard);
    this.#openedAtMs.delete(shard);
    await this.#options.intake.close(shard);
  }

  #next(): void {
    const { limits, serves } = this.#options;
    for (const shard of this.#waiting) {
      if (this.#opening >= limits.intakesOpenedAtOnce) return;
      this.#waiting.delete(shard);
      if (serves(shard)) void this.#try(shard);
    }
  }

  async #try(shard: number): Promise<void> {
    const { intake, timers, mayAct, serves } = this.#options;
    if (!mayAct()) {
      this.#tryLater(shard);
      return;
    }
    this.#opening += 1;
    this.#openedAtMs.set(shard, timers.now());
    try {
      await intake.open(shard, () => this.#lost(shard));
    } catch (error) {
      if (serves(shard)) {
        this.#failure = { shards: (this.#failure?.shards ?? 0) + 1, error };
        this.#tryLater(shard);
      }
    }
    this.#opening -= 1;
    this.#next();
  }

  /**
   * Somebody has taken from it, or removed it: a former owner that does not know yet that it is one, or a request of one
   * that was carried out late. Two who both believe to own the shard do not take it from each other without a pause.
   */
  #lost(shard: number): void {
    const { timers, limits, metrics, serves } = this.#options;
    if (!serves(shard)) return;
    metrics.count('intakes_lost');
    const heldMs = timers.now() - (this.#openedAtMs.get(shard) ?? 0);
    if (heldMs < limits.retryMaxMs) this.#tryLater(shard);
    else this.open(shard);
  }

  #tryLater(shard: number): void {
    const { timers, limits } = this.#options;
    this.#later.add(shard);
    if (this.#retryIsDue) return;
    this.#retryIsDue = true;
    timers.setTimeout(() => this.#tryAgain(), limits.retryMaxMs);
  }

  /** All that failed meanwhile are one line in the log: they have one cause. */
  #tryAgain(): void {
    const shards = [...this.#later];
    const failure = this.#failure;
    this.#retryIsDue = false;
    this.#later.clear();
    this.#failure = undefined;
    if (failure !== undefined)
      this.#options.log.warn({
        event: 'intake_open_failed',
        shards: failure.shards,
        err: failure.error,
      });
    for (const shard of shards) this.open(shard);
  }
}
