import { beforeEach, describe, expect, it } from 'vitest';
import { FakeGate, messageFrom, presenceFrom } from '../../test/fake-gate.ts';
import { FakePeers } from '../../test/fake-peers.ts';
import { ManualTimers } from '../../test/manual-timers.ts';
import type { TextClient } from '../../test/text-client.ts';
import { makeWorld, type World } from '../../test/world.ts';

const home = 'alice@localhost/home';
const sm = (text: string) => text.replace(/^<(\w+)/, "<$1 xmlns='urn:xmpp:sm:3'");

let peers: FakePeers;
let timers: ManualTimers;
let first: World;
let second: World;

beforeEach(() => {
  peers = new FakePeers();
  timers = new ManualTimers();
  first = frontEnd('first~1');
  second = frontEnd('second~1');
});

function frontEnd(name: string): World {
  const gate = new FakeGate({ frontEnd: name, peers: peers.of(name) });
  return makeWorld({ gate, timers, timeouts: { resumptionMs: 60_000 } });
}

async function managed(): Promise<{ alice: TextClient; id: string }> {
  const alice = await first.client().login('alice', 'alice-pw', 'home');
  alice.send(sm("<enable resume='true'/>"));
  const id = /id='([^']*)'/.exec(await alice.until(/<enabled[^>]*>/))?.[1] ?? '';
  return { alice, id };
}

async function resume(at: World, id: string, handled: number, name = 'alice'): Promise<TextClient> {
  const again = at.client();
  await again.open();
  await again.plain(name, `${name}-pw`);
  await again.open();
  again.send(sm(`<resume previd='${id}' h='${handled}'/>`));
  return again;
}

/** What front-ends say to each other takes a turn each way. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

async function lose({ stream }: TextClient): Promise<void> {
  stream.destroy();
  await settle();
}

const bodies = (text: string) => [...text.matchAll(/<body>(\w+)/g)].map(([, body]) => body);

describe('resumption at another front-end (XEP-0198 §5)', () => {
  it('goes on where the first stream ended, both ways; the cluster sees one session all the time', async () => {
    const { alice, id } = await managed();
    const session = first.gate.at(home);
    for (const body of ['one', 'two', 'three'])
      session.receiver.deliver(messageFrom('bob@localhost/a', body));
    await alice.until('three');
    alice.send('<presence/>');
    await settle();
    await lose(alice);
    session.receiver.deliver(presenceFrom('bob@localhost/a', '<status>old</status>'));
    session.receiver.deliver(presenceFrom('bob@localhost/a', '<status>new</status>'));

    const again = await resume(second, id, 1);
    const text = await again.until('<status>new</status>');
    expect(text).toMatch(/^<resumed xmlns='urn:xmpp:sm:3' previd='[^']+' h='1'\/>/);
    expect(bodies(text)).toEqual(['two', 'three']);
    expect(text).not.toContain('old');

    again.send('<presence><show>away</show></presence>');
    again.send(sm('<r/>'));
    expect(await again.until(/<a [^>]*>/)).toContain("h='2'");
    session.receiver.deliver(messageFrom('bob@localhost/a', 'four'));
    await again.until('four');
    expect(session.ended).toBe(false);
    expect(session.received).toHaveLength(2);
    expect([first.gate.opened.length, second.gate.opened.length]).toEqual([1, 0]);
    expect(first.frontEnd.stats()).toMatchObject({ sessions: 1, detachedSessions: 0 });
    expect(second.frontEnd.stats()).toMatchObject({ sessions: 0, sessionsResumed: 1 });
  });

  it('takes over from a stream that is still there, which gets conflict', async () => {
    const { alice, id } = await managed();
    const again = await resume(second, id, 0);
    await again.until('<resumed');
    expect(await alice.until('</stream:stream>')).toContain('<conflict');
  });

  it('is refused to a claim that has come so late that its client has handled more meanwhile', async () => {
    const { alice, id } = await managed();
    const session = first.gate.at(home);
    session.receiver.deliver(messageFrom('bob@localhost/a', 'one'));
    await alice.until('one');
    alice.send(sm("<a h='1'/>"));
    await settle();
    const late = await resume(second, id, 0);
    expect(await late.until('</failed>')).toContain('item-not-found');
    session.receiver.deliver(messageFrom('bob@localhost/a', 'two'));
    await alice.until('two');
    expect(session.ended).toBe(false);
  });

  it('can be done again and again, also back at the first', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    await lose(there);
    expect(first.frontEnd.stats().detachedSessions).toBe(1);
    const third = frontEnd('third~1');
    const elsewhere = await resume(third, id, 0);
    await elsewhere.until('<resumed');
    const back = await resume(first, id, 0);
    await back.until('<resumed');
    expect(await elsewhere.until('</stream:stream>')).toContain('<conflict');
    first.gate.at(home).receiver.deliver(messageFrom('bob@localhost/a', 'hi'));
    await back.until('hi');
  });

  it('is for the same user only, and does not disturb the session', async () => {
    const { alice, id } = await managed();
    const bob = await resume(second, id, 0, 'bob');
    expect(await bob.until('</failed>')).toContain('<item-not-found');
    expect(await bob.bind('home')).toContain('bob@localhost/home');
    first.gate.at(home).receiver.deliver(messageFrom('carol@localhost/a', 'still you'));
    await alice.until('still you');
  });

  it('after the time is up fails, and what was not acknowledged is accounted for', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    const session = first.gate.at(home);
    session.receiver.deliver(messageFrom('bob@localhost/a', 'unseen'));
    await there.until('unseen');
    await lose(there);
    timers.advance(61_000);
    expect(session.ended).toBe(true);
    expect(session.received).toMatchObject([
      { kind: 'message', type: 'error', to: 'bob@localhost/a' },
    ]);
    const late = await resume(second, id, 0);
    expect(await late.until('</failed>')).toContain('<item-not-found');
    expect(await late.bind('home')).toContain(home);
  });

  it('closed by the client there, ends the session', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    const session = first.gate.at(home);
    there.send('</stream:stream>');
    await there.until('</stream:stream>');
    await settle();
    expect(session.ended).toBe(true);
    expect(first.frontEnd.stats().sessions).toBe(0);
  });

  it('of a session that the cluster ends, tells the client why', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    first.gate.at(home).receiver.closed('conflict', 'replaced by a newer session');
    expect(await there.until('</stream:stream>')).toContain('<conflict');
  });

  it('is not possible once the first front-end is gone', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    peers.lose('first~1');
    const again = await resume(second, id, 0);
    expect(await again.until('</failed>')).toContain('<item-not-found');
  });

  it('is given up when the first front-end does not answer; one that answers late keeps the session', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    peers.deaf.add('second~1');
    const again = await resume(second, id, 0);
    await settle();
    timers.advance(1_501);
    peers.deaf.clear();
    expect(await again.until('</failed>')).toContain('<item-not-found');
    const once = await resume(second, id, 0);
    await once.until('<resumed');
  });

  it.each(['', '@', '@second~1', 'x@nobody~1', `${'x'.repeat(5000)}@first~1`])(
    'by the id %j, which nobody was given, fails',
    async (id) => {
      const again = await resume(second, id, 0);
      expect(await again.until('</failed>')).toContain('<item-not-found');
    },
  );
});

describe('a resumed stream', () => {
  it('is ended when the front-end of its session is gone, so that the client comes back', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    peers.lose('first~1');
    expect(await there.until('</stream:stream>')).toContain('<system-shutdown');
    await there.closed();
    expect(second.frontEnd.stats().connections).toBe(0);
  });

  it('that is lost with its front-end leaves a session that waits to be resumed', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    peers.lose('second~1');
    await settle();
    expect(first.frontEnd.stats()).toMatchObject({ sessions: 1, detachedSessions: 1 });
    const back = await resume(first, id, 0);
    await back.until('<resumed');
  });

  it('of a client that does not read is kept within bounds, newest presence only', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    there.stream.pause();
    const { receiver } = first.gate.at(home);
    while (first.frontEnd.stats().queuedStanzas === 0) {
      receiver.deliver(messageFrom('bob@localhost/a', 'x'.repeat(20_000)));
      await settle();
    }
    for (let count = 0; count < 100; count++)
      receiver.deliver(presenceFrom('bob@localhost/a', `<status>${count}</status>`));
    expect(first.frontEnd.stats().presencesCoalesced).toBe(99);
    there.stream.resume();
    await there.until('<status>99<');
  });

  it('ends with the front-end of its session', async () => {
    const { alice, id } = await managed();
    await lose(alice);
    const there = await resume(second, id, 0);
    await there.until('<resumed');
    const stopped = first.frontEnd.stop(100);
    expect(await there.until('</stream:stream>')).toContain('<system-shutdown');
    timers.advance(1_000);
    await stopped;
    expect(first.gate.size).toBe(0);
  });
});
