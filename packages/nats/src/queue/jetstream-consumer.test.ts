import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { beforeEach, describe, expect, test } from 'vitest';
import { JetStreamConsumer } from './jetstream-consumer.ts';

const lastNumber = 41;

let delivered: number[];
let handedBack: number[];
let consumer: JetStreamConsumer;

beforeEach(() => {
  delivered = [];
  handedBack = [];
  consumer = new JetStreamConsumer(lastNumber, ({ info }) => delivered.push(info.deliverySequence));
});

function take(...numbers: readonly number[]): void {
  for (const deliverySequence of numbers) {
    const nak = () => handedBack.push(deliverySequence);
    consumer.take({ info: { deliverySequence }, nak } as unknown as JsMsg);
  }
}

/** What the client takes from the server with, until it is closed or the server's consumer is gone. */
function pull() {
  let isClosed = false;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const messages = {
    closed: () => ended,
    close: () => {
      isClosed = true;
      end();
      return ended;
    },
  } as unknown as ConsumerMessages;
  return { messages, end: () => end(), isClosed: () => isClosed };
}

describe('deliveries to an owner', () => {
  test('go on from the last that the former one had', () => {
    take(42, 43, 44);
    expect(delivered).toEqual([42, 43, 44]);
  });

  test.each([
    ['one is missing, which another has', 44],
    ['the server has forgotten what it delivered', 1],
  ])('end where %s: that is handed back, and nothing later is dealt with', async (_, number) => {
    take(42, number, number + 1, 43);
    await consumer.lost;
    expect(delivered).toEqual([42]);
    expect(handedBack).toEqual([number]);
  });

  test('end with the consumer at the server', async () => {
    const { messages, end } = pull();
    consumer.follow(messages);
    end();
    await consumer.lost;
    take(42);
    expect(delivered).toEqual([]);
  });
});

describe('an owner that has stopped', () => {
  test('is given nothing that was under way, and is not told that it has lost', async () => {
    const told: string[] = [];
    void consumer.lost.then(() => told.push('lost'));
    const { messages, isClosed } = pull();
    consumer.follow(messages);
    await consumer.stop();
    take(42);
    await new Promise(setImmediate);
    expect([delivered, handedBack, told]).toEqual([[], [], []]);
    expect(isClosed()).toBe(true);
  });

  test('before the server had answered takes nothing from it', async () => {
    const { messages, isClosed } = pull();
    await consumer.stop();
    consumer.follow(messages);
    expect(isClosed()).toBe(true);
  });
});
