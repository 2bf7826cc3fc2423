/**
 * Processes whose frames cannot be read, most likely because they are of another version. Whatever they meant is lost;
 * that they are there is said once each.
 */
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.ts';
import type { ProcessId } from '../process/process-id.ts';

/** Whoever may publish can make up names. */
const mostNamed = 64;

export class Strangers {
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #named = new Set<ProcessId>();

  constructor({ metrics, log }: { readonly metrics: Metrics; readonly log: Logger }) {
    this.#metrics = metrics;
    this.#log = log;
  }

  unreadable(process: ProcessId): void {
    this.#metrics.count('frames_unreadable');
    if (this.#named.has(process) || this.#named.size >= mostNamed) return;
    this.#named.add(process);
    this.#log.warn(
      { event: 'frame_unreadable', process },
      'a process speaks in a way that this version cannot read; run the same version on all nodes',
    );
  }
}
