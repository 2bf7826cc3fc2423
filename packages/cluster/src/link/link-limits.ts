/** What bounds the memory and the time of the links between processes. */

export interface LinkLimits {
  /** Envelopes collected for one process are cut into frames of about so many bytes; NATS takes 1 MB. */
  readonly frameBytes: number;
  /** Frames kept for one process until it acknowledges them; beyond either bound the stream is given up. */
  readonly framesKept: number;
  readonly bytesKept: number;
  /** Frames held of one process that came too early, or before the shard map that they were sent under. */
  readonly framesHeld: number;
  /** A sender that has said nothing for so long, and has no acknowledgement of all of it, says how far it is. */
  readonly tailPulseMs: number;
  /** And says it again after so long, until it is answered. */
  readonly pulseAgainMs: number;
  /** How often missing frames are asked for again, and the last acknowledgements where somebody waits for them. */
  readonly urgentPulseMs: number;
  /** A receiver that has heard nothing for so long acknowledges: before the sender would say how far it is. */
  readonly restMs: number;
  /** Frames that go on coming are acknowledged so often at the latest. */
  readonly acknowledgeMs: number;
  /** What goes the other way takes an acknowledgement with it, if so long has passed since the last one. */
  readonly rideMs: number;
  /** And when so many have come. */
  readonly framesPerAcknowledgement: number;
}

export const defaultLinkLimits: LinkLimits = {
  frameBytes: 192 * 1024,
  framesKept: 16_384,
  bytesKept: 64 * 1024 * 1024,
  framesHeld: 4_096,
  tailPulseMs: 1_300,
  pulseAgainMs: 400,
  urgentPulseMs: 100,
  restMs: 1_100,
  acknowledgeMs: 5_000,
  rideMs: 250,
  framesPerAcknowledgement: 128,
};
