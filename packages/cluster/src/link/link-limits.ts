/** What bounds the memory and the time of the links between processes. */

export interface LinkLimits {
  /** Envelopes collected for one process are cut into frames of about so many bytes; NATS takes 1 MB. */
  readonly frameBytes: number;
  /** Frames kept for one process until it acknowledges them; beyond either bound the stream is given up. */
  readonly framesKept: number;
  readonly bytesKept: number;
  /** Frames held of one process that came too early, or before the shard map that they were sent under. */
  readonly framesHeld: number;
  /** How often a process says which frames of its own it has no acknowledgement of, and which of others it has. */
  readonly pulseMs: number;
  /** The same while frames are known to be missing, or the last acknowledgements are waited for. */
  readonly urgentPulseMs: number;
  /** Frames are acknowledged when so many have come, if not by the next pulse. */
  readonly framesPerAcknowledgement: number;
}

export const defaultLinkLimits: LinkLimits = {
  frameBytes: 192 * 1024,
  framesKept: 16_384,
  bytesKept: 64 * 1024 * 1024,
  framesHeld: 4_096,
  pulseMs: 1_000,
  urgentPulseMs: 100,
  framesPerAcknowledgement: 128,
};
