/** What every bus does, as tests that each adapter passes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Frame } from '../link/frame.ts';
import { processIdOf, type ProcessId } from '../process/process-id.ts';
import type { Bus, JoinBus } from './bus.ts';

export interface BusFixture {
  readonly join: JoinBus;
  /** Called after each test, once all buses are closed. */
  dispose?(): Promise<void>;
}

/** `make` gives a way to join one bus that nobody else has joined. */
export function busContract(name: string, make: () => Promise<BusFixture>): void {
  describe(`bus: ${name}`, () => {
    const alpha = processIdOf('alpha', 1);
    const beta = processIdOf('beta', 1);
    let fixture: BusFixture;
    let joined: Bus[];

    beforeEach(async () => {
      fixture = await make();
      joined = [];
    });

    afterEach(async () => {
      for (const bus of joined) await bus.close();
      await fixture.dispose?.();
    });

    async function join(self: ProcessId): Promise<{ bus: Bus; received: Inbox }> {
      const bus = await fixture.join(self);
      joined.push(bus);
      const received = new Inbox();
      bus.onFrame((frame) => received.add(frame));
      return { bus, received };
    }

    const pulse = (from: ProcessId, lastNumber: number): Frame => ({
      kind: 'pulse',
      from,
      stream: 1,
      lastNumber,
    });

    test('carries frames between two processes, in order', async () => {
      const { bus } = await join(alpha);
      const { received } = await join(beta);
      const frames = Array.from({ length: 100 }, (_, index) => pulse(alpha, index));
      for (const frame of frames) bus.send(beta, frame);
      expect(await received.first(100)).toEqual(frames);
    });

    test('carries every field of data, and texts of any script', async () => {
      const { bus } = await join(alpha);
      const { received } = await join(beta);
      const frame: Frame = {
        kind: 'data',
        from: alpha,
        epoch: 7,
        stream: 2,
        number: 3,
        envelopes: [
          { kind: 'deliver', sessions: [1, 2], head: '<message', tail: '>ἀλήθεια 🌿</message>' },
          { kind: 'ended', session: 4 },
        ],
      };
      bus.send(beta, frame);
      expect(await received.first(1)).toEqual([frame]);
    });

    test('carries a frame of 512 KiB', async () => {
      const { bus } = await join(alpha);
      const { received } = await join(beta);
      const tail = 'x'.repeat(512 * 1024);
      bus.send(beta, {
        kind: 'data',
        from: alpha,
        epoch: 1,
        stream: 1,
        number: 1,
        envelopes: [{ kind: 'deliver', sessions: [1], head: '', tail }],
      });
      const [frame] = await received.first(1);
      expect(frame?.kind === 'data' && frame.envelopes[0]).toMatchObject({ tail });
    });

    test('tells incarnations of a node apart', async () => {
      const { bus } = await join(alpha);
      const older = await join(beta);
      const newer = await join(processIdOf('beta', 2));
      bus.send(processIdOf('beta', 2), pulse(alpha, 2));
      bus.send(beta, pulse(alpha, 1));
      expect(await newer.received.first(1)).toEqual([pulse(alpha, 2)]);
      expect(await older.received.first(1)).toEqual([pulse(alpha, 1)]);
    });

    test('drops what is for nobody, and what comes after closing', async () => {
      const { bus, received } = await join(alpha);
      const { bus: other } = await join(beta);
      bus.send(processIdOf('nobody', 1), pulse(alpha, 1));
      await other.close();
      other.send(alpha, pulse(beta, 1));
      bus.send(beta, pulse(alpha, 2));
      const { bus: third } = await join(processIdOf('gamma', 1));
      third.send(alpha, pulse(processIdOf('gamma', 1), 3));
      expect(await received.first(1)).toEqual([pulse(processIdOf('gamma', 1), 3)]);
      expect(other.connected).toBe(false);
    });

    test('carries frames for several at once: each has its own, in order with what it is sent alone', async () => {
      const gamma = processIdOf('gamma', 1);
      const { bus, received: own } = await join(alpha);
      const { received: ofBeta } = await join(beta);
      const { received: ofGamma } = await join(gamma);
      bus.send(beta, pulse(alpha, 1));
      bus.sendTogether(
        new Map([
          [beta, [pulse(alpha, 2), pulse(alpha, 3)]],
          [gamma, [pulse(alpha, 10)]],
        ]),
      );
      bus.send(beta, pulse(alpha, 4));
      bus.send(gamma, pulse(alpha, 11));
      expect(await ofBeta.first(4)).toEqual([1, 2, 3, 4].map((number) => pulse(alpha, number)));
      expect(await ofGamma.first(2)).toEqual([pulse(alpha, 10), pulse(alpha, 11)]);
      expect(own.size).toBe(0);
    });

    test('carries frames for several at once that are large', async () => {
      const gamma = processIdOf('gamma', 1);
      const { bus } = await join(alpha);
      const large = (number: number): Frame => ({
        kind: 'data',
        from: alpha,
        epoch: 1,
        stream: 1,
        number,
        envelopes: [{ kind: 'deliver', sessions: [1], head: '', tail: 'x'.repeat(768 * 1024) }],
      });
      const { received: ofBeta } = await join(beta);
      const { received: ofGamma } = await join(gamma);
      bus.sendTogether(
        new Map([
          [beta, [large(1)]],
          [gamma, [large(2)]],
        ]),
      );
      expect(await ofBeta.first(1)).toEqual([large(1)]);
      expect(await ofGamma.first(1)).toEqual([large(2)]);
    });

    test('never calls back within send', async () => {
      const { bus } = await join(alpha);
      const { received } = await join(beta);
      bus.send(beta, pulse(alpha, 1));
      expect(received.size).toBe(0);
      expect(await received.first(1)).toHaveLength(1);
    });
  });
}

/** Frames as they come, for whoever waits for so many. */
class Inbox {
  readonly #frames: Frame[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;

  get size(): number {
    return this.#frames.length;
  }

  add(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#waiting && this.#frames.length >= this.#waiting.count) this.#waiting.resolve();
  }

  async first(count: number): Promise<readonly Frame[]> {
    if (this.#frames.length < count)
      await new Promise<void>((resolve) => {
        this.#waiting = { count, resolve };
      });
    return this.#frames.slice(0, count);
  }
}
