/**
 * Bytes that show whether they are whole: a number, filling whose length and content follow from it, and a hash of both.
 */
import { createHash } from 'node:crypto';

const hashBytes = 32;

export function selfChecking(number: number): Uint8Array {
  const filling = Buffer.alloc((number * 7_919) % 6_000, `${number};`);
  const content = Buffer.concat([Buffer.from(`${number}\n`), filling]);
  return Buffer.concat([createHash('sha256').update(content).digest(), content]);
}

/** The number; throws for bytes that are not whole. */
export function checkedNumber(bytes: Uint8Array): number {
  const content = Buffer.from(bytes.subarray(hashBytes));
  const number = Number.parseInt(content.toString('latin1'), 10);
  if (!Buffer.from(selfChecking(number)).equals(bytes))
    throw new Error(`${bytes.length} bytes that begin with ${number} are not whole`);
  return number;
}
