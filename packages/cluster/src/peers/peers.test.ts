import { expect, test } from 'vitest';
import { ClusterWorld, leaseTtlMs, type TestNode } from '../testing/cluster-world.ts';
import type { Peers, PeerListener } from './peers.ts';

class Heard implements PeerListener {
  readonly events: string[] = [];

  heard(from: string, message: Readonly<Record<string, unknown>>): void {
    this.events.push(`${from}: ${String(message['n'])}`);
  }

  gone(process: string): void {
    this.events.push(`${process} is gone`);
  }

  cutOff(): void {
    this.events.push('cut off');
  }
}

function peersOf({ node }: TestNode): Peers {
  const { peers } = node.gate;
  if (peers === undefined) throw new Error('a node of a cluster has peers');
  return peers;
}

async function threeNodes() {
  const world = new ClusterWorld();
  await world.start('engine', 'engine');
  const first = await world.start('first', 'front-end');
  const second = await world.start('second', 'front-end');
  await world.clock.advance(leaseTtlMs);
  const [heardFirst, heardSecond] = [new Heard(), new Heard()];
  peersOf(first).listen('test', heardFirst);
  peersOf(second).listen('test', heardSecond);
  return { world, first, second, heardFirst, heardSecond };
}

test('front-ends hear each other in order, even where the bus loses frames', async () => {
  const { world, first, heardSecond } = await threeNodes();
  let frames = 0;
  world.loses = (_to, { kind }) => kind === 'data' && ++frames % 3 === 0;
  for (let n = 0; n < 20; n++) {
    expect(peersOf(first).say('second~1', { about: 'test', n })).toBe(true);
    await world.clock.advance(20);
  }
  await world.clock.advance(leaseTtlMs);
  expect(heardSecond.events).toEqual(Array.from({ length: 20 }, (_, n) => `first~1: ${n}`));
});

test('nothing can be said to oneself, or to nobody', async () => {
  const { first } = await threeNodes();
  for (const process of ['first~1', 'second~9', 'nobody', ''])
    expect(peersOf(first).say(process, { about: 'test', n: 1 })).toBe(false);
});

test('one that dies is gone for the others; one that was declared dead knows', async () => {
  const { world, second, heardFirst, heardSecond } = await threeNodes();
  second.setConnected(false);
  await world.clock.advance(4 * leaseTtlMs);
  expect(heardFirst.events).toEqual(['second~1 is gone']);
  second.setConnected(true);
  await world.clock.advance(4 * leaseTtlMs);
  expect(heardSecond.events.at(-1)).toBe('cut off');
  expect(second.node.gate.frontEnd).toBe('second~2');
});
