import { describe, expect, test } from 'vitest';
import { ClusterWorld } from '../testing/cluster-world.ts';
import { jid } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

describe('a cluster', () => {
  test('lets users of two front-ends watch each other', async () => {
    const world = new ClusterWorld();
    const engine1 = await world.start('engine1', 'engine');
    await world.start('engine2', 'engine');
    const front1 = await world.start('front1', 'front-end');
    const front2 = await world.start('front2', 'front-end');
    await world.addUsers(engine1, alice, bob);
    const a = await world.login(front1, alice, 'garden');
    const b = await world.login(front2, bob, 'orchard');
    a.presence();
    b.presence();
    await world.clock.advance(100);
    await world.subscribe(b, a);
    a.status('hello');
    await world.clock.advance(100);
    expect(b.take()).toEqual([
      "<presence from='alice@localhost/garden' to='bob@localhost/orchard'><status>hello</status></presence>",
    ]);
  });
});
