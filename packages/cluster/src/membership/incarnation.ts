/** Counts the lives of a node, so that no two of them are ever taken for one. */
import type { Bucket } from '../coordination/coordination.ts';
import { incarnationKeyPrefix } from './keys.ts';

/** Rejects with `CoordinationError`. */
export async function nextIncarnation(facts: Bucket, nodeName: string): Promise<number> {
  const key = incarnationKeyPrefix + nodeName;
  for (;;) {
    const last = await facts.read(key);
    const next = Number(last?.value ?? 0) + 1;
    const written = await facts.write(key, String(next), last?.revision ?? 0);
    if (written.ok) return next;
  }
}
