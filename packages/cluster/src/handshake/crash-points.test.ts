import type { SubscriptionState } from '@rollcall/presence';
import { describe, expect, test } from 'vitest';
import { CrashPoint, crashingQueue, crashingRecords } from '../testing/crashing-stores.ts';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

/** Every write of a whole friendship, made and ended. More than there are, so that the last runs see no crash. */
const points = 60;

async function loggedIn(world: EmbeddedWorld, user: typeof alice): Promise<TestClient> {
  const client = await world.login(user, 'home');
  client.send({ kind: 'iq', type: 'get', id: 'r', content: "<query xmlns='jabber:iq:roster'/>" });
  client.presence();
  await world.settle();
  return client;
}

/**
 * Both ask, both agree, then alice ends it; whoever is cut off in the middle says no more. Gives the subscription to bob
 * that alice was told of last, before she ended it.
 */
async function friendship(world: EmbeddedWorld, point: CrashPoint): Promise<string | undefined> {
  const a = await loggedIn(world, alice);
  const b = await loggedIn(world, bob);
  const beginning = [
    () => a.subscription('subscribe', bob),
    () => b.subscription('subscribed', alice),
    () => b.subscription('subscribe', alice),
    () => a.subscription('subscribed', bob),
  ];
  const end = [
    () => a.subscription('unsubscribe', bob),
    () => b.subscription('unsubscribed', alice),
  ];
  let told: string | undefined;
  const take = async (step: () => void) => {
    if (point.crashed) return;
    step();
    await world.clock.advance(1_000);
  };
  for (const step of beginning) {
    await take(step);
    const pushed = /<item [^>]*subscription='(\w+)'/.exec([...a.take()].reverse().join());
    told = pushed?.[1] ?? told;
  }
  if (point.crashed) return told;
  for (const step of end) await take(step);
  return undefined;
}

async function statesAfter(world: EmbeddedWorld) {
  await world.clock.advance(120_000);
  const users = await world.settling(world.exported());
  const stateOf = (user: typeof alice, contact: typeof alice): SubscriptionState =>
    users.find(({ jid }) => jid === user)?.roster.find(({ jid }) => jid === contact)?.state ??
    'None';
  return { ofAlice: stateOf(alice, bob), ofBob: stateOf(bob, alice) };
}

const hasTo = (state: SubscriptionState) => /^(To|Both)/.test(state);
const hasFrom = (state: SubscriptionState) => /^(From|Both)/.test(state);
const asks = (state: SubscriptionState) => state.includes('Out');
const isAsked = (state: SubscriptionState) => state.endsWith('In');

describe.each([
  ['before', false],
  ['after', true],
])('a process that dies just %s a write, wherever (scenario 12)', (_when, carriedOut) => {
  test('loses nothing that a client was told of, and both halves agree', async () => {
    let finished = 0;
    for (let at = 1; at <= points; at++) {
      const world = new EmbeddedWorld();
      const disk = world.records;
      const queue = world.queue;
      await world.launch();
      await world.addUsers(alice, bob);
      await world.settling(world.server.stop({ timeoutMs: 0 }));

      const point = new CrashPoint(at, carriedOut);
      world.records = crashingRecords(disk, point);
      world.queue = crashingQueue(queue, point);
      await world.launch();
      const told = await friendship(world, point);
      if (!point.crashed) finished += 1;
      point.crash();

      world.records = disk;
      world.queue = queue;
      await world.launch();
      const { ofAlice, ofBob } = await statesAfter(world);
      const what = `write ${at}: alice ${ofAlice}, bob ${ofBob}`;
      expect(hasTo(ofAlice), what).toBe(hasFrom(ofBob));
      expect(hasFrom(ofAlice), what).toBe(hasTo(ofBob));
      expect(asks(ofAlice), what).toBe(isAsked(ofBob));
      expect(asks(ofBob), what).toBe(isAsked(ofAlice));
      if (told === 'to' || told === 'both') expect(hasTo(ofAlice), what).toBe(true);
      if (told === 'both') expect(hasFrom(ofAlice), what).toBe(true);
      expect(await world.settling(world.queue.depth()), what).toBe(0);
    }
    expect(finished).toBeGreaterThan(0);
  });
});
