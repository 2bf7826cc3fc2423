/** The sending end of a stream: numbers frames and keeps them until the other end has them. */
import type { Envelope } from '../envelope/envelope.ts';
import type { ProcessId } from '../process/process-id.ts';
import type { DataFrame, Frame, Position } from './frame.ts';
import type { LinkLimits } from './link-limits.ts';
import { roughBytes } from './rough-bytes.ts';

export interface OutboundOptions {
  readonly self: ProcessId;
  readonly limits: LinkLimits;
  readonly epoch: () => number;
  readonly now: () => number;
  /** An acknowledgement of what comes from the other end, if one is due to ride along. */
  readonly received: () => Position | undefined;
  readonly transmit: (frame: Frame) => void;
  /** What had not been acknowledged is given up; the other end is told so by the stream's number. */
  readonly lost: () => void;
}

type Acknowledgement = Position & Pick<Extract<Frame, { readonly kind: 'received' }>, 'missing'>;

interface Kept {
  readonly frame: DataFrame;
  readonly bytes: number;
  readonly sentAtMs: number;
}

export class Outbound {
  readonly #options: OutboundOptions;
  /** Envelopes of this turn, and about how many bytes they have. */
  #collected: Envelope[] = [];
  #collectedBytes = 0;
  #stream = 1;
  #lastNumber = 0;
  /** Frames from `#firstKept` on, without gaps. */
  #kept: Kept[] = [];
  #keptBytes = 0;
  /** The other end has heard of this stream; of the first it need not. */
  #known = true;
  #spokeAtMs = Number.NEGATIVE_INFINITY;
  /** What was said last is how far this end is. */
  #hasPulsed = false;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  get unacknowledged(): number {
    return this.#kept.length;
  }

  get unacknowledgedBytes(): number {
    return this.#keptBytes;
  }

  /** Frames that were sent before, and are not acknowledged. */
  unacknowledgedSince(ms: number): number {
    const index = this.#kept.findIndex(({ sentAtMs }) => sentAtMs >= ms);
    return index === -1 ? this.#kept.length : index;
  }

  /** Whether the other end has to be told how far this one is, if nothing else tells it. */
  get needsPulse(): boolean {
    return this.#kept.length > 0 || !this.#known;
  }

  get pulseDueAtMs(): number {
    if (!this.needsPulse) return Infinity;
    const { tailPulseMs, pulseAgainMs } = this.#options.limits;
    return this.#spokeAtMs + (this.#hasPulsed ? pulseAgainMs : tailPulseMs);
  }

  collect(envelope: Envelope): void {
    const bytes = roughBytes(envelope);
    const { frameBytes } = this.#options.limits;
    if (this.#collected.length > 0 && this.#collectedBytes + bytes > frameBytes) this.flush();
    this.#collected.push(envelope);
    this.#collectedBytes += bytes;
  }

  /** Sends what was collected, as one frame. */
  flush(): void {
    if (this.#collected.length === 0) return;
    const { self, limits, epoch, now, received, transmit } = this.#options;
    const ridesAlong = received();
    const frame: DataFrame = {
      kind: 'data',
      from: self,
      epoch: epoch(),
      stream: this.#stream,
      number: ++this.#lastNumber,
      envelopes: this.#collected,
      ...(ridesAlong && { received: ridesAlong }),
    };
    this.#spokeAtMs = now();
    this.#hasPulsed = false;
    this.#kept.push({ frame, bytes: this.#collectedBytes, sentAtMs: this.#spokeAtMs });
    this.#keptBytes += this.#collectedBytes;
    this.#collected = [];
    this.#collectedBytes = 0;
    if (this.#kept.length > limits.framesKept || this.#keptBytes > limits.bytesKept) this.#giveUp();
    else transmit(frame);
  }

  /** The other end has everything up to `number`, and perhaps misses some. */
  acknowledged({ stream, number, missing }: Acknowledgement): void {
    if (stream !== this.#stream) return;
    this.#known = true;
    const first = this.#firstKept();
    const done = Math.min(Math.max(0, number - first + 1), this.#kept.length);
    for (const { bytes } of this.#kept.slice(0, done)) this.#keptBytes -= bytes;
    if (done > 0) this.#kept = this.#kept.slice(done);
    if (missing !== undefined) this.#repeat(missing.first, missing.last);
  }

  pulse(urgent = false): void {
    const { self, now, transmit } = this.#options;
    this.#spokeAtMs = now();
    this.#hasPulsed = true;
    transmit({
      kind: 'pulse',
      from: self,
      stream: this.#stream,
      lastNumber: this.#lastNumber,
      ...(urgent && { urgent }),
    });
  }

  #repeat(first: number, last: number): void {
    const offset = this.#firstKept();
    for (const { frame } of this.#kept.slice(Math.max(0, first - offset), last - offset + 1))
      this.#options.transmit(frame);
  }

  #firstKept(): number {
    return this.#lastNumber - this.#kept.length + 1;
  }

  #giveUp(): void {
    this.#kept = [];
    this.#keptBytes = 0;
    this.#stream += 1;
    this.#lastNumber = 0;
    this.#known = false;
    this.pulse();
    this.#options.lost();
  }
}
