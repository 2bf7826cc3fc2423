// Whether the server can do its work, and if not, why: what /readyz says.

export type Phase =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: 'starting' | 'stopping' | 'draining' };

export class Readiness {
  #phase: Phase = { ready: false, reason: 'starting' };
  #isDrained = false;

  get phase(): Phase {
    return this.#phase.ready && this.#isDrained
      ? { ready: false, reason: 'draining' }
      : this.#phase;
  }

  set(phase: Phase): void {
    this.#phase = phase;
  }

  /** An operator wants new clients to go elsewhere. */
  setDrained(isDrained: boolean): void {
    this.#isDrained = isDrained;
  }
}
