/**
 * The receiving end of a stream: deals with frames in their order, asks for those that are missing, and holds those
 * that were sent under a newer shard map than this process has seen.
 */
import type { ProcessId } from '../process/process-id.ts';
import type { DataFrame, Frame, Position } from './frame.ts';
import type { LinkLimits } from './link-limits.ts';

export interface InboundOptions {
  readonly self: ProcessId;
  readonly limits: LinkLimits;
  readonly epoch: () => number;
  readonly now: () => number;
  readonly transmit: (frame: Frame) => void;
  readonly deliver: (frame: DataFrame) => void;
  /** The sender gave up what this end had not acknowledged. */
  readonly lost: () => void;
  /** A frame waits for a newer shard map than this process has. */
  readonly behind: (epoch: number) => void;
}

export class Inbound {
  readonly #options: InboundOptions;
  readonly #held = new Map<number, DataFrame>();
  #stream = 1;
  /** Number of the last frame that was dealt with. */
  #done = 0;
  #sinceAcknowledged = 0;
  /** What has been asked for and not come yet: the last of the gap. */
  #askedUpTo = 0;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  /** Since when an acknowledgement is owed, if one is. */
  #owesSinceMs = Number.NEGATIVE_INFINITY;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: InboundOptions) {
    this.#options = options;
  }

  take(frame: DataFrame): void {
    if (!this.#follow(frame.stream) || frame.number <= this.#done) return;
    this.#hear();
    if (this.#held.size < this.#options.limits.framesHeld) this.#held.set(frame.number, frame);
    this.resume();
    const gap = this.#gapBefore(frame.number);
    if (gap !== undefined && gap.last > this.#askedUpTo) this.acknowledge(gap);
    else if (this.#sinceAcknowledged >= this.#options.limits.framesPerAcknowledgement)
      this.acknowledge();
  }

  /** Frames have been dealt with, or are missing, and nothing was said of it yet. */
  get owesAcknowledgement(): boolean {
    return this.#sinceAcknowledged > 0 || this.isMissingSome;
  }

  /** Frames have been asked for that have not come yet. */
  get isMissingSome(): boolean {
    return this.#askedUpTo > this.#done && this.#gapBefore(this.#askedUpTo + 1) !== undefined;
  }

  /** When this end is to say how far it is, if nothing takes that along before. */
  get wordDueAtMs(): number {
    const { urgentPulseMs, restMs, acknowledgeMs } = this.#options.limits;
    if (this.isMissingSome) return this.#saidAtMs + urgentPulseMs;
    if (!this.owesAcknowledgement) return Infinity;
    return Math.min(this.#heardAtMs + restMs, this.#owesSinceMs + acknowledgeMs);
  }

  /** An acknowledgement to go with something else, unless the last one was said just now; counts as said. */
  rideAlong(): Position | undefined {
    if (!this.owesAcknowledgement || this.isMissingSome) return undefined;
    if (this.#options.now() < this.#saidAtMs + this.#options.limits.rideMs) return undefined;
    this.#said();
    return { stream: this.#stream, number: this.#done };
  }

  /** Says how far this end is, and asks again for what has been asked for in vain. */
  sayHowFar(): void {
    this.acknowledge(this.#gapBefore(this.#askedUpTo + 1));
  }

  /** The sender says how far it is: what has not come by now is asked for, again if need be. */
  pulsed({ stream, lastNumber, urgent }: Extract<Frame, { readonly kind: 'pulse' }>): void {
    if (!this.#follow(stream)) return;
    const gap = this.#gapBefore(lastNumber + 1);
    const { now, limits } = this.#options;
    // The acknowledgement may have crossed the pulse; if it was lost, the sender will say so again.
    const wasJustSaid = !this.owesAcknowledgement && now() < this.#saidAtMs + limits.restMs;
    if (gap !== undefined || urgent || !wasJustSaid) this.acknowledge(gap);
  }

  /** Deals with what is in order and not ahead of the shard map. */
  resume(): void {
    const { epoch, behind, deliver } = this.#options;
    for (;;) {
      const frame = this.#held.get(this.#done + 1);
      if (frame === undefined) return;
      if (frame.epoch > epoch()) {
        behind(frame.epoch);
        return;
      }
      this.#held.delete(frame.number);
      this.#done = frame.number;
      this.#sinceAcknowledged += 1;
      deliver(frame);
    }
  }

  acknowledge(missing?: Gap): void {
    const { self, transmit } = this.#options;
    this.#said();
    if (missing !== undefined) this.#askedUpTo = missing.last;
    transmit({
      kind: 'received',
      from: self,
      stream: this.#stream,
      number: this.#done,
      ...(missing && { missing }),
    });
  }

  #hear(): void {
    this.#heardAtMs = this.#options.now();
    if (!this.owesAcknowledgement) this.#owesSinceMs = this.#heardAtMs;
  }

  #said(): void {
    this.#sinceAcknowledged = 0;
    this.#saidAtMs = this.#options.now();
  }

  /** Whether the stream is the current one; a newer one begins, an older one is over. */
  #follow(stream: number): boolean {
    if (stream < this.#stream) return false;
    if (stream === this.#stream) return true;
    this.#stream = stream;
    this.#done = 0;
    this.#sinceAcknowledged = 0;
    this.#saidAtMs = Number.NEGATIVE_INFINITY;
    this.#askedUpTo = 0;
    this.#held.clear();
    this.#options.lost();
    return true;
  }

  /** From the first to the last that is missing before `number`; what is held in between may come twice. */
  #gapBefore(number: number): Gap | undefined {
    let first = this.#done + 1;
    while (first < number && this.#held.has(first)) first += 1;
    let last = number - 1;
    while (last > first && this.#held.has(last)) last -= 1;
    return first < number ? { first, last } : undefined;
  }
}

interface Gap {
  readonly first: number;
  readonly last: number;
}
