import { Buffer } from 'node:buffer';
import type { Findings } from '../strict/findings.ts';
import type { Scanner } from '../strict/scanner.ts';
import { ltxInput } from './ltx-input.ts';
import type { ElementSource } from './tree-builder.ts';

/** The item that the scanner has just completed, from `offset` in it on, as the builder takes it. */
export function completedItem(scanner: Scanner, bytes: Uint8Array, offset = 0): ElementSource {
  const { findings, itemStart, position, spans } = scanner;
  const text = decode(bytes, itemStart + offset, position, findings);
  return { text, spans, ltxInput: findings.hasUnusualText ? ltxInput(text) : text };
}

function decode(bytes: Uint8Array, start: number, end: number, { isAscii }: Findings): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString(isAscii ? 'latin1' : 'utf8', start, end);
}
