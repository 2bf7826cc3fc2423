/**
 * How a life leaves the cluster in good order: sessions end, shards are handed over, what is in memory is written, what
 * was said arrives, the leases go. Each step takes what time there is, and what cannot be done in time is left undone:
 * the cluster then treats the process as one that has died.
 */
import { within, type Timers } from '@rollcall/store';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import type { Gate } from '../gate/gate.ts';
import type { Links } from '../link/links.ts';
import type { Membership } from '../membership/membership.ts';
import type { Tenures } from '../ownership/tenures.ts';
import type { ProcessId } from '../process/process-id.ts';

export interface DepartureOptions {
  readonly self: ProcessId;
  readonly gate: Gate;
  readonly engine: Engine;
  readonly tenures: Tenures;
  readonly links: Links;
  readonly membership: Membership;
  readonly timers: Timers;
  readonly log: Logger;
}

/** Of the time there is, for giving up the leases: others then need not wait until they have run out. */
const shareOfRelease = 0.15;

export class Departure {
  readonly #options: DepartureOptions;
  #begun = false;
  #whenEmpty: (() => void)[] = [];

  constructor(options: DepartureOptions) {
    this.#options = options;
  }

  /** The shards of this process are to be given to others. */
  get handsOver(): boolean {
    return this.#begun;
  }

  tenuresChanged(): void {
    if (this.#options.tenures.size === 0)
      for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  async leave(timeoutMs: number): Promise<void> {
    const { gate, engine, links, membership, timers, log, self } = this.#options;
    const deadlineMs = timers.now() + timeoutMs * (1 - shareOfRelease);
    const left = () => Math.max(0, deadlineMs - timers.now());
    await gate.close(left());
    await this.#handOver(left());
    await within(timers, engine.settle(left()), left());
    await within(timers, links.drained(), left());
    if (!(await within(timers, membership.release(), left() + timeoutMs * shareOfRelease)))
      log.info({ event: 'lease_not_released', process: self }, 'The lease runs out by itself.');
  }

  async #handOver(timeoutMs: number): Promise<void> {
    const { self, tenures, membership, timers } = this.#options;
    const others = membership.map.engines.filter((engine) => engine !== self);
    if (others.length === 0 || tenures.size === 0) return;
    this.#begun = true;
    membership.renewNow();
    await within(timers, new Promise<void>((resolve) => this.#whenEmpty.push(resolve)), timeoutMs);
  }
}
