import { Buffer } from 'node:buffer';
import type { XmlElement } from '../element.ts';
import type { XmlLimits } from '../strict/limits.ts';
import { Scanner } from '../strict/scanner.ts';
import type { Violation } from '../strict/violation.ts';
import { completedItem } from './element-source.ts';
import { TreeBuilder } from './tree-builder.ts';

/** Reads text that is exactly one element, with nothing around it and nothing declared outside. */
export function readElement(text: string, limits: XmlLimits): XmlElement | Violation {
  if (/\p{Surrogate}/u.test(text)) {
    return { condition: 'unsupported-encoding', text: 'half of a surrogate pair' };
  }
  const bytes = Buffer.from(text);
  const scanner = new Scanner('fragment', limits);
  const boundary = scanner.scan(bytes, bytes.length);
  if (typeof boundary === 'object') return boundary;
  if (boundary !== 'element' || scanner.position < bytes.length) {
    return { condition: 'not-well-formed', text: 'not exactly one element' };
  }
  return new TreeBuilder(limits).element(completedItem(scanner, bytes));
}
