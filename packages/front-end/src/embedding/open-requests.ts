/** Requests of an embedded session that await their answer. */
import type { Timers } from '@rollcall/store';
import {
  childElements,
  NS,
  type Iq,
  type StanzaErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import { FrontEndError } from '../front-end-error.ts';

interface OpenRequest {
  readonly resolve: (answer: XmlElement) => void;
  readonly reject: (error: FrontEndError) => void;
  readonly cancel: () => void;
}

const requestTimeoutMs = 30_000;

export class OpenRequests {
  readonly #timers: Timers;
  readonly #open = new Map<string, OpenRequest>();
  #count = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Sends a request under a new id. Rejects with `front_end_request_refused`, `…_timeout`, `…_session_over`. */
  ask(send: (id: string) => void): Promise<XmlElement> {
    const id = `embedded-${++this.#count}`;
    return new Promise((resolve, reject) => {
      const cancel = this.#timers.setTimeout(() => {
        this.#open.delete(id);
        const text = `The request was not answered within ${requestTimeoutMs} ms; try again later.`;
        reject(new FrontEndError('front_end_request_timeout', text));
      }, requestTimeoutMs);
      this.#open.set(id, { resolve, reject, cancel });
      send(id);
    });
  }

  answered({ id, type }: Iq, element: XmlElement): void {
    const request = this.#open.get(id);
    if (!request) return;
    this.#open.delete(id);
    request.cancel();
    if (type === 'result') request.resolve(element);
    else request.reject(refused(element));
  }

  close(): void {
    for (const { reject, cancel } of this.#open.values()) {
      cancel();
      reject(new FrontEndError('front_end_session_over', 'The session ended before the answer.'));
    }
    this.#open.clear();
  }
}

function refused(element: XmlElement): FrontEndError {
  const error = childElements(element).find(({ name }) => name === 'error');
  const named = error && childElements(error).find(({ ns }) => ns === NS.stanzas);
  const condition = (named?.name ?? 'undefined-condition') as StanzaErrorCondition;
  return new FrontEndError('front_end_request_refused', `The request was refused: ${condition}.`, {
    condition,
  });
}
