// Stanzas in the order of their arrival, until a test takes them.

import type { XmlElement } from '../xml/element.ts';
import { render } from '../xml/element.ts';
import { stanzaMatcher } from './stanza-pattern.ts';
import type { StanzaMatcher } from './stanza-pattern.ts';

interface Waiting {
  readonly matches: (stanza: XmlElement) => boolean;
  readonly resolve: (stanza: XmlElement) => void;
  readonly reject: (cause: Error) => void;
}

export class Inbox {
  readonly #arrived: XmlElement[] = [];
  readonly #waiting = new Set<Waiting>();
  #ended: string | undefined;

  put(stanza: XmlElement): void {
    for (const waiting of this.#waiting) {
      if (!waiting.matches(stanza)) continue;
      this.#waiting.delete(waiting);
      return waiting.resolve(stanza);
    }
    this.#arrived.push(stanza);
  }

  /** Nothing more will come; those who wait are told why. */
  end(reason: string): void {
    this.#ended = reason;
    for (const waiting of this.#waiting) waiting.reject(new Error(reason));
    this.#waiting.clear();
  }

  /** The next stanza that matches, past or to come; what does not match stays for others. */
  take(wanted: StanzaMatcher, timeoutMs: number): Promise<XmlElement> {
    const matches = stanzaMatcher(wanted);
    const index = this.#arrived.findIndex(matches);
    const [found] = index === -1 ? [] : this.#arrived.splice(index, 1);
    if (found !== undefined) return Promise.resolve(found);
    if (this.#ended !== undefined) return Promise.reject(new Error(this.#ended));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new Error(`not within ${timeoutMs} ms`));
      }, timeoutMs);
      const waiting: Waiting = {
        matches,
        resolve: (stanza) => {
          clearTimeout(timer);
          resolve(stanza);
        },
        reject: (cause) => {
          clearTimeout(timer);
          reject(cause);
        },
      };
      this.#waiting.add(waiting);
    });
  }

  /** Takes all that has arrived. */
  takeAll(): readonly XmlElement[] {
    return this.#arrived.splice(0);
  }

  /** What has arrived and was not taken. */
  peek(): readonly XmlElement[] {
    return this.#arrived;
  }

  toString(): string {
    return this.#arrived.map((stanza) => render(stanza)).join('\n');
  }
}
