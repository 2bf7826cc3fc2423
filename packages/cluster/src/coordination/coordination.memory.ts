/** Coordination in memory: for tests and for simulations, on whose clock leases run out. */
import type { Timers } from '@rollcall/store';
import { Way } from '../time/way.ts';
import {
  CoordinationError,
  type Bucket,
  type BucketChange,
  type BucketEntry,
  type BucketWrite,
  type Coordination,
  type Leases,
} from './coordination.ts';

export interface MemoryCoordinationOptions {
  readonly timers: Timers;
  readonly leaseTtlMs: number;
}

/** What several processes share; each gets its own view by `connect`, which can be cut. */
export class MemoryCoordination {
  readonly #leases: SharedBucket;
  readonly #facts: SharedBucket;
  readonly #ttlMs: number;
  readonly #timers: Timers;

  constructor({ timers, leaseTtlMs }: MemoryCoordinationOptions) {
    this.#timers = timers;
    this.#ttlMs = leaseTtlMs;
    this.#leases = new SharedBucket(timers, leaseTtlMs);
    this.#facts = new SharedBucket(timers, undefined);
  }

  /** `delayMs` is how long the next question, answer or notice is on its way. Default 0. */
  connect(delayMs?: () => number): Coordination & { setConnected(connected: boolean): void } {
    const delay = delayMs && { ms: delayMs, timers: this.#timers };
    const leases = new BucketView(this.#leases, delay);
    const facts = new BucketView(this.#facts, delay);
    return {
      leases: Object.assign(leases, { ttlMs: this.#ttlMs }) satisfies Leases,
      facts,
      setConnected(connected) {
        leases.setConnected(connected);
        facts.setConnected(connected);
      },
    };
  }
}

interface Stored extends BucketEntry {
  readonly cancelExpiry: () => void;
}

class SharedBucket {
  readonly #timers: Timers;
  readonly #ttlMs: number | undefined;
  readonly #entries = new Map<string, Stored>();
  readonly #watchers = new Set<(change: BucketChange) => void>();
  #lastRevision = 0;

  constructor(timers: Timers, ttlMs: number | undefined) {
    this.#timers = timers;
    this.#ttlMs = ttlMs;
  }

  read(key: string): BucketEntry | undefined {
    return this.#entries.get(key);
  }

  entries(): readonly BucketEntry[] {
    return [...this.#entries.values()];
  }

  write(key: string, value: string, expectedRevision: number): BucketWrite {
    const before = this.#entries.get(key);
    if ((before?.revision ?? 0) !== expectedRevision) return { ok: false };
    before?.cancelExpiry();
    const revision = ++this.#lastRevision;
    const cancelExpiry =
      this.#ttlMs === undefined
        ? () => undefined
        : this.#timers.setTimeout(() => this.#entries.delete(key), this.#ttlMs);
    this.#entries.set(key, { key, value, revision, cancelExpiry });
    this.#tell({ key, value, revision });
    return { ok: true, revision };
  }

  remove(key: string, expectedRevision: number): boolean {
    const before = this.#entries.get(key);
    if (before?.revision !== expectedRevision) return false;
    before.cancelExpiry();
    this.#entries.delete(key);
    this.#tell({ key, value: undefined, revision: ++this.#lastRevision });
    return true;
  }

  watch(onChange: (change: BucketChange) => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }

  #tell(change: BucketChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}

interface Delay {
  readonly ms: () => number;
  readonly timers: Timers;
}

interface Watch {
  readonly onChange: (change: BucketChange) => void;
  ready: boolean;
}

class BucketView implements Bucket {
  readonly #shared: SharedBucket;
  readonly #delay: Delay | undefined;
  readonly #notices: Way | undefined;
  readonly #watches = new Set<Watch>();
  #connected = true;

  constructor(shared: SharedBucket, delay: Delay | undefined) {
    this.#shared = shared;
    this.#delay = delay;
    this.#notices = delay && new Way(delay.timers);
    shared.watch((change) => this.#tell(change));
  }

  async read(key: string): Promise<BucketEntry | undefined> {
    await this.#ready();
    return this.#answer(this.#shared.read(key));
  }

  async entries(prefix = ''): Promise<readonly BucketEntry[]> {
    await this.#ready();
    return this.#answer(this.#shared.entries().filter(({ key }) => key.startsWith(prefix)));
  }

  async write(key: string, value: string, expectedRevision: number): Promise<BucketWrite> {
    await this.#ready();
    return this.#answer(this.#shared.write(key, value, expectedRevision));
  }

  async remove(key: string, expectedRevision: number): Promise<boolean> {
    await this.#ready();
    return this.#answer(this.#shared.remove(key, expectedRevision));
  }

  async watch(onChange: (change: BucketChange) => void): Promise<{ readonly stop: () => void }> {
    await this.#ready();
    const watch = { onChange, ready: false };
    this.#watches.add(watch);
    // After the caller has had its answer.
    void Promise.resolve().then(() => {
      watch.ready = true;
      this.#tellAll(watch);
    });
    return { stop: () => void this.#watches.delete(watch) };
  }

  setConnected(connected: boolean): void {
    const isBack = connected && !this.#connected;
    this.#connected = connected;
    if (isBack) for (const watch of this.#watches) this.#tellLater(() => this.#tellAll(watch));
  }

  #tellAll(watch: Watch): void {
    if (!this.#connected || !this.#watches.has(watch)) return;
    for (const entry of this.#shared.entries()) watch.onChange(entry);
  }

  #tell(change: BucketChange): void {
    if (!this.#connected) return;
    for (const watch of this.#watches) {
      if (!watch.ready) continue;
      this.#tellLater(() => {
        if (this.#connected && this.#watches.has(watch)) watch.onChange(change);
      });
    }
  }

  /** A notice is on its way as long as an answer is. */
  #tellLater(tell: () => void): void {
    if (this.#notices === undefined || this.#delay === undefined) tell();
    else this.#notices.carry(this.#delay.ms(), tell);
  }

  /** What was carried out may have been carried out without the asker ever hearing of it. */
  async #answer<T>(answer: T): Promise<T> {
    await this.#pause();
    this.#mustBeConnected();
    return answer;
  }

  async #pause(): Promise<void> {
    const delay = this.#delay;
    if (delay === undefined) return;
    await new Promise<void>((resolve) => {
      delay.timers.setTimeout(resolve, delay.ms());
    });
  }

  /** Every operation takes effect in a later microtask, as it would with a server, so that callers rely on no less. */
  async #ready(): Promise<void> {
    await Promise.resolve();
    this.#mustBeConnected();
    await this.#pause();
    this.#mustBeConnected();
  }

  #mustBeConnected(): void {
    if (!this.#connected)
      throw new CoordinationError('coordination_unavailable', 'The coordination service is away.');
  }
}
