/** Counts the lives of a node, so that no two of them are ever taken for one. */
import type { Bucket } from '../coordination/coordination.ts';
import { partsOf, type ProcessId } from '../process/process-id.ts';
import { incarnationKeyPrefix } from './keys.ts';

/** Counts the next life. Rejects with `CoordinationError`. */
export async function nextIncarnation(facts: Bucket, nodeName: string): Promise<number> {
  const key = incarnationKeyPrefix + nodeName;
  for (;;) {
    const last = await facts.read(key);
    const next = Number(last?.value ?? 0) + 1;
    const written = await facts.write(key, String(next), last?.revision ?? 0);
    if (written.ok) return next;
  }
}

/**
 * Whether no later life of the node has begun. It is written, not only read: a server that was cut off and takes itself
 * for the leader still answers with what was, but can have nothing written. Rejects with `CoordinationError`.
 */
export async function confirmNewest(facts: Bucket, process: ProcessId): Promise<boolean> {
  const { name, incarnation } = partsOf(process);
  const key = incarnationKeyPrefix + name;
  for (;;) {
    const last = await facts.read(key);
    if (Number(last?.value ?? 0) > incarnation) return false;
    const written = await facts.write(key, String(incarnation), last?.revision ?? 0);
    if (written.ok) return true;
  }
}
