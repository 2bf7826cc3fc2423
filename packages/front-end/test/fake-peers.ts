/** Front-ends that hear each other in the next turn, in order, as JSON. */
import type { Peers, PeerListener, PeerMessage } from '@rollcall/cluster';

export class FakePeers {
  readonly #listeners = new Map<string, Map<string, PeerListener>>();
  /** Front-ends that are listed and do not answer. */
  readonly deaf = new Set<string>();

  of(self: string): Peers {
    return {
      self,
      say: (frontEnd, message) => {
        if (!this.#listeners.has(frontEnd) || frontEnd === self) return false;
        const text = JSON.stringify(message);
        setImmediate(() => {
          if (!this.deaf.has(frontEnd) && !this.deaf.has(self))
            this.#listeners
              .get(frontEnd)
              ?.get(message.about)
              ?.heard(self, JSON.parse(text) as PeerMessage);
        });
        return true;
      },
      listen: (about, listener) => {
        const own = this.#listeners.get(self) ?? new Map<string, PeerListener>();
        this.#listeners.set(self, own.set(about, listener));
        for (const [other, listeners] of this.#listeners) {
          if (other === self) continue;
          listener.joined?.(other);
          listeners.get(about)?.joined?.(self);
        }
      },
    };
  }

  /** It has left the cluster, whether it knows or not. */
  lose(frontEnd: string): void {
    for (const listener of this.#listeners.get(frontEnd)?.values() ?? []) listener.cutOff();
    this.#listeners.delete(frontEnd);
    for (const listeners of this.#listeners.values())
      for (const listener of listeners.values()) listener.gone(frontEnd);
  }
}
