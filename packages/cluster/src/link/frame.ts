/**
 * What one process sends to another: numbered pieces of a stream, and the control messages that keep the stream whole.
 * Core NATS may drop messages and says nothing; with these the receiver notices, and gets them again.
 */
import type { Envelope } from '../envelope/envelope.ts';
import type { ProcessId } from '../process/process-id.ts';

export type Frame =
  | {
      readonly kind: 'data';
      readonly from: ProcessId;
      /** Of the sender's shard map: the receiver deals with the frame once its own is as new. */
      readonly epoch: number;
      /** Grows when the sender could not keep what was not acknowledged: what is missing then is lost. */
      readonly stream: number;
      /** From 1, without gaps in a stream. */
      readonly number: number;
      readonly envelopes: readonly Envelope[];
      /** How far its sender is with the stream that comes the other way: an acknowledgement that rides along. */
      readonly received?: Position;
    }
  /** From the sender of a stream that rests with something unacknowledged: so that a lost tail shows. */
  | {
      readonly kind: 'pulse';
      readonly from: ProcessId;
      readonly stream: number;
      readonly lastNumber: number;
      /** Somebody waits for the acknowledgement: it is not to be put off. */
      readonly urgent?: true;
    }
  /** From the receiver: everything up to `number` has been dealt with, and what is missing before a later one. */
  | {
      readonly kind: 'received';
      readonly from: ProcessId;
      readonly stream: number;
      readonly number: number;
      readonly missing?: { readonly first: number; readonly last: number };
    };

/** Everything of a stream up to a number has been dealt with. */
export interface Position {
  readonly stream: number;
  readonly number: number;
}

export type DataFrame = Extract<Frame, { readonly kind: 'data' }>;
