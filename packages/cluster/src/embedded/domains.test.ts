import type { BareJid } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const localhost = jid('localhost');

let world: EmbeddedWorld;
let a: TestClient;

beforeEach(async () => {
  world = new EmbeddedWorld();
  await world.launch();
  await world.addUsers(alice);
  a = await world.login(alice, 'garden');
  a.presence();
  await world.settle();
  a.take();
});

function halfOf(contact: BareJid): Promise<string | undefined> {
  return world.exported().then((users) => {
    const user = users.find((exported) => exported.jid === alice);
    return user?.roster.find((item) => item.jid === contact)?.state;
  });
}

describe('a served domain', () => {
  test('is asked since when it is up, by a client (XEP-0318 §3.2)', async () => {
    await world.clock.advance(60_000);
    a.presence({ type: 'probe', to: localhost });
    await world.settle();
    const stamp = '2023-11-14T22:13:20Z';
    expect(a.take()).toEqual([
      `<presence from='localhost' to='${a.address}'>` +
        `<delay xmlns='urn:xmpp:delay' from='localhost' stamp='${stamp}'/></presence>`,
    ]);
  });

  test('is asked so by those who are subscribed to it and those who are not, and its answer is the same', async () => {
    const stranger = a;
    const bob = jid('bob@localhost');
    await world.addUsers(bob);
    const subscriber = await world.login(bob, 'orchard');
    subscriber.subscription('subscribe', localhost);
    await world.settle();
    subscriber.take();
    for (const client of [stranger, subscriber]) client.presence({ type: 'probe', to: localhost });
    await world.settle();
    const withoutAddressee = (text: string) => text.replace(/ to='[^']*'/, '');
    expect(subscriber.take().map(withoutAddressee)).toEqual(stranger.take().map(withoutAddressee));
  });

  test('counts from its latest start', async () => {
    await world.clock.advance(60_000);
    await world.launch();
    a = await world.login(alice, 'garden');
    a.presence({ type: 'probe', to: localhost });
    await world.settle();
    expect(a.take()).toEqual([expect.stringContaining(`stamp='2023-11-14T22:14:20Z'`)]);
  });

  test('takes presence that is directed to it for what it is, and says nothing', async () => {
    a.presence({ to: localhost });
    a.presence({ type: 'unavailable', to: localhost });
    await world.settle();
    expect(a.take()).toEqual([]);
  });

  test('approves who subscribes, and shows itself then and at every login (XEP-0267 §1)', async () => {
    a.subscription('subscribe', localhost);
    await world.settle();
    const [subscribed, shown, ...more] = a.take();
    expect(subscribed).toBe(`<presence type='subscribed' from='localhost' to='${alice}'/>`);
    expect(shown).toContain("<presence from='localhost'");
    expect(more).toEqual([]);
    expect(await halfOf(localhost)).toBe('To');

    const later = await world.login(alice, 'kitchen');
    later.presence();
    await world.settle();
    expect(later.take().filter((text) => text.includes("from='localhost'"))).toHaveLength(1);
  });

  test('keeps its subscribers over a crash', async () => {
    a.subscription('subscribe', localhost);
    await world.settle();
    await world.launch();
    a = await world.login(alice, 'garden');
    a.presence();
    await world.settle();
    expect(a.take().join()).toContain("<presence from='localhost'");
    a.subscription('unsubscribe', localhost);
    await world.settle();
    expect(await halfOf(localhost)).toBe('None');
  });
});
