// What was started, to be ended in the opposite order: at the end, or when a later part could not be started.

import { systemTimers, within } from '@rollcall/store';

/** Is told how long it may take. */
type Step = (leftMs: number) => Promise<void>;

export class Teardown {
  readonly #steps: { readonly name: string; readonly step: Step }[] = [];

  add(name: string, step: Step): void {
    this.#steps.push({ name, step });
  }

  /**
   * Every step runs, whatever fails before it; then the first failure rejects. Those that are not done when the time is
   * over are not waited for: resolves with their names. Later calls have nothing left to do.
   */
  async run(timeoutMs: number): Promise<readonly string[]> {
    const deadlineMs = performance.now() + timeoutMs;
    const failures: unknown[] = [];
    const unfinished: string[] = [];
    for (const { name, step } of this.#steps.splice(0).reverse()) {
      const leftMs = Math.max(0, deadlineMs - performance.now());
      try {
        if (!(await within(systemTimers, step(leftMs), leftMs))) unfinished.push(name);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return unfinished;
  }
}
