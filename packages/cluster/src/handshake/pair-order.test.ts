import { describe, expect, test } from 'vitest';
import { jid } from '../testing/test-client.ts';
import { PairOrder } from './pair-order.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

function handshake(number: number, from = alice, to = bob) {
  const stanza = { kind: 'presence', type: 'subscribe', from, to, content: '' } as const;
  return { id: `${number}`, number, stanza, gone: [] };
}

describe('of the handshakes from one user to another', () => {
  test('the later wait for one that was refused, until it is dealt with', () => {
    const order = new PairOrder();
    order.refused(handshake(1));
    expect(order.isNext(handshake(1))).toBe(true);
    expect(order.isNext(handshake(2))).toBe(false);
    expect(order.isNext(handshake(2, bob, alice))).toBe(true);
    order.done(handshake(1));
    expect(order.isNext(handshake(2))).toBe(true);
  });

  test('none is acknowledged after one that could not be', async () => {
    const order = new PairOrder();
    const acknowledged: number[] = [];
    const failing = order.acknowledge(handshake(1), () => Promise.reject(new Error('away')));
    const following = order.acknowledge(handshake(2), () => {
      acknowledged.push(2);
      return Promise.resolve();
    });
    await expect(failing).rejects.toThrow('away');
    await expect(following).rejects.toThrow('away');
    await order.acknowledge(handshake(1), () => {
      acknowledged.push(1);
      return Promise.resolve();
    });
    expect(acknowledged).toEqual([1]);
  });
});
