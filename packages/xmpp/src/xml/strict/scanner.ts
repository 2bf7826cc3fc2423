import type { StreamErrorCondition } from '../../errors/stream-error.ts';
import { Byte, byteAt, isSpace } from './bytes.ts';
import type { Findings } from './findings.ts';
import type { XmlLimits } from './limits.ts';
import { MarkupScanner } from './markup-scanner.ts';
import type { Violation } from './violation.ts';

/** Why the scanner stopped. */
export type Boundary =
  /** It needs more bytes. */
  | 'starved'
  /** The stream's start tag is complete. */
  | 'header'
  /** A top-level element is complete. */
  | 'element'
  /** The stream's end tag is complete. */
  | 'closed'
  /** It passed white space between top-level elements. */
  | 'whitespace';

const boundaryOf = { rootStart: 'header', element: 'element', rootEnd: 'closed' } as const;

/**
 * The strict layer: one pass over a stream's bytes that finds where the items in it begin and end,
 * and that each is well-formed and within the limits. Items are the stream's header, up to the end
 * of its start tag, then one top-level element after the other.
 */
export class Scanner {
  /** Where the item begins in the bytes given to `scan`, and the first byte not yet read. */
  itemStart = 0;
  position = 0;
  /** Where the root's start tag begins, counted from the start of the header. */
  headerTagStart = 0;

  readonly #markup: MarkupScanner;
  #phase: 'prolog' | 'between' | 'within';
  #isHeader: boolean;

  /** A 'stream' begins with its header, a 'fragment' with an element that has nothing around it. */
  constructor(kind: 'stream' | 'fragment', limits: XmlLimits) {
    this.#isHeader = kind === 'stream';
    this.#phase = this.#isHeader ? 'prolog' : 'between';
    this.#markup = new MarkupScanner(limits);
  }

  /** Begins a stream anew or, where the name of its root is known, goes to the place between two of its items. */
  enter(rootName: Uint8Array | undefined): void {
    this.#isHeader = rootName === undefined;
    this.#phase = this.#isHeader ? 'prolog' : 'between';
    this.#markup.rootName = rootName;
    this.position = 0;
    this.itemStart = 0;
  }

  get findings(): Findings {
    return this.#markup.findings;
  }

  /** See `MarkupScanner.spans`. */
  get spans(): readonly number[] {
    return this.#markup.spans;
  }

  /** The name of the stream's root, once its start tag has been read. */
  get rootName(): Uint8Array | undefined {
    return this.#markup.rootName;
  }

  /** Whether an item has begun and not ended, so that its bytes are needed again. */
  get isWithinItem(): boolean {
    return this.#phase !== 'between';
  }

  set limits(limits: XmlLimits) {
    this.#markup.limits = limits;
  }

  /**
   * Reads on from `position` to the next boundary. Bytes from `end` on have not arrived. After a
   * violation nothing may be read.
   */
  scan(bytes: Uint8Array, end: number): Boundary | Violation {
    if (this.#phase === 'between') {
      const passed = this.#between(bytes, end);
      if (passed) return passed;
    }
    const { headerBytes, stanzaBytes } = this.#markup.limits;
    const maxBytes = this.#isHeader ? headerBytes : stanzaBytes;
    const boundary = this.#item(bytes, Math.min(end, this.itemStart + maxBytes));
    if (boundary === 'starved' && end > this.itemStart + maxBytes) {
      return this.#refuse('policy-violation', `more than ${maxBytes} bytes`);
    }
    return boundary;
  }

  #between(bytes: Uint8Array, end: number): Boundary | Violation | undefined {
    const start = this.position;
    while (this.position < end && isSpace(byteAt(bytes, this.position))) this.position++;
    if (this.position > start) return 'whitespace';
    if (start >= end) return 'starved';
    if (byteAt(bytes, start) !== Byte.lessThan) {
      return this.#refuse('bad-format', 'text between top-level elements');
    }
    this.itemStart = start;
    this.#openTag();
    return undefined;
  }

  #item(bytes: Uint8Array, end: number): Boundary | Violation {
    const markup = this.#markup;
    for (;;) {
      if (this.#phase === 'prolog' && !this.#prolog(bytes, end)) break;
      this.position = markup.read(bytes, this.itemStart, this.position, end);
      if (markup.findings.violation || !markup.completed) break;
      if (markup.completed !== 'declaration') {
        this.#phase = 'between';
        this.#isHeader = false;
        return boundaryOf[markup.completed];
      }
      this.#phase = 'prolog';
    }
    return markup.findings.violation ?? 'starved';
  }

  /** White space before the root. False if its tag has not been reached. */
  #prolog(bytes: Uint8Array, end: number): boolean {
    while (this.position < end && isSpace(byteAt(bytes, this.position))) this.position++;
    if (this.position >= end) return false;
    if (byteAt(bytes, this.position) !== Byte.lessThan) {
      this.#refuse('not-well-formed', 'text before the stream');
      return false;
    }
    this.headerTagStart = this.position - this.itemStart;
    this.#openTag();
    return true;
  }

  #openTag(): void {
    this.#phase = 'within';
    this.#markup.begin(this.position - this.itemStart, this.#isHeader);
    this.position++;
  }

  #refuse(condition: StreamErrorCondition, text: string): Violation {
    return this.findings.refuse(condition, text);
  }
}
