import { describe, expect, it } from 'vitest';
import { messageFrom, presenceFrom } from '../../test/fake-gate.ts';
import type { TextClient } from '../../test/text-client.ts';
import { makeWorld, type World } from '../../test/world.ts';

const home = 'alice@localhost/home';
const sm = (text: string) => text.replace(/^<(\w+)/, "<$1 xmlns='urn:xmpp:sm:3'");

async function managed(
  world: World,
  resource = 'home',
): Promise<{ alice: TextClient; id: string }> {
  const alice = await world.client().login('alice', 'alice-pw', resource);
  alice.send(sm("<enable resume='true'/>"));
  const id = /id='([^']*)'/.exec(await alice.until(/<enabled[^>]*>/))?.[1] ?? '';
  return { alice, id };
}

async function resume(world: World, id: string, handled: number): Promise<TextClient> {
  const again = world.client();
  await again.open();
  await again.plain('alice', 'alice-pw');
  await again.open();
  again.send(sm(`<resume previd='${id}' h='${handled}'/>`));
  return again;
}

async function lose({ stream }: TextClient): Promise<void> {
  stream.destroy();
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

describe('acknowledgements on the wire (XEP-0198 §4)', () => {
  it('count the stanzas that were dealt with, answered or passed on', async () => {
    const world = makeWorld();
    const { alice } = await managed(world);
    alice.send(
      "<presence/><iq type='get' id='1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>",
    );
    alice.send(sm('<r/>'));
    expect(await alice.until(/<a [^>]*>/)).toContain("h='2'");
  });

  it('are asked for while stanzas are unacknowledged', async () => {
    const world = makeWorld();
    const { alice } = await managed(world);
    world.gate.at(home).receiver.deliver(messageFrom('bob@localhost/a', 'hi'));
    await alice.until('hi');
    world.timers.advance(1000);
    await alice.until("<r xmlns='urn:xmpp:sm:3'/>");
    for (let i = 0; i < 16; i++) {
      world.gate.at(home).receiver.deliver(messageFrom('bob@localhost/a', 'hi'));
    }
    await alice.until("<r xmlns='urn:xmpp:sm:3'/>");
  });

  it('of more than was sent end the stream (§6)', async () => {
    const world = makeWorld();
    const { alice } = await managed(world);
    alice.send(sm("<a h='3'/>"));
    const end = await alice.until('</stream:stream>');
    expect(end).toContain('<undefined-condition');
    expect(end).toContain("<handled-count-too-high xmlns='urn:xmpp:sm:3' h='3' send-count='0'/>");
  });

  it('cannot be enabled twice (§3)', async () => {
    const world = makeWorld();
    const { alice } = await managed(world);
    alice.send(sm('<enable/>'));
    expect(await alice.until('</failed>')).toContain('<unexpected-request');
  });

  it('that never come cut the client off at the bound', async () => {
    const world = makeWorld({ limits: { queueStanzas: 20 } });
    const { alice } = await managed(world);
    const { receiver } = world.gate.at(home);
    for (let i = 0; i < 21; i++) receiver.deliver(messageFrom('bob@localhost/a', 'hi'));
    expect(await alice.until('</stream:stream>')).toContain('<resource-constraint');
    expect(world.frontEnd.stats().sessions).toBe(0);
  });
});

describe('resumption (XEP-0198 §5)', () => {
  it('keeps the session, and brings over what got lost and what came meanwhile', async () => {
    const world = makeWorld();
    const { alice, id } = await managed(world);
    const { receiver } = world.gate.at(home);
    for (const body of ['one', 'two', 'three'])
      receiver.deliver(messageFrom('bob@localhost/a', body));
    await alice.until('three');
    await lose(alice);
    expect(world.gate.at(home).ended).toBe(false);
    expect(world.frontEnd.stats().detachedSessions).toBe(1);
    receiver.deliver(presenceFrom('bob@localhost/a', '<status>old</status>'));
    receiver.deliver(presenceFrom('bob@localhost/a', '<status>new</status>'));
    const again = await resume(world, id, 1);
    const text = await again.until('<status>new</status>');
    expect(text).toMatch(/^<resumed xmlns='urn:xmpp:sm:3' previd='[^']+' h='0'\/>/);
    expect([...text.matchAll(/<body>(\w+)/g)].map(([, body]) => body)).toEqual(['two', 'three']);
    expect(text).not.toContain('old');
    expect(world.gate.opened).toHaveLength(1);
    again.send('<presence/>');
    again.send(sm('<r/>'));
    expect(await again.until(/<a [^>]*>/)).toContain("h='1'");
    expect(world.frontEnd.stats()).toMatchObject({ detachedSessions: 0, sessionsResumed: 1 });
  });

  it('takes over from a stream that is still there, which gets conflict', async () => {
    const world = makeWorld();
    const { alice, id } = await managed(world);
    const again = await resume(world, id, 0);
    await again.until('<resumed');
    expect(await alice.until('</stream:stream>')).toContain('<conflict');
    await alice.closed();
    world.gate.at(home).receiver.deliver(messageFrom('bob@localhost/a', 'still you'));
    await again.until('still you');
  });

  it('after the time is up ends the session, and tells senders what was not delivered', async () => {
    const world = makeWorld({ timeouts: { resumptionMs: 60_000 } });
    const { alice, id } = await managed(world);
    const session = world.gate.at(home);
    session.receiver.deliver(messageFrom('bob@localhost/a', 'unseen'));
    await alice.until('unseen');
    await lose(alice);
    session.receiver.deliver({
      head: "<iq type='get' id='q1' from='bob@localhost/a'",
      tail: "><query xmlns='jabber:iq:last'/></iq>",
    });
    session.receiver.deliver(presenceFrom('bob@localhost/a'));
    world.timers.advance(59_000);
    expect(session.ended).toBe(false);
    world.timers.advance(2_000);
    expect(session.ended).toBe(true);
    expect(session.received).toEqual([
      expect.objectContaining({
        kind: 'message',
        type: 'error',
        from: home,
        to: 'bob@localhost/a',
      }),
      expect.objectContaining({ kind: 'iq', type: 'error', id: 'q1', to: 'bob@localhost/a' }),
    ]);
    expect(session.received[0]?.content).toContain('<recipient-unavailable');
    const late = await resume(world, id, 0);
    expect(await late.until('</failed>')).toContain('<item-not-found');
    expect(await late.bind('home')).toContain(home);
  });

  it('is for the same user only', async () => {
    const world = makeWorld();
    const { alice, id } = await managed(world);
    await lose(alice);
    const bob = world.client();
    await bob.open();
    await bob.plain('bob', 'bob-pw');
    await bob.open();
    bob.send(sm(`<resume previd='${id}' h='0'/>`));
    expect(await bob.until('</failed>')).toContain('<item-not-found');
    expect(world.gate.at(home).ended).toBe(false);
  });

  it('is not for a client that closed its stream, nor for one that did not ask', async () => {
    const world = makeWorld();
    const { alice } = await managed(world);
    alice.send('</stream:stream>');
    await alice.closed();
    expect(world.gate.opened[0]?.ended).toBe(true);
    const plain = await world.client().login('alice', 'alice-pw', 'home');
    await lose(plain);
    expect(world.gate.opened[1]?.ended).toBe(true);
  });

  it('has room for so many; the rest end at once', async () => {
    const world = makeWorld({ limits: { detachedSessions: 1 } });
    const first = await managed(world, 'one');
    const second = await managed(world, 'two');
    await lose(first.alice);
    await lose(second.alice);
    expect(world.gate.opened.map(({ ended }) => ended)).toEqual([false, true]);
  });

  it('does not outlive the front-end', async () => {
    const world = makeWorld();
    const { alice } = await managed(world);
    await lose(alice);
    await world.frontEnd.stop();
    expect(world.gate.opened[0]?.ended).toBe(true);
    expect(world.timers.pending).toBe(0);
  });

  it('of a silent stream waits as that of a broken one does', async () => {
    const world = makeWorld();
    const { alice } = await managed(world);
    world.timers.advance(301_000);
    await alice.until("<r xmlns='urn:xmpp:sm:3'/>");
    world.timers.advance(62_000);
    await alice.until('<connection-timeout');
    expect(world.frontEnd.stats().detachedSessions).toBe(1);
  });
});
