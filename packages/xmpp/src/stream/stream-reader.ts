import { Scanner, type Boundary } from '../xml/strict/scanner.ts';
import type { XmlLimits } from '../xml/strict/limits.ts';
import type { Violation } from '../xml/strict/violation.ts';
import { completedItem } from '../xml/tree/element-source.ts';
import { TreeBuilder } from '../xml/tree/tree-builder.ts';
import type { StreamEvent } from './events.ts';
import { rootViolation, streamHeader } from './header.ts';
import { PendingBytes } from './pending-bytes.ts';
import type { StreamRoot } from './stream-root.ts';

/**
 * All that it takes to read a stream. Between two items, and after the last, nothing of the stream is in it but its root,
 * so the same reader may then go on with another stream; after one that was broken it is of no more use.
 */
export class StreamReader {
  readonly #scanner: Scanner;
  readonly #builder: TreeBuilder;
  readonly #pending = new PendingBytes();
  #end: 'closed' | 'broken' | undefined;

  constructor(limits: XmlLimits) {
    this.#scanner = new Scanner('stream', limits);
    this.#builder = new TreeBuilder(limits);
  }

  /** Goes to the place between two items of a stream that has begun, or to the beginning of another. */
  enter(root: StreamRoot | undefined, limits: XmlLimits): void {
    this.#end = undefined;
    this.setLimits(limits);
    this.#scanner.enter(root?.name);
    this.#builder.enter(root?.namespaces);
  }

  setLimits(limits: XmlLimits): void {
    this.#scanner.limits = limits;
    this.#builder.limits = limits;
  }

  /** Whether it has read the stream's end, or a breach. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Whether it has read a breach. */
  get isBroken(): boolean {
    return this.#end === 'broken';
  }

  /** Whether an item has begun and not ended: only this reader can go on with it. */
  get isWithinItem(): boolean {
    return this.#scanner.isWithinItem;
  }

  /** Of a stream that has been opened, as all are between two items. */
  get root(): StreamRoot {
    const { rootName: name } = this.#scanner;
    if (!name) throw new Error('a stream that has not been opened has no root');
    return { name, namespaces: this.#builder.namespaces };
  }

  read(chunk: Uint8Array): readonly StreamEvent[] {
    const scanner = this.#scanner;
    const bytes = this.#pending.join(chunk);
    const events: StreamEvent[] = [];
    for (;;) {
      const boundary = scanner.scan(bytes, bytes.length);
      if (boundary === 'starved') break;
      const event = this.#eventAt(boundary, bytes);
      events.push(event);
      if (event.kind === 'violation' || event.kind === 'streamClosed') {
        this.#end = event.kind === 'violation' ? 'broken' : 'closed';
        // Whatever comes behind the end of a stream is nothing.
        this.#pending.clear();
        return events;
      }
    }
    this.#keepUnfinished(bytes);
    return events;
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
