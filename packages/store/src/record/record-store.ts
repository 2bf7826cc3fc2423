/**
 * The port to durable records: opaque bytes under text keys, each with a revision, written by compare-and-set.
 * Two owners of a record in a bad moment cannot overwrite each other, because the second to write gets a conflict.
 */

export interface StoredRecord {
  readonly value: Uint8Array;
  /** Greater than 0; grows with every write to the key, also across deletion. Says nothing between keys. */
  readonly revision: number;
}

export interface RecordWriteOptions {
  /**
   * Puts the key into (true) or takes it out of (false, the default) an index kept in the same transaction, so that a
   * new owner finds the records with unfinished business.
   */
  readonly unsettled?: boolean;
}

export type WriteOutcome =
  | { readonly ok: true; readonly revision: number }
  | { readonly ok: false; readonly reason: 'conflict' };

/**
 * Operational failures reject with `StoreError`. A key outside of what `recordKeyFault` allows is the caller's bug and
 * rejects with `TypeError`. Bytes are copied in and out: neither side sees the other's later changes.
 */
export interface RecordStore {
  read(key: string): Promise<StoredRecord | undefined>;
  /** Answers in the order of the keys. */
  readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]>;
  /**
   * Resolves when durable. `expectedRevision` is the revision that was read, or 0 for a record that must not exist.
   * Of several writes that expect the same revision exactly one succeeds.
   */
  write(
    key: string,
    value: Uint8Array,
    expectedRevision: number,
    options?: RecordWriteOptions,
  ): Promise<WriteOutcome>;
  /** Resolves when durable. Takes the key out of the unsettled index too. Deleting what does not exist is a conflict. */
  delete(key: string, expectedRevision: number): Promise<WriteOutcome>;
  /** Each key that exists throughout comes once, in no promised order; one made or deleted meanwhile may or may not. */
  keys(prefix: string): AsyncIterable<string>;
  /** The keys whose last write said `unsettled: true`; otherwise as `keys`. */
  unsettled(prefix: string): AsyncIterable<string>;
  /** Waits for what is under way; everything asked later rejects with `store_closed`. */
  close(): Promise<void>;
}
