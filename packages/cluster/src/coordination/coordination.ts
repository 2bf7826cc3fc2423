/**
 * The port to what processes agree on: leases, which go unless they are renewed, and facts, which stay. Both are small
 * buckets of text, written by compare-and-set.
 */
import { OperationalError } from '@rollcall/store';

export interface BucketEntry {
  readonly key: string;
  readonly value: string;
  /** Greater than 0; grows with every write to the bucket. */
  readonly revision: number;
}

export interface BucketChange {
  readonly key: string;
  /** Undefined when the key is gone. */
  readonly value: string | undefined;
  readonly revision: number;
}

export type BucketWrite = { readonly ok: true; readonly revision: number } | { readonly ok: false };

/** Rejects with `CoordinationError` when the other side cannot be reached or does not answer. */
export interface Bucket {
  /** May be stale: decide from the answer to a write, not from this. */
  read(key: string): Promise<BucketEntry | undefined>;
  /** Those whose keys begin so; each costs a reading. */
  entries(prefix?: string): Promise<readonly BucketEntry[]>;
  /** `expectedRevision` is that of the last write to the key, or 0 for a key that must not exist. */
  write(key: string, value: string, expectedRevision: number): Promise<BucketWrite>;
  /** False if the key was written by somebody else meanwhile, or is gone. */
  remove(key: string, expectedRevision: number): Promise<boolean>;
  /**
   * Tells everything that is there, then every change, in the order of revisions; after a lost connection everything
   * again. That a lease has run out may not be told: whoever cares keeps a clock. Never calls back before it resolves.
   */
  watch(onChange: (change: BucketChange) => void): Promise<{ readonly stop: () => void }>;
}

export interface Leases extends Bucket {
  /** A key that is not written for so long is gone. */
  readonly ttlMs: number;
}

export interface Coordination {
  readonly leases: Leases;
  readonly facts: Bucket;
}

export type CoordinationErrorCode =
  /** The coordination service cannot be reached, or did not answer in time. */
  | 'coordination_unavailable'
  /** A live process holds the node's name. */
  | 'node_name_taken';

export class CoordinationError extends OperationalError<CoordinationErrorCode> {
  override readonly name = 'CoordinationError';
}
