/**
 * Holds one lease by renewing it, and knows until when it is certainly held: by this process's own clock, started
 * before the renewal was sent.
 */
import type { Timers } from '@rollcall/store';
import type { Leases } from '../coordination/coordination.ts';

export interface LeaseKeeperOptions {
  readonly leases: Leases;
  readonly timers: Timers;
  readonly key: string;
  /** Read anew for each renewal. */
  readonly value: () => string;
  readonly renewEveryMs: number;
  /** So much before the lease could run out its holder stops relying on it: for pauses between looking and acting. */
  readonly marginMs: number;
  /**
   * It has run out and was renewed all the same: what others have decided meanwhile must be known before it counts as
   * held. Where this rejects, it is asked again with the next renewal.
   */
  readonly lapsed: () => Promise<void>;
  /** Somebody else holds it now. Called once; nothing is renewed any more. */
  readonly replaced: () => void;
  /** A renewal has succeeded. */
  readonly renewed: () => void;
  readonly failed: (error: unknown) => void;
}

export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #revision = 0;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #renewing = false;
  #stopped = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  get held(): boolean {
    return !this.#stopped && this.#options.timers.now() < this.#heldUntilMs;
  }

  /**
   * Takes the lease: one that does not exist, or the one with `revision`. False if somebody else was faster. Rejects
   * with `CoordinationError`.
   */
  async take(revision: number): Promise<boolean> {
    this.#revision = revision;
    const taken = await this.#write();
    if (taken) this.#renewLater();
    return taken;
  }

  /** Renews now, because the value has changed. */
  renewNow(): void {
    if (this.#revision > 0 && !this.#stopped) void this.#renew();
  }

  /** Gives the lease up. What others see of it is gone at once, if they can be reached. */
  async release(): Promise<void> {
    this.stop();
    await this.#options.leases.remove(this.#options.key, this.#revision).catch(() => false);
  }

  /** Lets the lease run out. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #renewLater(): void {
    if (this.#stopped) return;
    const { timers, renewEveryMs } = this.#options;
    this.#cancel?.();
    this.#cancel = timers.setTimeout(() => void this.#renew(), renewEveryMs);
  }

  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      if (!(await this.#write())) await this.#reclaim();
    } catch (error) {
      this.#options.failed(error);
    } finally {
      this.#renewing = false;
      this.#renewLater();
    }
  }

  async #write(): Promise<boolean> {
    const { leases, timers, key, value, marginMs, lapsed, renewed } = this.#options;
    const sentMs = timers.now();
    const written = await leases.write(key, value(), this.#revision);
    if (!written.ok) return false;
    this.#revision = written.revision;
    if (this.#hasLapsed()) await lapsed();
    this.#heldUntilMs = sentMs + leases.ttlMs - marginMs;
    renewed();
    return true;
  }

  #hasLapsed(): boolean {
    return Number.isFinite(this.#heldUntilMs) && !this.held;
  }

  /**
   * The lease is not as we left it. It may have run out, or a write of ours was carried out though its answer was lost;
   * otherwise somebody else has it.
   */
  async #reclaim(): Promise<void> {
    const { leases, key, value, replaced } = this.#options;
    const there = await leases.read(key);
    if (there === undefined) this.#revision = 0;
    else if (there.revision < this.#revision)
      return; // a stale read; the next renewal sees more
    else if (isOurs(there.value, value())) this.#revision = there.revision;
    else {
      this.stop();
      replaced();
      return;
    }
    await this.#write();
  }
}

/** By the `process` that both name; the rest of the value changes with each renewal. */
function isOurs(there: string, ours: string): boolean {
  return processIn(there) === processIn(ours);
}

function processIn(value: string): unknown {
  try {
    return (JSON.parse(value) as { readonly process?: unknown }).process;
  } catch {
    return value;
  }
}
