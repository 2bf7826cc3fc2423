/**
 * What every handshake queue does, as tests that each adapter passes.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HandshakeQueue } from './handshake-queue.ts';
import { ConsumerInbox } from './consumer-inbox.ts';

export interface HandshakeQueueFixture {
  readonly queue: HandshakeQueue;
  /** Lets this much time pass for the queue; a queue that lives by real time waits for it. */
  advance(ms: number): Promise<void>;
  /** Called after each test, once the queue is closed. */
  dispose?(): Promise<void>;
}

/** The bounds that the suite asks for. Delays after `retry()` must be below `ackWaitMs`. */
export const handshakeQueueContractBounds = { maxDepthPerShard: 50, dedupWindowMs: 120_000 };

const ackWaitMs = 1_000;
const oneAtATime = { maxInFlight: 1, ackWaitMs };
const manyAtATime = { maxInFlight: 20, ackWaitMs };

/** `make` gives an empty queue with `handshakeQueueContractBounds`. */
export function handshakeQueueContract(
  name: string,
  make: () => Promise<HandshakeQueueFixture>,
): void {
  describe(`handshake queue: ${name}`, () => {
    let fixture: HandshakeQueueFixture;
    let queue: HandshakeQueue;

    beforeEach(async () => {
      fixture = await make();
      queue = fixture.queue;
    });

    afterEach(async () => {
      await queue.close();
      await fixture.dispose?.();
    });

    const publish = (id: string, shard = 7) =>
      queue.publish({ id, shard, body: new TextEncoder().encode(`body of ${id}`) });

    async function consume(options = manyAtATime, shard = 7): Promise<ConsumerInbox> {
      const inbox = new ConsumerInbox();
      inbox.consumer = await queue.consume(shard, options, (delivery) => inbox.put(delivery));
      return inbox;
    }

    describe('delivery', () => {
      test('a message arrives as it was published', async () => {
        const body = Uint8Array.from({ length: 256 }, (_, index) => index);
        await queue.publish({ id: 'ä/1', shard: 7, body });
        const delivery = await (await consume()).next();
        expect(delivery.message).toEqual({ id: 'ä/1', shard: 7, body });
        expect(delivery.attempt).toBe(1);
      });

      test('the publisher may use its bytes for something else afterwards', async () => {
        const body = Uint8Array.of(1, 2, 3);
        const publishing = queue.publish({ id: 'a', shard: 7, body });
        body.fill(0);
        await publishing;
        expect((await (await consume()).next()).message.body).toEqual(Uint8Array.of(1, 2, 3));
      });

      test('messages of a shard come in the order of publishing', async () => {
        const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
        for (const id of ids.slice(0, 20)) await publish(id);
        const inbox = await consume(oneAtATime);
        for (const id of ids.slice(20)) await publish(id);
        expect(await inbox.takeAndAck(40)).toEqual(ids);
      });

      test('a consumer gets only its shard', async () => {
        await publish('for 8', 8);
        await publish('for 7', 7);
        const seven = await consume(manyAtATime, 7);
        const eight = await consume(manyAtATime, 8);
        expect((await seven.next()).message.id).toBe('for 7');
        expect((await eight.next()).message.id).toBe('for 8');
        expect(seven.waiting + eight.waiting).toBe(0);
      });

      test('no more than maxInFlight are out, and each acknowledgement lets one follow', async () => {
        for (const id of ['a', 'b', 'c', 'd']) await publish(id);
        const inbox = await consume({ maxInFlight: 2, ackWaitMs });
        const [a, b] = [await inbox.next(), await inbox.next()];
        await fixture.advance(ackWaitMs / 10);
        expect(inbox.waiting).toBe(0);
        await b.ack();
        expect((await inbox.next()).message.id).toBe('c');
        await fixture.advance(ackWaitMs / 10);
        expect(inbox.waiting).toBe(0);
        await a.ack();
        expect((await inbox.next()).message.id).toBe('d');
      });
    });

    describe('acknowledgement', () => {
      test('what is acknowledged is gone', async () => {
        await publish('a');
        const inbox = await consume();
        await (await inbox.next()).ack();
        expect(await queue.depth(7)).toBe(0);
        await fixture.advance(3 * ackWaitMs);
        expect(inbox.waiting).toBe(0);
        await inbox.consumer?.stop();
        await publish('b');
        expect((await (await consume()).next()).message.id).toBe('b');
      });

      test('what is not acknowledged comes again after ackWaitMs', async () => {
        await publish('a');
        const inbox = await consume();
        await inbox.next();
        await fixture.advance(1.5 * ackWaitMs);
        const again = await inbox.next();
        expect(again.message.id).toBe('a');
        expect(again.attempt).toBeGreaterThan(1);
        await again.ack();
        expect(await queue.depth(7)).toBe(0);
      });

      test('what is handed back comes again, sooner than what is forgotten', async () => {
        await publish('a');
        const inbox = await consume();
        (await inbox.next()).retry();
        await fixture.advance(0.9 * ackWaitMs);
        const again = await inbox.next();
        expect(again.message.id).toBe('a');
        expect(again.attempt).toBe(2);
        expect(await queue.depth(7)).toBe(1);
      });

      test('what is handed back does not keep others from being delivered', async () => {
        await publish('a');
        await publish('b');
        const inbox = await consume();
        (await inbox.next()).retry();
        await (await inbox.next()).ack();
        await publish('c');
        await fixture.advance(0.9 * ackWaitMs);
        expect((await inbox.take(2)).sort()).toEqual(['a', 'c']);
      });

      test('acknowledging twice, or handing back what was acknowledged, changes nothing', async () => {
        await publish('a');
        await publish('b');
        const inbox = await consume(oneAtATime);
        const a = await inbox.next();
        await a.ack();
        await a.ack();
        a.retry();
        expect((await inbox.next()).message.id).toBe('b');
        expect(await queue.depth(7)).toBe(1);
        await fixture.advance(0.5 * ackWaitMs);
        expect(inbox.waiting).toBe(0);
      });
    });

    describe('consumers', () => {
      test('a new one gets, in order, what the last left unacknowledged', async () => {
        for (const id of ['a', 'b', 'c']) await publish(id);
        const first = await consume();
        await first.next();
        await (await first.next()).ack();
        await first.next();
        await first.consumer?.stop();
        const second = await consume();
        await fixture.advance(1.5 * ackWaitMs);
        expect(await second.take(2)).toEqual(['a', 'c']);
      });

      test('a new one takes over from one that was not stopped', async () => {
        await publish('a');
        const first = await consume();
        await first.next();
        const second = await consume();
        const again = await second.next();
        expect(again.message.id).toBe('a');
        await again.ack();
        await publish('b');
        expect((await second.next()).message.id).toBe('b');
        await fixture.advance(1.5 * ackWaitMs);
        expect(first.waiting).toBe(0);
      });

      test('one that another has taken over from is told, one that was stopped is not', async () => {
        const told: string[] = [];
        const first = await consume();
        void first.consumer?.lost.then(() => told.push('first'));
        const second = await consume();
        void second.consumer?.lost.then(() => told.push('second'));
        await second.consumer?.stop();
        await consume();
        await first.consumer?.lost;
        await fixture.advance(ackWaitMs / 10);
        expect(told).toEqual(['first']);
      });

      test('a stopped one gets nothing more', async () => {
        const inbox = await consume();
        await publish('a');
        await inbox.next();
        await inbox.consumer?.stop();
        await publish('b');
        await fixture.advance(3 * ackWaitMs);
        expect(inbox.waiting).toBe(0);
        expect(await queue.depth(7)).toBe(2);
      });

      test('an acknowledgement counts though its consumer has been stopped', async () => {
        await publish('a');
        await publish('b');
        const first = await consume();
        const a = await first.next();
        await first.consumer?.stop();
        await a.ack();
        expect(await queue.depth(7)).toBe(1);
      });
    });

    describe('deduplication', () => {
      test('the same id is queued once, while it waits and after it is gone', async () => {
        await publish('a');
        await publish('a');
        const inbox = await consume(oneAtATime);
        await (await inbox.next()).ack();
        await publish('a');
        await publish('b');
        expect((await inbox.next()).message.id).toBe('b');
        expect(await queue.depth(7)).toBe(1);
      });

      test('the same id published many times at once is queued once', async () => {
        await Promise.all(Array.from({ length: 10 }, () => publish('a')));
        expect(await queue.depth(7)).toBe(1);
      });

      test('ids of any length are told apart', async () => {
        const long = 'i'.repeat(3_999);
        await publish(`${long}1`);
        await publish(`${long}2`);
        await publish(`${long}1`);
        expect(await (await consume()).take(2)).toEqual([`${long}1`, `${long}2`]);
        expect(await queue.depth(7)).toBe(2);
      });
    });

    describe('bounds', () => {
      const { maxDepthPerShard } = handshakeQueueContractBounds;

      async function fill(shard: number): Promise<void> {
        const ids = Array.from({ length: maxDepthPerShard }, (_, index) => `fill ${index}`);
        await Promise.all(ids.map((id) => publish(id, shard)));
      }

      test('a full shard refuses more, and takes more once it has room', async () => {
        await fill(7);
        await expect(publish('more')).rejects.toMatchObject({ code: 'queue_full' });
        expect(await queue.depth(7)).toBe(maxDepthPerShard);
        await (await (await consume()).next()).ack();
        await publish('more');
        expect(await queue.depth(7)).toBe(maxDepthPerShard);
      });

      test('a full shard still accepts the id that it holds, and other shards are not concerned', async () => {
        await fill(7);
        await publish('fill 0');
        await publish('elsewhere', 8);
        expect(await queue.depth()).toBe(maxDepthPerShard + 1);
      });

      test('depth counts one shard or all', async () => {
        expect(await queue.depth()).toBe(0);
        await publish('a', 1);
        await publish('b', 1);
        await publish('c', 2);
        expect([await queue.depth(), await queue.depth(1), await queue.depth(2)]).toEqual([
          3, 2, 1,
        ]);
        expect(await queue.depth(3)).toBe(0);
      });

      test.each([-1, 0.5, 65_536, Number.NaN])('there is no shard %d', async (shard) => {
        await expect(publish('a', shard)).rejects.toThrow(TypeError);
        await expect(consume(manyAtATime, shard)).rejects.toThrow(TypeError);
      });

      test.each([
        ['nothing', ''],
        ['two lines', 'two\nlines'],
        ['more than 4,000 bytes', 'ä'.repeat(2_001)],
      ])('%s is no id', async (_, id) => {
        await expect(publish(id)).rejects.toThrow(TypeError);
      });
    });

    test('a closed queue delivers nothing and says so', async () => {
      const inbox = await consume();
      await publish('a');
      const delivery = await inbox.next();
      await queue.close();
      const closed = { code: 'store_closed' };
      await expect(publish('b')).rejects.toMatchObject(closed);
      await expect(consume()).rejects.toMatchObject(closed);
      await expect(queue.depth()).rejects.toMatchObject(closed);
      await expect(delivery.ack()).rejects.toMatchObject(closed);
      await fixture.advance(3 * ackWaitMs);
      expect(inbox.waiting).toBe(0);
    });
  });
}
