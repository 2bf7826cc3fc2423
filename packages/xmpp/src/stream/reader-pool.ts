import type { XmlLimits } from '../xml/strict/limits.ts';
import { StreamReader } from './stream-reader.ts';
import { isSameRoot, type StreamRoot } from './stream-root.ts';

/**
 * What the parsers of many streams share. A reader takes kilobytes, and a stream needs one only while an item has begun
 * and not ended; most of the time one reader does for all.
 */
export class ReaderPool {
  #free: StreamReader | undefined;
  #lastRoot: StreamRoot | undefined;

  /** A reader at the place between two items of the stream with that root, or at the beginning of a stream. */
  take(root: StreamRoot | undefined, limits: XmlLimits): StreamReader {
    const reader = this.#free ?? new StreamReader(limits);
    this.#free = undefined;
    reader.enter(root, limits);
    return reader;
  }

  /** Only one that is between two items, or whose stream was closed. */
  giveBack(reader: StreamReader): void {
    this.#free = reader;
  }

  /** Clients of one kind open all their streams with the same words: those are kept once. */
  shared(root: StreamRoot): StreamRoot {
    if (this.#lastRoot === undefined || !isSameRoot(this.#lastRoot, root)) this.#lastRoot = root;
    return this.#lastRoot;
  }
}
