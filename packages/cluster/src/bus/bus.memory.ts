/** A bus within one process: joins several nodes for tests and for simulations, with the faults that a real one has. */
import type { Timers } from '@rollcall/store';
import type { Frame } from '../link/frame.ts';
import { decodeFrame, encodeFrame } from '../link/frame-codec.ts';
import type { ProcessId } from '../process/process-id.ts';
import type { Turns } from '../time/turns.ts';
import { Way } from '../time/way.ts';
import type { Bus, FramesByProcess } from './bus.ts';

export interface MemoryHubOptions {
  readonly turns: Turns;
  /** How long the next frame from one to the other is on its way; none overtakes another of the two. Default 0. */
  readonly delayMs?: (from: ProcessId, to: ProcessId) => number;
  /** Needed where frames are delayed. */
  readonly timers?: Timers;
  /** Frames become bytes and frames again on their way, as they would on a wire. */
  readonly throughCodec?: boolean;
  /** Whether to lose this one. */
  readonly loses?: (to: ProcessId, frame: Frame) => boolean;
  /** Called with every frame that is sent, lost or not. */
  readonly watch?: (to: ProcessId, frame: Frame) => void;
}

export class MemoryHub {
  readonly #options: MemoryHubOptions;
  readonly #joined = new Map<ProcessId, MemoryBus>();
  readonly #ways = new Map<string, Way>();

  constructor(options: MemoryHubOptions) {
    this.#options = options;
  }

  join(self: ProcessId): Promise<Bus> {
    const bus = new MemoryBus(self, (to, frame) => this.#carry(to, frame));
    this.#joined.set(self, bus);
    return Promise.resolve(bus);
  }

  /** As if the connection of that process had been cut, or had come back. */
  setConnected(process: ProcessId, connected: boolean): void {
    this.#joined.get(process)?.setConnected(connected);
  }

  #carry(to: ProcessId, frame: Frame): void {
    const { turns, timers, delayMs, throughCodec, loses, watch } = this.#options;
    watch?.(to, frame);
    if (loses?.(to, frame)) return;
    const carried = throughCodec ? decodeFrame(encodeFrame(frame)) : frame;
    if (carried === undefined) throw new Error('a frame that was encoded cannot be decoded');
    const arrive = () => this.#joined.get(to)?.take(carried);
    if (timers === undefined || delayMs === undefined) turns.soon(arrive);
    else this.#wayOf(frame.from, to, timers).carry(delayMs(frame.from, to), arrive);
  }

  #wayOf(from: ProcessId, to: ProcessId, timers: Timers): Way {
    const key = `${from} ${to}`;
    let way = this.#ways.get(key);
    if (way === undefined) this.#ways.set(key, (way = new Way(timers)));
    return way;
  }
}

class MemoryBus implements Bus {
  readonly self: ProcessId;
  #connected = true;
  #closed = false;
  readonly #carry: (to: ProcessId, frame: Frame) => void;
  #onFrame: ((frame: Frame) => void) | undefined;
  #onState: ((connected: boolean) => void) | undefined;

  constructor(self: ProcessId, carry: (to: ProcessId, frame: Frame) => void) {
    this.self = self;
    this.#carry = carry;
  }

  get connected(): boolean {
    return this.#connected && !this.#closed;
  }

  send(to: ProcessId, frame: Frame): void {
    if (this.connected) this.#carry(to, frame);
  }

  sendTogether(frames: FramesByProcess): void {
    for (const [to, own] of frames) for (const frame of own) this.send(to, frame);
  }

  onFrame(handler: (frame: Frame) => void): void {
    this.#onFrame = handler;
  }

  /** What is carried here never was bytes, or was written by this version. */
  onUnreadable(): void {
    // Nothing to tell.
  }

  onState(handler: (connected: boolean) => void): void {
    this.#onState = handler;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  take(frame: Frame): void {
    if (this.connected) this.#onFrame?.(frame);
  }

  setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.#onState?.(connected);
  }
}
