/**
 * Where envelopes are posted. Between two processes they arrive in the order of posting; who owns a shard may change,
 * and what is for it then waits until the change is done.
 */
import type { ToGate, ToOwner } from '../envelope/envelope.ts';
import type { ProcessId } from '../process/process-id.ts';

export interface Post {
  readonly self: ProcessId;
  /** Of the shard map that is followed. */
  readonly epoch: number;
  /** Grows whenever `ownerOf` may answer differently. */
  readonly version: number;
  /** Undefined while the shard has no owner that one may speak to. */
  ownerOf(shard: number): ProcessId | undefined;
  /** Who owns all shards for good, where there is only one process: so that nobody asks for shards. */
  readonly soleOwner?: ProcessId;
  /** For one user of the shard, now or when the shard has an owner. */
  toShard(shard: number, envelope: ToOwner): void;
  /** For users of several shards, all of which `ownerOf` says are this process's. */
  toOwner(owner: ProcessId, envelope: ToOwner): void;
  toGate(frontEnd: string, envelope: ToGate): void;
}
