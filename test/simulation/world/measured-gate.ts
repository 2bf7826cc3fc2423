/** The gate as the front-end uses it, with an eye on how much waits in it. */
import type { GateSession, OpenOutcome, OpenRequest, Peers, SessionGate } from '@rollcall/cluster';

export class MeasuredGate implements SessionGate {
  readonly peers?: Peers;
  readonly #gate: SessionGate;
  readonly #sessions = new Set<GateSession>();

  constructor(gate: SessionGate) {
    this.#gate = gate;
    if (gate.peers !== undefined) this.peers = gate.peers;
  }

  get frontEnd(): string {
    return this.#gate.frontEnd;
  }

  get size(): number {
    return this.#gate.size;
  }

  /** Stanzas of one session that its user's owner has not acknowledged. */
  get mostUnacknowledged(): number {
    return Math.max(0, ...[...this.#sessions].map(({ unacknowledged }) => unacknowledged));
  }

  async open(request: OpenRequest): Promise<OpenOutcome> {
    const outcome = await this.#gate.open(request);
    if (outcome.ok) this.#sessions.add(outcome.session);
    return outcome;
  }

  ask(query: Parameters<SessionGate['ask']>[0]): ReturnType<SessionGate['ask']> {
    return this.#gate.ask(query);
  }

  close(timeoutMs: number): Promise<void> {
    return this.#gate.close(timeoutMs);
  }
}
