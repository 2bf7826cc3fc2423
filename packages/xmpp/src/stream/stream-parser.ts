import type { XmlLimits } from '../xml/strict/limits.ts';
import type { StreamEvent } from './events.ts';
import { ReaderPool } from './reader-pool.ts';
import type { StreamReader } from './stream-reader.ts';
import type { StreamRoot } from './stream-root.ts';

export interface StreamParserOptions {
  readonly limits: XmlLimits;
  /** Shared by the parsers of many streams, it makes a parser small between two stanzas. Default: one of its own. */
  readonly readers?: ReaderPool;
}

/**
 * Reads one peer's bytes, in chunks of any size, into the events of an XMPP stream. What it gives
 * out is well-formed, within the limits, and free of what RFC 6120 §11.1 forbids. It does no I/O.
 *
 * After a violation, after the stream's end and after `end()` it gives nothing more until `reset()`.
 */
export class StreamParser {
  readonly #readers: ReaderPool;
  #limits: XmlLimits;
  /** Present once the stream has been opened. */
  #root: StreamRoot | undefined;
  /** Present in the middle of an item. */
  #reader: StreamReader | undefined;
  #isOver = false;

  constructor({ limits, readers = new ReaderPool() }: StreamParserOptions) {
    this.#limits = limits;
    this.#readers = readers;
  }

  /** Takes what has arrived. The chunk may be reused by the caller afterwards. */
  write(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.#isOver || chunk.length === 0) return [];
    const reader = this.#reader ?? this.#readers.take(this.#root, this.#limits);
    const events = reader.read(chunk);
    if (reader.hasEnded) this.#finish(reader);
    else if (reader.isWithinItem) this.#reader = reader;
    else this.#rest(reader);
    return events;
  }

  /** The limits for all that follows, from the next byte on. */
  setLimits(limits: XmlLimits): void {
    this.#limits = limits;
    this.#reader?.setLimits(limits);
  }

  /**
   * A new stream begins, as after STARTTLS and SASL. What the peer sent behind the last element is
   * dropped: before TLS, anybody could have put it there.
   */
  reset(): void {
    this.#root = undefined;
    this.#reader = undefined;
    this.#isOver = false;
  }

  /** No more will come: lets go of what is half read. */
  end(): void {
    this.reset();
    this.#isOver = true;
  }

  #finish(reader: StreamReader): void {
    this.end();
    if (!reader.isBroken) this.#readers.giveBack(reader);
  }

  #rest(reader: StreamReader): void {
    this.#root ??= this.#readers.shared(reader.root);
    this.#reader = undefined;
    this.#readers.giveBack(reader);
  }
}
