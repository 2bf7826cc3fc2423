import type { XmlLimits } from '../xml/strict/limits.ts';
import { Scanner, type Boundary } from '../xml/strict/scanner.ts';
import type { Violation } from '../xml/strict/violation.ts';
import { completedItem } from '../xml/tree/element-source.ts';
import { TreeBuilder } from '../xml/tree/tree-builder.ts';
import type { StreamEvent } from './events.ts';
import { rootViolation, streamHeader } from './header.ts';
import { PendingBytes } from './pending-bytes.ts';

export interface StreamParserOptions {
  readonly limits: XmlLimits;
}

/**
 * Reads one peer's bytes, in chunks of any size, into the events of an XMPP stream. What it gives
 * out is well-formed, within the limits, and free of what RFC 6120 §11.1 forbids. It does no I/O.
 *
 * After a violation, after the stream's end and after `end()` it gives nothing more until `reset()`.
 */
export class StreamParser {
  #limits: XmlLimits;
  #scanner: Scanner;
  #builder: TreeBuilder;
  readonly #pending = new PendingBytes();
  #isOver = false;

  constructor({ limits }: StreamParserOptions) {
    this.#limits = limits;
    this.#scanner = new Scanner('stream', limits);
    this.#builder = new TreeBuilder(limits);
  }

  /** Takes what has arrived. The chunk may be reused by the caller afterwards. */
  write(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.#isOver || chunk.length === 0) return [];
    const scanner = this.#scanner;
    const bytes = this.#pending.join(chunk);
    const events: StreamEvent[] = [];
    for (;;) {
      const boundary = scanner.scan(bytes, bytes.length);
      if (boundary === 'starved') break;
      const event = this.#eventAt(boundary, bytes);
      events.push(event);
      if (event.kind === 'violation' || event.kind === 'streamClosed') {
        this.end();
        return events;
      }
    }
    this.#keepUnfinished(bytes);
    return events;
  }

  /** The limits for all that follows, from the next byte on. */
  setLimits(limits: XmlLimits): void {
    this.#limits = limits;
    this.#scanner.limits = limits;
    this.#builder.limits = limits;
  }

  /**
   * A new stream begins, as after STARTTLS and SASL. What the peer sent behind the last element is
   * dropped: before TLS, anybody could have put it there.
   */
  reset(): void {
    this.#scanner = new Scanner('stream', this.#limits);
    this.#builder = new TreeBuilder(this.#limits);
    this.#pending.clear();
    this.#isOver = false;
  }

  /** No more will come: lets go of what is half read. */
  end(): void {
    this.#pending.clear();
    this.#isOver = true;
  }

  #eventAt(boundary: Exclude<Boundary, 'starved'> | Violation, bytes: Uint8Array): StreamEvent {
    if (typeof boundary === 'object') return violationEvent(boundary);
    switch (boundary) {
      case 'element':
        return this.#element(bytes);
      case 'whitespace':
        return { kind: 'whitespace' };
      case 'header':
        return this.#header(bytes);
      case 'closed':
        return { kind: 'streamClosed' };
    }
  }

  #element(bytes: Uint8Array): StreamEvent {
    const element = this.#builder.element(completedItem(this.#scanner, bytes));
    if ('condition' in element) return violationEvent(element);
    return { kind: 'element', element, bytes: this.#scanner.position - this.#scanner.itemStart };
  }

  #header(bytes: Uint8Array): StreamEvent {
    const { ltxInput } = completedItem(this.#scanner, bytes, this.#scanner.headerTagStart);
    const root = this.#builder.root(ltxInput);
    if ('condition' in root) return violationEvent(root);
    const violation = rootViolation(root);
    return violation
      ? violationEvent(violation)
      : { kind: 'streamOpened', header: streamHeader(root) };
  }

  #keepUnfinished(bytes: Uint8Array): void {
    const scanner = this.#scanner;
    const start = scanner.isWithinItem ? scanner.itemStart : bytes.length;
    this.#pending.keep(bytes, start);
    scanner.position -= start;
    scanner.itemStart = 0;
  }
}

function violationEvent({ condition, text }: Violation): StreamEvent {
  return { kind: 'violation', condition, text };
}
