// Components: domains beside the served ones, whose presence and subscriptions somebody else speaks for (XEP-0114).

import type { BareJid, Jid, Presence, Stanza } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DomainHandler } from '../engine/served.ts';
import { CrashPoint, crashingQueue } from '../testing/crashing-stores.ts';
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
  await launch();
  await world.addUsers(alice);
  a = await aliceComes();
});

function launch(): Promise<void> {
  return world.launch({ handlers: new Map([[chat, component]]) });
}

async function aliceComes(): Promise<TestClient> {
  const client = await world.login(alice, 'garden');
  client.presence();
  await world.settle();
  client.take();
  component.take();
  return client;
}

function fromComponent(type: Presence['type'], to: Jid = alice, from: Jid = chat): void {
  world.server.route({ kind: 'presence', ...(type && { type }), from, to, content: '' });
}

function typesOf(texts: readonly string[]): readonly (string | undefined)[] {
  return texts.map((text) => /type='(\w+)'/.exec(text)?.[1]);
}

function halfOf(contact: BareJid): Promise<string | undefined> {
  return world.exported().then((users) => {
    const user = users.find((exported) => exported.jid === alice);
    return user?.roster.find((item) => item.jid === contact)?.state;
  });
}

describe('a component', () => {
  test('asks for a subscription durably, and is answered', async () => {
    fromComponent('subscribe');
    await world.settle();
    expect(a.take()).toEqual([`<presence type='subscribe' from='${chat}' to='${alice}'/>`]);
    a.subscription('subscribed', chat);
    await world.settle();
    expect(component.take()).toEqual([
      expect.objectContaining({ type: 'subscribed', from: alice, to: chat }),
      expect.objectContaining({ from: a.address, to: chat }),
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

  test('is shown the presence of who approves it, and that it is gone when that ends (RFC 6121 §3.1.5, §3.2.2)', async () => {
    fromComponent('subscribe');
    await world.settle();
    a.subscription('subscribed', chat);
    await world.settle();
    expect(component.take().map(({ type, from }) => [type, from])).toEqual([
      ['subscribed', alice],
      [undefined, a.address],
    ]);
    a.subscription('unsubscribed', chat);
    await world.settle();
    expect(component.take().map(({ type, from }) => [type, from])).toEqual([
      ['unsubscribed', alice],
      ['unavailable', a.address],
    ]);
    a.status('alone');
    await world.settle();
    expect(component.take()).toEqual([]);
  });

  test('is subscribed to the domain, which subscribes to it in return (XEP-0267 §1)', async () => {
    fromComponent('subscribe', localhost);
    await world.settle();
    expect(component.take().map(({ type, from }) => [type, from])).toEqual([
      ['subscribed', localhost],
      ['subscribe', localhost],
      [undefined, localhost],
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

  test('speaks of subscriptions by handshakes: one that was taken is delivered though the engine dies', async () => {
    const queue = world.queue;
    const point = new CrashPoint(2, false);
    world.queue = crashingQueue(queue, point);
    await launch();
    fromComponent('subscribe');
    // The engine dies when it would say that it has dealt with the first thing that was queued.
    await world.clock.advance(1_000);
    expect(point.crashed).toBe(true);
    expect(await world.settling(queue.depth())).toBe(1);

    world.queue = queue;
    await launch();
    const later = await world.login(alice, 'later');
    later.presence();
    await world.clock.advance(60_000);
    expect(typesOf(later.take().filter((text) => text.includes(`from='${chat}'`)))).toEqual([
      'subscribe',
    ]);
    expect(await world.settling(queue.depth())).toBe(0);
  });

  test('approves a user, who then sees it; and takes that back', async () => {
    a.subscription('subscribe', chat);
    await world.settle();
    expect(component.take()).toEqual([
      expect.objectContaining({ type: 'subscribe', from: alice, to: chat }),
    ]);
    fromComponent('subscribed');
    await world.settle();
    expect(await halfOf(chat)).toBe('To');
    expect(typesOf(a.take())).toContain('subscribed');

    fromComponent(undefined);
    await world.settle();
    expect(a.take()).toEqual([`<presence from='${chat}' to='${alice}'/>`]);

    fromComponent('unsubscribed');
    await world.settle();
    expect(await halfOf(chat)).toBe('None');
  });

  test('speaks for its users as bare JIDs, whatever resource it names (RFC 6121 §3.1.2)', async () => {
    fromComponent('subscribe', a.address, jid('room@chat.localhost'));
    await world.settle();
    expect(a.take()).toEqual([
      `<presence type='subscribe' from='room@chat.localhost' to='${alice}'/>`,
    ]);
  });

  test('is asked how it is by a user’s login, and by a user’s probe (XEP-0318 §3.2)', async () => {
    a.subscription('subscribe', chat);
    await world.settle();
    fromComponent('subscribed');
    await world.settle();
    component.take();
    const later = await world.login(alice, 'later');
    later.presence();
    await world.settle();
    later.presence({ type: 'probe', to: chat });
    await world.settle();
    const probes = component.take().filter(({ type }) => type === 'probe');
    expect(probes.map(({ from, to }) => [from, to])).toEqual([
      [later.address, chat],
      [later.address, chat],
    ]);
  });
});
