import type { BareJid, Jid, Presence, Stanza } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DomainHandler } from '../engine/served.ts';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const localhost = jid('localhost');
const chat = jid('chat.localhost');

/** A component that keeps what it gets. */
class Component implements DomainHandler {
  #received: Stanza[] = [];
  handle(stanza: Stanza): void {
    this.#received.push(stanza);
  }

  take(): readonly Stanza[] {
    const received = this.#received;
    this.#received = [];
    return received;
  }
}

let world: EmbeddedWorld;
let component: Component;
let a: TestClient;

beforeEach(async () => {
  world = new EmbeddedWorld();
  component = new Component();
  await world.launch({ handlers: new Map([[chat, component]]) });
  await world.addUsers(alice);
  a = await world.login(alice, 'garden');
  a.presence();
  await world.settle();
  a.take();
});

function fromComponent(type: Presence['type'], to: Jid = alice): void {
  world.server.route({ kind: 'presence', ...(type && { type }), from: chat, to, content: '' });
}

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

describe('a component', () => {
  test('asks for a subscription durably, and is answered', async () => {
    fromComponent('subscribe');
    await world.settle();
    expect(a.take()).toEqual([`<presence type='subscribe' from='${chat}' to='${alice}'/>`]);
    a.subscription('subscribed', chat);
    await world.settle();
    expect(component.take()).toEqual([
      expect.objectContaining({ type: 'subscribed', from: alice, to: chat }),
    ]);
    a.status('here');
    await world.settle();
    expect(component.take()).toEqual([
      expect.objectContaining({ from: a.address, to: chat, content: '<status>here</status>' }),
    ]);
    a.take();
    fromComponent('unsubscribe');
    fromComponent('subscribe');
    await world.settle();
    expect(a.take().map((text) => /type='(\w+)'/.exec(text)?.[1])).toEqual([
      'unsubscribe',
      'subscribe',
    ]);
  });

  test('is subscribed to the domain, which subscribes to it in return (XEP-0267 §1)', async () => {
    fromComponent('subscribe', localhost);
    await world.settle();
    expect(component.take().map(({ type, from }) => [type, from])).toEqual([
      ['subscribed', localhost],
      ['subscribe', localhost],
    ]);
  });

  test('is told how a user is, if it is subscribed', async () => {
    fromComponent('probe');
    await world.settle();
    expect(component.take()).toEqual([expect.objectContaining({ type: 'unsubscribed' })]);
  });

  test('that asks nobody hears nothing', async () => {
    fromComponent('subscribe', jid('nobody@localhost'));
    await world.settle();
    expect(component.take()).toEqual([]);
  });
});

test('a message keeps the address that it was sent to (RFC 6121 §8.5.2.1.1)', async () => {
  a.send({ kind: 'message', type: 'chat', to: alice, content: '<body>note</body>' });
  await world.settle();
  expect(a.take()).toEqual([
    `<message type='chat' from='${a.address}' to='${alice}'><body>note</body></message>`,
  ]);
});
