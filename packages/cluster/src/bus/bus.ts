/**
 * The port to what joins processes. It may lose frames, but not reorder those between two processes within one
 * connection; the link above it repairs. It keeps no queue of its own that is not bounded.
 */
import type { Frame } from '../link/frame.ts';
import type { ProcessId } from '../process/process-id.ts';

export type FramesByProcess = ReadonlyMap<ProcessId, readonly Frame[]>;

export interface Bus {
  readonly self: ProcessId;
  readonly connected: boolean;
  /** Never throws and never waits; while disconnected, frames are dropped. */
  send(to: ProcessId, frame: Frame): void;
  /**
   * As `send` for each of them, but as one message that all processes get where that is possible; each takes what is
   * its own, and those that are not named nothing.
   */
  sendTogether(frames: FramesByProcess): void;
  /** One handler, set before anything is expected; called in a turn of its own, never within `send`. Must not throw. */
  onFrame(handler: (frame: Frame) => void): void;
  /** One handler; called with the sender of a frame that is damaged, or of a format that this version does not know. */
  onUnreadable(handler: (from: ProcessId) => void): void;
  /** One handler; called when `connected` changes. */
  onState(handler: (connected: boolean) => void): void;
  /** Nothing is sent or received any more. */
  close(): Promise<void>;
}

/** Joins the bus as one process. Two that are joined to the same bus reach each other. */
export type JoinBus = (self: ProcessId) => Promise<Bus>;
