// Whether the server can do its work, and if not, why: what /readyz says.

export type Phase = { readonly ready: true } | { readonly ready: false; readonly reason: string };

export class Readiness {
  #phase: Phase = { ready: false, reason: 'starting' };

  get phase(): Phase {
    return this.#phase;
  }

  set(phase: Phase): void {
    this.#phase = phase;
  }
}
