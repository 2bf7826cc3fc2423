// Scenario 3: what becomes of a shard's durable consumer when requests of a former owner are carried out late, or a former
// owner that does not know that it is one goes on taking from it.

import { jetstreamManager } from '@nats-io/jetstream';
import { createInbox } from '@nats-io/nats-core';
import { connectNats, openJetStreamQueue } from '@rollcall/nats';
import type { NatsLink } from '@rollcall/nats';
import type { HandshakeQueue } from '@rollcall/store';
import { ConsumerInbox } from '@rollcall/store/contract';
import { startNats } from '@rollcall/testkit';
import type { NatsUnderTest } from '@rollcall/testkit';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const log = pino({ level: 'silent' });
const shard = 7;
const stream = 'rollcall_handshakes';
const durable = `shard-${shard}`;
/** Far longer than any test: nothing may have to wait for it. */
const options = { maxInFlight: 16, ackWaitMs: 600_000 };

let nats: NatsUnderTest;
let link: NatsLink;
let queue: HandshakeQueue;

beforeAll(async () => {
  nats = await startNats();
});

afterAll(() => nats.stop());

beforeEach(async () => {
  link = await connectNats({ urls: [...nats.urls] }, log);
  queue = await openJetStreamQueue(link);
});

afterEach(async () => {
  await queue.close();
  await (await jetstreamManager(link.connection)).streams.delete(stream);
  await link.connection.close();
});

/** Takes the shard's consumer, and may do so again. */
class Owner extends ConsumerInbox {
  /** Rejects with `StoreError`. */
  async begin(): Promise<void> {
    this.consumer = await queue.consume(shard, options, (delivery) => this.put(delivery));
  }
}

async function publish(...ids: string[]): Promise<void> {
  for (const id of ids) await queue.publish({ id, shard, body: new TextEncoder().encode(id) });
}

describe("an owner under whom its shard's consumer is deleted", () => {
  test('notices at once, and is given all that is unacknowledged, in order and once, when it takes it anew', async () => {
    const owner = new Owner();
    await owner.begin();
    await publish('a', 'b', 'c');
    await (await owner.next()).ack();
    const inHand = await owner.next();
    await owner.next();
    await (await jetstreamManager(link.connection)).consumers.delete(stream, durable);
    await owner.consumer?.lost;
    await publish('d');
    await owner.begin();
    expect(await owner.takeAndAck(3)).toEqual(['b', 'c', 'd']);
    await inHand.ack().catch(() => undefined);
    expect(await queue.depth(shard)).toBe(0);
  });

  test('notices when it was deleted while the server was out of reach', async () => {
    const owner = new Owner();
    await owner.begin();
    const server = nats.servers[0];
    const { consumers } = await jetstreamManager(link.connection);
    await server?.kill();
    const deleting = (async () => {
      for (;;) {
        const done = await consumers.delete(stream, durable).catch(() => false);
        if (done) return;
      }
    })();
    await server?.start();
    await deleting;
    await owner.consumer?.lost;
    await publish('a');
    await owner.begin();
    expect(await owner.takeAndAck(1)).toEqual(['a']);
  });
});

describe('two that take from one consumer, because one of them does not know that it is a former owner', () => {
  test('both notice; what came later than what the other has is dealt with in its turn', async () => {
    const owner = new Owner();
    await owner.begin();
    const other = takeOne();
    await publish('a', 'b', 'c');
    expect((await owner.next()).message.id).toBe('a');
    await owner.consumer?.lost;
    expect(await other).toBe('b');
    expect(await takeOne(), 'handed back by the one that had lost').toBe('c');
    await owner.begin();
    expect(await owner.takeAndAck(3)).toEqual(['a', 'b', 'c']);
    expect(await queue.depth(shard)).toBe(0);
  });
});

describe('an owner that takes over from one that still waits for handshakes', () => {
  test('is given all of them, and the former one is told', async () => {
    const former = new Owner();
    await former.begin();
    const nextQueue = await openJetStreamQueue(link);
    const next = new ConsumerInbox();
    await nextQueue.consume(shard, options, (delivery) => next.put(delivery));
    await former.consumer?.lost;
    await publish('a', 'b', 'c');
    expect(await next.takeAndAck(3)).toEqual(['a', 'b', 'c']);
    expect(former.waiting).toBe(0);
    await nextQueue.close();
  });
});

describe('an acknowledgement', () => {
  test('that was not answered can be said again, and counts then', async () => {
    const owner = new Owner();
    await owner.begin();
    await publish('a');
    const delivery = await owner.next();
    const server = nats.servers[0];
    await server?.kill();
    await expect(delivery.ack()).rejects.toThrow('acknowledging a handshake');
    await server?.start();
    const said = () => delivery.ack().then(() => 'answered', String);
    await expect.poll(said).toBe('answered');
    expect(await queue.depth(shard)).toBe(0);
  });

  test('that is said again is answered, also where it had been carried out', async () => {
    const owner = new Owner();
    await owner.begin();
    await publish('a', 'b');
    const [first, second] = [await owner.next(), await owner.next()];
    for (const delivery of [first, second, first, second, first]) await delivery.ack();
    expect(await queue.depth(shard)).toBe(0);
  });
});

/** Takes one message behind the queue's back, and keeps it. */
function takeOne(): Promise<string> {
  const { connection } = link;
  const inbox = createInbox();
  return new Promise((resolve) => {
    connection.subscribe(inbox, { max: 1, callback: (_, message) => resolve(message.string()) });
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
    connection.publish(subject, '{"batch":1}', { reply: inbox });
  });
}
