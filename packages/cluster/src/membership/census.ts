/**
 * Who lives, as far as one process can tell: each node's last word, and when it was heard by this process's own clock.
 * That a lease has run out reaches nobody; that nothing was heard for so long does.
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
}

export class Census {
  readonly #leases: Leases;
  readonly #timers: Timers;
  readonly #heard = new Map<string, Heard>();
  #watch: { readonly stop: () => void } | undefined;

  constructor(leases: Leases, timers: Timers) {
    this.#leases = leases;
    this.#timers = timers;
  }

  /** Rejects with `CoordinationError`. */
  async start(): Promise<void> {
    this.#watch = await this.#leases.watch((change) => this.#hear(change));
  }

  stop(): void {
    this.#watch?.stop();
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

  #hear({ key, value, revision }: BucketChange): void {
    if (!key.startsWith(nodeKeyPrefix)) return;
    const known = this.#heard.get(key);
    // Everything is told again after a lost connection: what we know already is no sign of life.
    if (known !== undefined && revision <= known.revision) return;
    const member = value === undefined ? undefined : decodeMember(value);
    if (member === undefined) this.#heard.delete(key);
    else this.#heard.set(key, { member, revision, atMs: this.#timers.now() });
  }
}
