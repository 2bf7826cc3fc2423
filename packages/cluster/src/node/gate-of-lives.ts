/** The gate of whatever life the node has now, so that a front-end need not know of lives. */
import type { OpenOutcome, OpenRequest, SessionGate } from '../gate/session-gate.ts';
import type { Peers } from '../peers/peers.ts';
import type { Life } from './life.ts';

const betweenLives: OpenOutcome = {
  ok: false,
  condition: 'resource-constraint',
  text: 'This part of the server is not part of the cluster at the moment. Come back in a while.',
};

const relieved: OpenOutcome = {
  ok: false,
  condition: 'resource-constraint',
  text: 'This part of the server is being taken out of service. Come in at another, or come back in a while.',
};

export class GateOfLives implements SessionGate {
  readonly peers: Peers;
  readonly #life: () => Life | undefined;

  constructor(life: () => Life | undefined, peers: Peers) {
    this.#life = life;
    this.peers = peers;
  }

  get frontEnd(): string {
    return this.#life()?.gate.frontEnd ?? '';
  }

  get size(): number {
    return this.#life()?.gate.size ?? 0;
  }

  open(request: OpenRequest): Promise<OpenOutcome> {
    const life = this.#life();
    if (life === undefined) return Promise.resolve(betweenLives);
    return life.isDraining ? Promise.resolve(relieved) : life.gate.open(request);
  }

  ask(query: Parameters<SessionGate['ask']>[0]): ReturnType<SessionGate['ask']> {
    const unknown = { epoch: 0, answers: [], missing: query.users };
    return this.#life()?.gate.ask(query) ?? Promise.resolve(unknown);
  }

  async close(timeoutMs: number): Promise<void> {
    await this.#life()?.gate.close(timeoutMs);
  }
}
