/**
 * Who lives, as far as one process can tell: each node's last word, and when it was heard by this process's own clock.
 * That a lease has run out reaches nobody; that nothing was heard for so long does. It watches the leases, and reads
 * them for itself when nobody was heard at all: a watch falls silent when the server that keeps it hangs.
 */
import type { Timers } from '@rollcall/store';
import type { BucketChange, Leases } from '../coordination/coordination.ts';
import type { ProcessId } from '../process/process-id.ts';
import { nodeKeyPrefix } from './keys.ts';
import { decodeMember, type Member } from './member.ts';

interface Heard {
  readonly member: Member;
  readonly revision: number;
  readonly atMs: number;
  /** The last that was heard with a lower revision since; 0 for none. */
  readonly lower: number;
}

export interface CensusOptions {
  readonly leases: Leases;
  readonly timers: Timers;
  readonly renewEveryMs: number;
  readonly failed: (error: unknown) => void;
}

export class Census {
  readonly #options: CensusOptions;
  readonly #leases: Leases;
  readonly #timers: Timers;
  readonly #heard = new Map<string, Heard>();
  #watchHeardMs = 0;
  #watch: { readonly stop: () => void } | undefined;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: CensusOptions) {
    this.#options = options;
    this.#leases = options.leases;
    this.#timers = options.timers;
  }

  /** Rejects with `CoordinationError`. */
  async start(): Promise<void> {
    this.#watchHeardMs = this.#timers.now();
    this.#watch = await this.#leases.watch((change) => {
      this.#watchHeardMs = this.#timers.now();
      this.#hear(change);
    });
    this.#lookLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    this.#cancel?.();
  }

  /** Everyone whose lease may not have run out yet. */
  living(): readonly Member[] {
    const oldestMs = this.#timers.now() - this.#leases.ttlMs;
    return [...this.#heard.values()]
      .filter(({ atMs }) => atMs > oldestMs)
      .map(({ member }) => member);
  }

  /** Whether that process was heard of in the last `ms`. */
  heardWithin(process: ProcessId, ms: number): boolean {
    const since = this.#timers.now() - ms;
    for (const { member, atMs } of this.#heard.values())
      if (member.process === process) return atMs >= since;
    return false;
  }

  #lookLater(): void {
    if (this.#stopped) return;
    const { renewEveryMs } = this.#options;
    this.#cancel = this.#timers.setTimeout(() => {
      // Every engine renews so often, this one too.
      const isSilent = this.#timers.now() - this.#watchHeardMs >= 2 * renewEveryMs;
      if (isSilent) void this.#look().finally(() => this.#lookLater());
      else this.#lookLater();
    }, renewEveryMs);
  }

  async #look(): Promise<void> {
    try {
      for (const entry of await this.#leases.entries()) this.#hear(entry);
    } catch (error) {
      this.#options.failed(error);
    }
  }

  #hear({ key, value, revision }: BucketChange): void {
    if (!key.startsWith(nodeKeyPrefix)) return;
    const known = this.#heard.get(key);
    // Everything is told again after a lost connection: what we know already is no sign of life.
    if (
      known !== undefined &&
      revision <= known.revision &&
      !this.#countsAnew(key, known, revision)
    )
      return;
    const member = value === undefined ? undefined : decodeMember(value);
    if (member === undefined) this.#heard.delete(key);
    else this.#heard.set(key, { member, revision, atMs: this.#timers.now(), lower: 0 });
  }

  /** NATS has lost leases that it had acknowledged: whoever is heard of twice with lower revisions, in order, lives. */
  #countsAnew(key: string, known: Heard, revision: number): boolean {
    if (known.lower > 0 && revision > known.lower && revision < known.revision) return true;
    if (revision < known.revision) this.#heard.set(key, { ...known, lower: revision });
    return false;
  }
}
