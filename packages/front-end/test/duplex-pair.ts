/** A connection in memory, as Node 22's `duplexPair` makes it: an end that is not read from holds the other up. */
import { Duplex } from 'node:stream';

class End extends Duplex {
  other: End | undefined;
  #onRead: (() => void) | undefined;

  constructor(highWaterMark: number) {
    super({ highWaterMark, allowHalfOpen: false });
  }

  override _read(): void {
    const onRead = this.#onRead;
    this.#onRead = undefined;
    onRead?.();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const { other } = this;
    if (!other || other.destroyed) {
      done();
    } else {
      other.#onRead = done;
      other.push(chunk);
    }
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this;
    this.#onRead?.();
    process.nextTick(() => other?.destroy());
    done(error);
  }
}

export function duplexPair(highWaterMark = 16 * 1024): readonly [Duplex, Duplex] {
  const one = new End(highWaterMark);
  const two = new End(highWaterMark);
  one.other = two;
  two.other = one;
  return [one, two];
}
