/**
 * A failure that comes again and again for as long as its cause lasts, in the log: said at once, then at growing
 * distances with how often it has come since, and once more when it has not come for a while.
 */
import type { Timers } from '@rollcall/store';
import type { Logger } from 'pino';

export interface ComplaintOptions {
  readonly log: Logger;
  readonly timers: Timers;
  /** What is logged: `<what>_failed`, and in the end `<what>_restored`. */
  readonly what: string;
  /** What lasts comes more often than this. */
  readonly quietMs: number;
  /** Fields of every line. */
  readonly about?: Readonly<Record<string, unknown>>;
}

const firstPauseMs = 5_000;
const longestPauseMs = 300_000;

interface Trouble {
  readonly sinceMs: number;
  lastMs: number;
  total: number;
  unsaid: number;
  pauseMs: number;
  nextSaidMs: number;
}

export class Complaint {
  readonly #options: ComplaintOptions;
  #trouble: Trouble | undefined;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: ComplaintOptions) {
    this.#options = options;
  }

  /** What it happened to is named where it is said. */
  failed(error: unknown, happenedTo: Readonly<Record<string, unknown>> = {}): void {
    if (this.#stopped) return;
    const now = this.#options.timers.now();
    const trouble = (this.#trouble ??= this.#begin(now));
    trouble.lastMs = now;
    trouble.total += 1;
    trouble.unsaid += 1;
    if (now < trouble.nextSaidMs) return;
    const { log, what, about } = this.#options;
    log.warn({
      event: `${what}_failed`,
      ...about,
      ...happenedTo,
      times: trouble.unsaid,
      err: error,
    });
    trouble.unsaid = 0;
    trouble.nextSaidMs = now + trouble.pauseMs;
    trouble.pauseMs = Math.min(2 * trouble.pauseMs, longestPauseMs);
  }

  /** Nothing more is said. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #begin(now: number): Trouble {
    this.#lookLater(this.#options.quietMs);
    const pauseMs = firstPauseMs;
    return { sinceMs: now, lastMs: now, total: 0, unsaid: 0, pauseMs, nextSaidMs: now };
  }

  #lookLater(ms: number): void {
    this.#cancel = this.#options.timers.setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    if (this.#trouble === undefined) return;
    const { timers, quietMs, log, what, about } = this.#options;
    const { sinceMs, lastMs, total } = this.#trouble;
    const restMs = lastMs + quietMs - timers.now();
    if (restMs > 0) {
      this.#lookLater(restMs);
      return;
    }
    this.#trouble = undefined;
    const lastedMs = Math.round(lastMs - sinceMs);
    log.info({ event: `${what}_restored`, ...about, times: total, lastedMs });
  }
}
