import { describe, expect, test } from 'vitest';
import { jid } from '../testing/test-client.ts';
import { defaultClusterLimits, type ClusterLimits } from '../limits/cluster-limits.ts';
import { PairOrder } from './pair-order.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

function handshake(number: number, from = alice, to = bob) {
  const stanza = { kind: 'presence', type: 'subscribe', from, to, content: '' } as const;
  return { id: `${number}`, number, stanza, gone: [] };
}

function orderOf(limits: Partial<ClusterLimits> = {}, now: () => number = () => 0): PairOrder {
  return new PairOrder({ ...defaultClusterLimits, ...limits }, now);
}

describe('of the handshakes from one user to another', () => {
  test('the later wait for one that was refused, until it is dealt with', () => {
    const order = orderOf();
    order.refused(handshake(1));
    expect(order.isNext(handshake(1))).toBe(true);
    expect(order.isNext(handshake(2))).toBe(false);
    expect(order.isNext(handshake(2, bob, alice))).toBe(true);
    order.done(handshake(1));
    expect(order.isNext(handshake(2))).toBe(true);
  });

  test('the later do not wait any longer for one that the queue has lost', () => {
    let nowMs = 1_000;
    const { handshakeAckWaitMs } = defaultClusterLimits;
    const order = orderOf({}, () => nowMs);
    const isNextAfter = (ms: number) => {
      nowMs += ms;
      return order.isNext(handshake(2));
    };
    order.refused(handshake(1));
    expect(isNextAfter(handshakeAckWaitMs), 'it may still come').toBe(false);
    order.refused(handshake(1));
    for (let count = 0; count < 3; count++)
      expect(isNextAfter(handshakeAckWaitMs), 'it has come, and may come again').toBe(false);
    expect(isNextAfter(1)).toBe(true);
  });

  test('the later wait on after a time in which the queue gave nothing: what was refused was given in vain', () => {
    let nowMs = 1_000;
    const { handshakeAckWaitMs } = defaultClusterLimits;
    const order = orderOf({}, () => nowMs);
    expect(order.isNext(handshake(1))).toBe(true);
    order.refused(handshake(1));
    nowMs += 10 * handshakeAckWaitMs;
    expect(order.isNext(handshake(2))).toBe(false);
    nowMs += handshakeAckWaitMs;
    expect(order.isNext(handshake(1))).toBe(true);
    order.done(handshake(1));
    expect(order.isNext(handshake(2))).toBe(true);
  });

  test('none is acknowledged while one before it cannot be, which is acknowledged once more first', async () => {
    const order = orderOf();
    const queue = new Queue();
    queue.isAway = true;
    const failing = [1, 2].map((number) => queue.acknowledge(order, handshake(number)));
    for (const each of failing) await expect(each).rejects.toThrow('away');
    queue.isAway = false;
    await queue.acknowledge(order, handshake(3));
    expect(queue.acknowledged).toEqual([1, 2, 3]);
    await queue.acknowledge(order, handshake(4));
    expect(queue.acknowledged, 'each once').toEqual([1, 2, 3, 4]);
  });

  test('one that was acknowledged without an answer does not keep later ones from it when it comes again', async () => {
    const order = orderOf();
    const queue = new Queue();
    queue.isAway = true;
    await expect(queue.acknowledge(order, handshake(1))).rejects.toThrow('away');
    queue.isAway = false;
    await queue.acknowledge(order, handshake(1));
    await queue.acknowledge(order, handshake(2));
    expect(queue.acknowledged).toEqual([1, 1, 2]);
  });

  test('what could not be acknowledged is no matter of others', async () => {
    const order = orderOf();
    const queue = new Queue();
    queue.isAway = true;
    await expect(queue.acknowledge(order, handshake(1))).rejects.toThrow('away');
    queue.isAway = false;
    await queue.acknowledge(order, handshake(2, bob, alice));
    expect(queue.acknowledged).toEqual([2]);
  });

  test('no more is owed than the queue can have given, the longest owed goes', async () => {
    const order = orderOf({ handshakesInFlight: 2 });
    const queue = new Queue();
    queue.isAway = true;
    for (const number of [1, 2, 3])
      await expect(queue.acknowledge(order, handshake(number))).rejects.toThrow('away');
    queue.isAway = false;
    await queue.acknowledge(order, handshake(4));
    expect(queue.acknowledged).toEqual([3, 4]);
  });
});

class Queue {
  readonly acknowledged: number[] = [];
  isAway = false;

  acknowledge(order: PairOrder, of: ReturnType<typeof handshake>): Promise<void> {
    return order.acknowledge(of, () => {
      if (this.isAway) return Promise.reject(new Error('away'));
      this.acknowledged.push(of.number);
      return Promise.resolve();
    });
  }
}
