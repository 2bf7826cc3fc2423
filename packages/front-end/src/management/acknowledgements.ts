/** The two counters of a managed stream (XEP-0198 §4), and the stanzas that its client has not acknowledged. */
import { bytesOf, type QueueItem } from '../write-queue/queue-item.ts';

/** `xs:unsignedInt` wraps here. */
const modulus = 2 ** 32;

/** Stanzas between two requests for an acknowledgement. */
const requestEvery = 16;

export class Acknowledgements {
  #unacknowledged: QueueItem[] = [];
  #bytes = 0;
  #received = 0;
  #sent = 0;
  #sentSinceRequest = 0;

  /** How many of the client's stanzas have been dealt with: the `h` that it is told. */
  get handled(): number {
    return this.#received;
  }

  /** Stanzas that the client was sent, acknowledged or not. */
  get sent(): number {
    return this.#sent;
  }

  /** Oldest first. */
  get unacknowledged(): readonly QueueItem[] {
    return this.#unacknowledged;
  }

  /** Of all that is unacknowledged. */
  get bytes(): number {
    return this.#bytes;
  }

  stanzaReceived(): void {
    this.#received = (this.#received + 1) % modulus;
  }

  stanzaSent(stanza: QueueItem): void {
    this.#unacknowledged.push(stanza);
    this.#bytes += bytesOf(stanza);
    this.#sent = (this.#sent + 1) % modulus;
    this.#sentSinceRequest += 1;
  }

  /** Whether so much has been sent that the client should be asked at once; the rest is asked for now and then. */
  get urgent(): boolean {
    return this.#sentSinceRequest >= requestEvery;
  }

  /** Whether stanzas were sent that no request covers; it covers them now. */
  takeRequest(): boolean {
    const wanted = this.#sentSinceRequest > 0;
    this.#sentSinceRequest = 0;
    return wanted;
  }

  /** Whether the client may have handled this many, and what it lacks then is still known. */
  isPlausible(handled: number): boolean {
    return (this.#sent - handled + modulus) % modulus <= this.#unacknowledged.length;
  }

  /** The client has handled this many. False where it cannot have (§6). */
  acknowledge(handled: number): boolean {
    if (!this.isPlausible(handled)) return false;
    const missing = (this.#sent - handled + modulus) % modulus;
    const done = this.#unacknowledged.splice(0, this.#unacknowledged.length - missing);
    for (const stanza of done) this.#bytes -= bytesOf(stanza);
    return true;
  }
}
