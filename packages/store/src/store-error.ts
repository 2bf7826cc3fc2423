/** What can go wrong with what is durable. */
import { OperationalError } from './operational-error.ts';

export type StoreErrorCode =
  /** The storage below failed: disk full, input/output error, connection gone. Trying again may help. */
  | 'store_unavailable'
  /** The store was closed; whoever still holds it has outlived it. */
  | 'store_closed'
  /** The data directory cannot be written to, or is no directory. */
  | 'store_unwritable'
  /** The data was written by a newer version of Rollcall. */
  | 'store_newer_format'
  /** The database file is damaged or is not one of ours. */
  | 'store_corrupt'
  /** One record does not say what it should; the others are fine. */
  | 'record_corrupt'
  /** A shard's queue of handshakes is at its bound. */
  | 'queue_full';

export class StoreError extends OperationalError<StoreErrorCode> {
  override readonly name = 'StoreError';
}
