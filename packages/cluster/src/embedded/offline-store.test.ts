import { bareOf, type Stanza } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

let world: EmbeddedWorld;
let kept: { readonly user: string; readonly stanza: Stanza }[];
let isWilling: boolean;
let a: TestClient;

beforeEach(async () => {
  kept = [];
  isWilling = true;
  world = new EmbeddedWorld();
  const offline = {
    take(user: string, stanza: Stanza) {
      if (isWilling) kept.push({ user, stanza });
      return isWilling;
    },
  };
  await world.launch({ offline });
  await world.addUsers(alice, bob);
  a = await world.login(alice, 'garden');
});

async function says(type: 'chat' | 'normal' | 'headline' | 'groupchat' | 'error', to = bob) {
  a.send({ kind: 'message', type, to, content: '<body>hello</body>' });
  await world.settle();
}

describe('the port for messages to those who are not there (RFC 6121 §8.5.2.2.1)', () => {
  test.each(['chat', 'normal'] as const)('is offered a message of type %s', async (type) => {
    await says(type);
    expect(kept.map(({ user }) => user)).toEqual([bob]);
    expect(kept[0]?.stanza).toMatchObject({ kind: 'message', type, from: a.address, to: bob });
    expect(a.take()).toEqual([]);
  });

  test('may decline it, and the sender gets service-unavailable', async () => {
    isWilling = false;
    await says('chat');
    expect(a.take()).toEqual([expect.stringContaining('<service-unavailable')]);
  });

  test.each(['headline', 'error'] as const)('is not offered a message of type %s', async (type) => {
    await says(type);
    expect(kept).toEqual([]);
    expect(a.take()).toEqual([]);
  });

  test('is not offered a groupchat message, which is an error', async () => {
    await says('groupchat');
    expect(kept).toEqual([]);
    expect(a.take()).toEqual([expect.stringContaining('<service-unavailable')]);
  });

  test('is not offered what is for nobody, or for one who blocks the sender', async () => {
    await says('chat', jid('nobody@localhost'));
    const b = await world.login(bob, 'home');
    const item = `<item jid='${bareOf(a.address)}'/>`;
    const content = `<block xmlns='urn:xmpp:blocking'>${item}</block>`;
    b.send({ kind: 'iq', type: 'set', id: 'b', content });
    b.end();
    await world.settle();
    await says('chat');
    expect(kept).toEqual([]);
    expect(a.take()).toHaveLength(2);
  });

  test('is not offered what a resource takes', async () => {
    const b = await world.login(bob, 'home');
    b.presence();
    await world.settle();
    await says('chat');
    expect(kept).toEqual([]);
    expect(b.take().join()).toContain('<body>hello</body>');
  });

  test('is offered what only resources with a negative priority could take', async () => {
    const b = await world.login(bob, 'bot');
    b.presence({ content: '<priority>-1</priority>' });
    await world.settle();
    await says('chat');
    expect(kept).toHaveLength(1);
  });
});
