// Stanzas in the order of their arrival, until a test takes them.

import type { XmlElement } from '../xml/element.ts';
import { stanzaMatcher } from './stanza-pattern.ts';
import type { StanzaMatcher } from './stanza-pattern.ts';

interface Waiting {
  /** True when it has what it waited for. */
  readonly attempt: () => boolean;
  readonly giveUp: (cause: Error) => void;
}

export class Inbox {
  readonly #unread: XmlElement[] = [];
  readonly #waiting = new Set<Waiting>();
  #ended: string | undefined;

  put(stanza: XmlElement): void {
    this.#unread.push(stanza);
    for (const waiting of this.#waiting) {
      if (waiting.attempt()) this.#waiting.delete(waiting);
    }
  }

  /** Nothing more will come; those who wait are told why. */
  end(reason: string): void {
    this.#ended = reason;
    for (const waiting of this.#waiting) waiting.giveUp(new Error(reason));
    this.#waiting.clear();
  }

  /** The next stanza that matches, past or to come; what does not match stays for others. */
  take(wanted: StanzaMatcher, timeoutMs: number): Promise<XmlElement> {
    const matches = stanzaMatcher(wanted);
    return this.#waitFor(() => {
      const index = this.#unread.findIndex(matches);
      return index === -1 ? undefined : this.#unread.splice(index, 1)[0];
    }, timeoutMs);
  }

  /** Resolves when what is unread satisfies the condition. */
  async waitUntil(
    satisfied: (unread: readonly XmlElement[]) => boolean,
    timeoutMs: number,
  ): Promise<void> {
    await this.#waitFor(() => (satisfied(this.#unread) ? true : undefined), timeoutMs);
  }

  /** Takes all that has arrived. */
  takeAll(): readonly XmlElement[] {
    return this.#unread.splice(0);
  }

  /** What has arrived and was not taken. */
  peek(): readonly XmlElement[] {
    return this.#unread;
  }

  /** Tries at once, and again whenever something arrives. */
  #waitFor<T>(attempt: () => T | undefined, timeoutMs: number): Promise<T> {
    const found = attempt();
    if (found !== undefined) return Promise.resolve(found);
    if (this.#ended !== undefined) return Promise.reject(new Error(this.#ended));
    return new Promise((resolve, reject) => {
      const giveUp = (cause: Error): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        reject(cause);
      };
      const timer = setTimeout(() => giveUp(new Error(`not within ${timeoutMs} ms`)), timeoutMs);
      const waiting: Waiting = {
        attempt: () => {
          const result = attempt();
          if (result === undefined) return false;
          clearTimeout(timer);
          resolve(result);
          return true;
        },
        giveUp,
      };
      this.#waiting.add(waiting);
    });
  }
}
