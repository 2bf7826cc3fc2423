/** Front-ends that hear each other in the next turn, in order, as JSON. */
import type { FrontEndPeers, PeerListener, PeerMessage } from '@rollcall/cluster';

export class FakePeers {
  readonly #listeners = new Map<string, PeerListener>();
  /** Front-ends that are listed and do not answer. */
  readonly deaf = new Set<string>();

  of(self: string): FrontEndPeers {
    return {
      say: (frontEnd, message) => {
        if (!this.#listeners.has(frontEnd) || frontEnd === self) return false;
        const text = JSON.stringify(message);
        setImmediate(() => {
          if (!this.deaf.has(frontEnd) && !this.deaf.has(self))
            this.#listeners.get(frontEnd)?.heard(self, JSON.parse(text) as PeerMessage);
        });
        return true;
      },
      listen: (listener) => this.#listeners.set(self, listener),
    };
  }

  /** It has left the cluster, whether it knows or not. */
  lose(frontEnd: string): void {
    this.#listeners.get(frontEnd)?.cutOff();
    this.#listeners.delete(frontEnd);
    for (const listener of this.#listeners.values()) listener.gone(frontEnd);
  }
}
