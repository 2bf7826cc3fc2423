import { expect, test } from 'vitest';
import { certificate } from '../../test/certificate.ts';
import { duplexPair } from '../../test/duplex-pair.ts';
import { TextClient } from '../../test/text-client.ts';
import { makeWorld } from '../../test/world.ts';
import type { HandOver } from '../front-end.ts';

const near = '127.0.0.1';
const far = '192.0.2.1';

/** In either order, since streams of one kind share their rules. */
test.each([[[0, 1, 2]], [[2, 1, 0]]])(
  'streams of one front-end are offered what fits each of them, in the order %j',
  async (order) => {
    const { frontEnd } = makeWorld({ tls: await certificate(), cleartextAuth: false });
    const offered = async (handOver: HandOver) => {
      const [ours, theirs] = duplexPair();
      frontEnd.handleStream(theirs, handOver);
      const features = await new TextClient(ours).open();
      return [features.includes('<starttls'), features.includes('<mechanism>PLAIN<')];
    };
    const kinds: readonly (readonly [HandOver, readonly boolean[]])[] = [
      [{ address: near, secure: true }, [false, true]],
      [{ address: near }, [true, true]],
      [{ address: far }, [true, false]],
    ];
    for (const at of order) {
      const [handOver, expected] = kinds[at]!;
      expect(await offered(handOver)).toEqual(expected);
    }
    await frontEnd.stop(0);
  },
);
