/** What happens to a process as it sees it: all of it can be held back, as by SIGSTOP, and let go again in order. */
import type { Timers } from '@rollcall/store';
import type { Bus } from '../bus/bus.ts';
import type { Bucket, Coordination } from '../coordination/coordination.ts';
import type { Turns } from '../time/turns.ts';

export class Pausable implements Timers, Turns {
  readonly #clock: Timers & Turns;
  #held: (() => void)[] | undefined;

  constructor(clock: Timers & Turns) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(fn: () => void, ms: number): () => void {
    const state = { cancelled: false };
    const cancel = this.#clock.setTimeout(() => {
      this.#happen(() => {
        if (!state.cancelled) fn();
      });
    }, ms);
    return () => {
      state.cancelled = true;
      cancel();
    };
  }

  soon(fn: () => void): void {
    this.#clock.soon(() => this.#happen(fn));
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const fn of held) this.#happen(fn);
  }

  bus(bus: Bus): Bus {
    return {
      self: bus.self,
      get connected() {
        return bus.connected;
      },
      send: (to, frame) => bus.send(to, frame),
      sendTogether: (frames) => bus.sendTogether(frames),
      onFrame: (handler) => bus.onFrame((frame) => this.#happen(() => handler(frame))),
      onState: (handler) => bus.onState((connected) => this.#happen(() => handler(connected))),
      close: () => bus.close(),
    };
  }

  coordination({ leases, facts }: Coordination): Coordination {
    return {
      leases: Object.assign(this.#bucket(leases), { ttlMs: leases.ttlMs }),
      facts: this.#bucket(facts),
    };
  }

  #bucket(bucket: Bucket): Bucket {
    return {
      read: (key) => this.#heard(bucket.read(key)),
      entries: () => this.#heard(bucket.entries()),
      write: (key, value, expected) => this.#heard(bucket.write(key, value, expected)),
      remove: (key, expected) => this.#heard(bucket.remove(key, expected)),
      watch: (onChange) =>
        this.#heard(bucket.watch((change) => this.#happen(() => onChange(change)))),
    };
  }

  #heard<T>(answer: Promise<T>): Promise<T> {
    return answer.finally(
      () =>
        new Promise<void>((resolve) => {
          this.#happen(resolve);
        }),
    );
  }

  #happen(fn: () => void): void {
    if (this.#held === undefined) fn();
    else this.#held.push(fn);
  }
}
