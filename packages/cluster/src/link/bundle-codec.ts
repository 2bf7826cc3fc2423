/**
 * Frames for several processes as one message: a line of JSON that says which bytes are whose, then the frames. Who
 * takes its own out of it reads no other.
 */
import type { FramesByProcess } from '../bus/bus.ts';
import type { ProcessId } from '../process/process-id.ts';
import type { Frame } from './frame.ts';
import { decodeFrame, encodeFrame } from './frame-codec.ts';

/** Grows when older versions could no longer read what newer ones send. */
const bundleFormat = 1;
const newline = 0x0a;

export function encodeBundle(frames: FramesByProcess): Uint8Array {
  const parts: Uint8Array[] = [];
  const lengths: Record<string, readonly number[]> = {};
  for (const [to, own] of frames) {
    const encoded = own.map(encodeFrame);
    lengths[to] = encoded.map(({ length }) => length);
    parts.push(...encoded);
  }
  const head = Buffer.from(`${JSON.stringify({ v: bundleFormat, lengths })}\n`);
  return Buffer.concat([head, ...parts]);
}

/** The frames for this process, in their order, undefined for what cannot be read; none where the bundle is not for it. */
export function decodeBundle(bytes: Uint8Array, self: ProcessId): readonly (Frame | undefined)[] {
  const headEnd = bytes.indexOf(newline);
  const lengths = headEnd === -1 ? undefined : lengthsIn(bytes.subarray(0, headEnd));
  if (lengths === undefined) return [undefined];
  let start = headEnd + 1;
  for (const [to, own] of lengths) {
    if (to === self) return framesIn(bytes, start, own);
    for (const length of own) start += length;
  }
  return [];
}

function framesIn(
  bytes: Uint8Array,
  start: number,
  lengths: readonly number[],
): readonly (Frame | undefined)[] {
  let end = start;
  return lengths.map((length) => decodeFrame(bytes.subarray(end, (end += length))));
}

function lengthsIn(
  head: Uint8Array,
): readonly (readonly [string, readonly number[]])[] | undefined {
  try {
    const json = JSON.parse(Buffer.from(head).toString()) as {
      readonly v?: unknown;
      readonly lengths?: unknown;
    } | null;
    if (json?.v !== bundleFormat || typeof json.lengths !== 'object' || json.lengths === null)
      return undefined;
    const entries = Object.entries(json.lengths);
    return entries.every(isListOfLengths) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function isListOfLengths(entry: [string, unknown]): entry is [string, readonly number[]] {
  const [, lengths] = entry;
  return (
    Array.isArray(lengths) && lengths.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}
