// What was started, to be ended in the opposite order: at the end, or when a later part could not be started.

type Step = () => Promise<void>;

export class Teardown {
  readonly #steps: Step[] = [];

  add(step: Step): void {
    this.#steps.push(step);
  }

  /** Every step runs, whatever fails before it; then the first failure rejects. Later calls have nothing left to do. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
