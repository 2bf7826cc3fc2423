/** What every handshake queue does, as tests that each adapter passes. */
import { describe, expect, test } from 'vitest';
import { acknowledgementContract } from './contract/acknowledgement.contract.ts';
import { boundsContract } from './contract/bounds.contract.ts';
import { consumersContract } from './contract/consumers.contract.ts';
import { deduplicationContract } from './contract/deduplication.contract.ts';
import { deliveryContract } from './contract/delivery.contract.ts';
import { keptContract } from './contract/kept.contract.ts';
import {
  ackWaitMs,
  QueueUnderTest,
  type HandshakeQueueFixture,
} from './contract/queue-under-test.ts';

export {
  handshakeQueueContractBounds,
  type HandshakeQueueFixture,
} from './contract/queue-under-test.ts';

/** `make` gives an empty queue with `handshakeQueueContractBounds`. */
export function handshakeQueueContract(
  name: string,
  make: () => Promise<HandshakeQueueFixture>,
): void {
  describe(`handshake queue: ${name}`, () => {
    const under = new QueueUnderTest(make);
    deliveryContract(under);
    acknowledgementContract(under);
    consumersContract(under);
    deduplicationContract(under);
    keptContract(under);
    boundsContract(under);

    test('a closed queue delivers nothing and says so', async () => {
      const inbox = await under.consume();
      await under.publish('a');
      const delivery = await inbox.next();
      await under.queue.close();
      const closed = { code: 'store_closed' };
      await expect(under.publish('b')).rejects.toMatchObject(closed);
      await expect(under.consume()).rejects.toMatchObject(closed);
      await expect(under.queue.depth()).rejects.toMatchObject(closed);
      await expect(delivery.ack()).rejects.toMatchObject(closed);
      await under.advance(3 * ackWaitMs);
      expect(inbox.waiting).toBe(0);
    });
  });
}
