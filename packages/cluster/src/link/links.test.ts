import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { MemoryHub } from '../bus/bus.memory.ts';
import type { Envelope } from '../envelope/envelope.ts';
import { processIdOf, type ProcessId } from '../process/process-id.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { Frame } from './frame.ts';
import { defaultLinkLimits, type LinkLimits } from './link-limits.ts';
import { Links } from './links.ts';

const alpha = processIdOf('alpha', 1);
const beta = processIdOf('beta', 1);
const message = (number: number): Envelope => ({ kind: 'ended', session: number });
const numberIn = (envelope: Envelope) => (envelope.kind === 'ended' ? envelope.session : -1);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

interface End {
  readonly links: Links;
  readonly received: number[];
  readonly lost: string[];
  readonly behind: number[];
  epoch: number;
}

class Pair {
  readonly clock = new VirtualClock();
  readonly frames: Frame[] = [];
  loses: (frame: Frame, to: ProcessId) => boolean = () => false;
  members = new Set([alpha, beta]);
  readonly #hub = new MemoryHub({
    turns: this.clock,
    throughCodec: true,
    loses: (to, frame) => this.loses(frame, to),
    watch: (_to, frame) => this.frames.push(frame),
  });

  setConnected(process: ProcessId, connected: boolean): void {
    this.#hub.setConnected(process, connected);
  }

  async join(self: ProcessId, limits: Partial<LinkLimits> = {}): Promise<End> {
    const end: Omit<End, 'links'> = { received: [], lost: [], behind: [], epoch: 1 };
    const links = new Links({
      bus: await this.#hub.join(self),
      timers: this.clock,
      turns: this.clock,
      limits: { ...defaultLinkLimits, ...limits },
      epoch: () => end.epoch,
      isMember: (process) => this.members.has(process),
      deliver: (_from, envelopes) => void end.received.push(...envelopes.map(numberIn)),
      lost: (peer, direction) => end.lost.push(`${direction} ${peer}`),
      behind: (epoch) => end.behind.push(epoch),
    });
    return Object.assign(end, { links });
  }
}

describe('a link', () => {
  test('delivers everything once and in order, whatever the bus loses', async () => {
    const losses = fc.record({
      seed: fc.array(fc.boolean(), { minLength: 20, maxLength: 100 }),
      bursts: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(losses, async ({ seed, bursts }) => {
        const pair = new Pair();
        const a = await pair.join(alpha);
        const b = await pair.join(beta);
        let index = 0;
        // The losses end: a pattern that went on for ever could fall in step with the repetitions.
        pair.loses = () => seed[index++] === true;
        let sent = 0;
        for (const burst of bursts) {
          for (let count = 0; count < burst; count++) a.links.send(beta, message(sent++));
          await pair.clock.advance(20);
        }
        await pair.clock.advance(60_000);
        expect(b.received).toEqual(upTo(sent));
        expect(a.links.unacknowledged).toBe(0);
        expect([...a.lost, ...b.lost]).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('sends what was posted in one turn as one frame', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    await pair.join(beta);
    for (const number of upTo(100)) a.links.send(beta, message(number));
    await pair.clock.settle();
    expect(pair.frames.filter(({ kind }) => kind === 'data')).toHaveLength(1);
  });

  test('cuts frames before they grow too large for the bus', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha, { frameBytes: 1_000 });
    const b = await pair.join(beta);
    for (const number of upTo(20)) a.links.send(beta, message(number));
    await pair.clock.settle();
    expect(pair.frames.filter(({ kind }) => kind === 'data')).toHaveLength(7);
    expect(b.received).toEqual(upTo(20));
  });

  test('is quiet when there is nothing to say', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    await pair.join(beta);
    a.links.send(beta, message(1));
    await pair.clock.advance(10_000);
    const before = pair.frames.length;
    await pair.clock.advance(600_000);
    expect(pair.frames.length).toBe(before);
  });

  test('tells both ends when more was lost than could be kept, and goes on with what comes after', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha, { framesKept: 5 });
    const b = await pair.join(beta);
    a.links.send(beta, message(0));
    await pair.clock.advance(1_000);
    pair.loses = () => true;
    for (const number of upTo(10)) {
      a.links.send(beta, message(100 + number));
      await pair.clock.advance(1);
    }
    expect(a.lost).toEqual([`sent ${beta}`]);
    pair.loses = () => false;
    await pair.clock.advance(2_000);
    a.links.send(beta, message(200));
    await pair.clock.advance(2_000);
    expect(b.lost).toEqual([`received ${alpha}`]);
    expect(b.received.slice(0, 1)).toEqual([0]);
    expect(b.received.at(-1)).toBe(200);
    expect(b.received).toEqual([...b.received].sort((one, other) => one - other));
  });

  test('holds what was sent under a newer shard map until this process has that map', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    const b = await pair.join(beta);
    a.links.send(beta, message(1));
    await pair.clock.settle();
    a.epoch = 2;
    a.links.send(beta, message(2));
    await pair.clock.advance(5_000);
    expect(b.received).toEqual([1]);
    expect(b.behind).toContain(2);
    b.epoch = 2;
    b.links.mapChanged();
    expect(b.received).toEqual([1, 2]);
  });

  test('hears a process that the map does not have yet once it has it, and one that is gone never', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    const b = await pair.join(beta);
    pair.members = new Set([beta]);
    a.links.send(beta, message(1));
    a.epoch = 2;
    a.links.flush();
    await pair.clock.advance(2_000);
    expect(b.received).toEqual([]);
    b.epoch = 2;
    pair.members = new Set([alpha, beta]);
    b.links.mapChanged();
    await pair.clock.advance(2_000);
    expect(b.received).toEqual([1]);
    b.epoch = 3;
    pair.members = new Set([beta]);
    b.links.mapChanged();
    a.links.send(beta, message(2));
    await pair.clock.advance(2_000);
    expect(b.received).toEqual([1]);
  });

  test('sends what one turn has for most of the others as one message, and what is for few to each', async () => {
    const { links, messages, clock } = watched();
    const peers = ['beta', 'gamma', 'delta', 'epsilon'].map((name) => processIdOf(name, 1));
    const sendTo = async (some: readonly ProcessId[]) => {
      messages.length = 0;
      for (const peer of some) links.send(peer, message(1));
      await clock.settle();
      return [...messages];
    };
    expect(await sendTo(peers)).toEqual([peers.join(' ')]);
    expect(await sendTo(peers.slice(0, 2))).toEqual([peers.slice(0, 2).join(' ')]);
    expect(await sendTo(peers.slice(0, 1))).toEqual(peers.slice(0, 1));
    peers.push(processIdOf('zeta', 1));
    expect(await sendTo(peers.slice(-1))).toEqual(peers.slice(-1));
    expect(await sendTo(peers.slice(0, 2))).toEqual(peers.slice(0, 2));
  });

  test('acknowledges what others have said with what is for most, which they hear as well', async () => {
    const { links, messages, clock, hear } = watched();
    const gamma = processIdOf('gamma', 1);
    const delta = processIdOf('delta', 1);
    hear({
      kind: 'data',
      from: delta,
      epoch: 1,
      stream: 1,
      number: 1,
      envelopes: [message(1)],
    });
    for (const peer of [beta, gamma]) links.send(peer, message(1));
    await clock.settle();
    expect(messages).toEqual([`${beta} ${gamma} ${delta}`]);
  });

  test('acknowledges once what has come, and is silent then', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    await pair.join(beta);
    for (const number of upTo(20)) {
      a.links.send(beta, message(number));
      await pair.clock.advance(10);
    }
    await pair.clock.advance(10_000);
    expect(pair.frames.map(({ kind }) => kind)).toEqual([
      ...upTo(20).map(() => 'data'),
      'received',
    ]);
    expect(a.links.unacknowledged).toBe(0);
  });

  test('acknowledges what comes every second every five seconds', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    await pair.join(beta);
    for (const number of upTo(20)) {
      a.links.send(beta, message(number));
      await pair.clock.advance(1_000);
    }
    expect(pair.frames.filter(({ kind }) => kind === 'pulse')).toHaveLength(0);
    expect(pair.frames.filter(({ kind }) => kind === 'received')).toHaveLength(20 / 5);
  });

  test('lets acknowledgements ride on what goes the other way', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    const b = await pair.join(beta);
    for (const number of upTo(10)) {
      a.links.send(beta, message(number));
      await pair.clock.advance(500);
      b.links.send(alpha, message(number));
      await pair.clock.advance(500);
    }
    expect(pair.frames.map(({ kind }) => kind)).toEqual(upTo(20).map(() => 'data'));
    expect(a.links.unacknowledged).toBe(0);
    expect(b.links.unacknowledged).toBe(1);
  });

  test('shows a lost tail within one and a half seconds, and again soon if the word of it is lost, too', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    const b = await pair.join(beta);
    const lastFor = (ms: number) => {
      const endMs = pair.clock.now() + ms;
      pair.loses = () => pair.clock.now() < endMs;
    };
    lastFor(1);
    a.links.send(beta, message(1));
    await pair.clock.advance(1_500);
    expect(b.received).toEqual([1]);
    lastFor(1_500);
    a.links.send(beta, message(2));
    await pair.clock.advance(2_000);
    expect(b.received).toEqual([1, 2]);
  });

  test('counts as overdue what should have been acknowledged by now', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    await pair.join(beta);
    a.links.send(beta, message(1));
    await pair.clock.advance(1_000);
    expect([a.links.unacknowledged, a.links.overdue]).toEqual([1, 0]);
    pair.loses = () => true;
    await pair.clock.advance(20_000);
    expect([a.links.unacknowledged, a.links.overdue]).toEqual([1, 1]);
  });

  test('asks at once for what was lost while the connection was away', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    const b = await pair.join(beta);
    pair.loses = () => true;
    a.links.send(beta, message(1));
    await pair.clock.settle();
    pair.loses = () => false;
    pair.setConnected(alpha, false);
    pair.setConnected(alpha, true);
    await pair.clock.advance(1);
    expect(b.received).toEqual([1]);
  });

  test('can wait until everything has arrived', async () => {
    const pair = new Pair();
    const a = await pair.join(alpha);
    await pair.join(beta);
    let isDrained = false;
    pair.loses = () => true;
    a.links.send(beta, message(1));
    void a.links.drained().then(() => {
      isDrained = true;
    });
    await pair.clock.advance(2_000);
    expect(isDrained).toBe(false);
    pair.loses = () => false;
    await pair.clock.advance(2_000);
    expect(isDrained).toBe(true);
  });
});

/** The links of alpha alone, the messages that they send, and a way to let them hear something. */
function watched() {
  const messages: string[] = [];
  const clock = new VirtualClock();
  let hear: (frame: Frame) => void = () => undefined;
  const bus: Bus = {
    self: alpha,
    connected: true,
    send: (to) => messages.push(to),
    sendTogether: (frames) => messages.push([...frames.keys()].join(' ')),
    onFrame: (handler) => {
      hear = handler;
    },
    onUnreadable: () => undefined,
    onState: () => undefined,
    close: () => Promise.resolve(),
  };
  const links = new Links({
    bus,
    timers: clock,
    turns: clock,
    limits: defaultLinkLimits,
    epoch: () => 1,
    isMember: () => true,
    deliver: () => undefined,
    lost: () => undefined,
    behind: () => undefined,
  });
  return { links, messages, clock, hear: (frame: Frame) => hear(frame) };
}
