/**
 * What has been read and not been dealt with: because the stream awaits an answer of ours, or because the client is
 * faster than it may be. Meanwhile nothing more is read, so that it is the client's own connection that fills up.
 */
import type { StreamEvent } from '@rollcall/xmpp';
import { TokenBucket } from '../admission/token-bucket.ts';
import type { ConnectionHouse } from './connection-house.ts';
import type { Wire } from './wire.ts';

export interface InletOwner {
  /**
   * 'wait': for an answer, reading nothing. 'listen': for an answer, reading on. 'paced': as fast as the bucket
   * allows. 'free': as fast as it comes.
   */
  readonly turn: 'wait' | 'listen' | 'paced' | 'free';
  take(event: StreamEvent): void;
}

const nothing: readonly StreamEvent[] = [];

export class Inlet {
  readonly #house: ConnectionHouse;
  readonly #wire: Wire;
  readonly #owner: InletOwner;
  #events: readonly StreamEvent[] = nothing;
  #next = 0;
  #pumping = false;
  #cancelPause: (() => void) | undefined;
  /** Full if absent. */
  #pace: TokenBucket | undefined;

  constructor(house: ConnectionHouse, wire: Wire, owner: InletOwner) {
    this.#house = house;
    this.#wire = wire;
    this.#owner = owner;
  }

  push(events: readonly StreamEvent[]): void {
    const left = this.#events.slice(this.#next);
    this.#events = left.length === 0 ? events : [...left, ...events];
    this.#next = 0;
    this.pump();
  }

  /** What was read of a stream that has been replaced is void. */
  forget(): void {
    this.#events = nothing;
    this.#next = 0;
  }

  close(): void {
    this.forget();
    this.#cancelPause?.();
    this.#cancelPause = undefined;
  }

  /** Called now and then. */
  tick(nowMs: number): void {
    if (this.#pace?.isFull(nowMs)) this.#pace = undefined;
  }

  /** Goes on as far as it may. */
  pump(): void {
    if (this.#pumping || this.#cancelPause) return;
    this.#pumping = true;
    let event = this.#events[this.#next];
    while (event && this.#mayTake()) {
      this.#next += 1;
      this.#owner.take(event);
      event = this.#events[this.#next];
    }
    this.#pumping = false;
    // What has been dealt with is not kept until something new comes: most sessions are idle.
    if (event === undefined) this.forget();
    const { turn } = this.#owner;
    if (turn === 'wait' || (event && turn !== 'listen')) this.#wire.pause();
    else this.#wire.resume();
  }

  #mayTake(): boolean {
    const { turn } = this.#owner;
    if (turn !== 'paced') return turn === 'free';
    const { timers, counters } = this.#house;
    const nowMs = timers.now();
    this.#pace ??= this.#fullPace(nowMs);
    const waitMs = this.#pace.take(nowMs);
    if (waitMs === 0) return true;
    counters.pauses += 1;
    this.#cancelPause = timers.setTimeout(() => {
      this.#cancelPause = undefined;
      this.pump();
    }, waitMs);
    return false;
  }

  #fullPace(nowMs: number): TokenBucket {
    const { stanzasPerSecond: perSecond, stanzaBurst: burst } = this.#house.limits;
    return new TokenBucket({ perSecond, burst }, nowMs);
  }
}
