import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { duplexPair } from '../test/duplex-pair.ts';
import { messageFrom } from '../test/fake-gate.ts';
import { TextClient } from '../test/text-client.ts';
import { makeWorld } from '../test/world.ts';

const home = 'alice@localhost/home';

/** Sockets and listeners that keep this process alive. */
function handles(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP'));
}

describe('the front-end', () => {
  it('stops with system-shutdown, and leaves no timer behind', async () => {
    const { client, gate, frontEnd, timers } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    const stopped = frontEnd.stop();
    expect(await alice.until('</stream:stream>')).toContain('<system-shutdown');
    await stopped;
    expect(gate.opened[0]?.ended).toBe(true);
    expect(timers.pending).toBe(0);
    expect(() => client()).toThrow(expect.objectContaining({ code: 'front_end_stopped' }));
  });

  it('cuts what has not gone when the time to stop is over', async () => {
    const { frontEnd, timers } = makeWorld();
    const [ours, theirs] = duplexPair();
    ours.allowHalfOpen = true;
    frontEnd.handleStream(theirs);
    const alice = new TextClient(ours);
    await alice.open();
    const stopped = frontEnd.stop(500);
    await alice.until('</stream:stream>');
    timers.advance(600);
    await stopped;
    expect(frontEnd.stats().connections).toBe(0);
  });

  it('does not disturb another one in the process', async () => {
    const one = makeWorld();
    const two = makeWorld();
    await one.client().login('alice', 'alice-pw', 'home');
    const other = await two.client().login('alice', 'alice-pw', 'home');
    await one.frontEnd.stop();
    two.gate.at(home).receiver.deliver(messageFrom('bob@localhost/a', 'still here'));
    await other.until('still here');
    expect(two.frontEnd.stats().sessions).toBe(1);
  });

  it('listens on TCP, and says why it cannot', async () => {
    const { frontEnd } = makeWorld();
    const listener = await frontEnd.listenTcp({ host: '127.0.0.1', port: 0 });
    const { address } = listener;
    const alice = await new TextClient(connect(address.port, '127.0.0.1')).login(
      'alice',
      'alice-pw',
      'home',
    );
    await expect(frontEnd.listenTcp(address)).rejects.toMatchObject({
      code: 'front_end_cannot_listen',
      message: `Cannot listen on 127.0.0.1:${address.port}: the port is in use; stop what listens there, or choose another port.`,
    });
    alice.stream.end('</stream:stream>');
    await alice.closed();
    await listener.close();
  });

  it('believes a gateway that has ended TLS, and one that knows the user', async () => {
    const { client } = makeWorld({ cleartextAuth: false });
    expect(await client({ secure: true }).open()).toContain('<mechanism>PLAIN</mechanism>');
    const vouched = client({ user: 'alice@localhost' });
    await vouched.open();
    expect(await vouched.bind('home')).toContain(home);
  });

  it('does not take a user of a domain that is not served, nor a dead stream', () => {
    const { frontEnd, client } = makeWorld();
    expect(() => client({ user: 'alice@elsewhere' })).toThrow(
      expect.objectContaining({ code: 'front_end_domain_unknown' }),
    );
    const [, dead] = duplexPair();
    dead.destroy();
    expect(() => frontEnd.handleStream(dead)).toThrow(
      expect.objectContaining({ code: 'front_end_stream_dead' }),
    );
  });

  it('names what is wrong with its options', () => {
    expect(() => makeWorld({ domains: [] })).toThrow(/at least one domain/);
    expect(() => makeWorld({ limits: { connections: 0 } })).toThrow(/connections/);
    expect(() => makeWorld({ mechanisms: ['OAUTHBEARER'] })).toThrow(/carries no OAUTHBEARER/);
  });

  it('survives its own mistakes: they cost one client its connection', async () => {
    const { client, gate, logged } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    const bob = await client().login('bob', 'bob-pw', 'desk');
    gate.onStanza = () => {
      throw new Error('a bug');
    };
    alice.send('<presence/>');
    await alice.closed();
    gate.at('bob@localhost/desk').receiver.deliver(messageFrom('carol@localhost/x', 'still here'));
    await bob.until('still here');
    expect(logged).toContainEqual(expect.objectContaining({ event: 'connection_failed' }));
  });

  it('keeps no handle, timer or session of 1,000 streams and sessions that came and went', async () => {
    const { frontEnd, gate, client, timers } = makeWorld();
    const before = handles();
    const listener = await frontEnd.listenTcp({ host: '127.0.0.1', port: 0 });
    for (let i = 0; i < 250; i++) {
      const session = await frontEnd.openSession({ user: 'alice@localhost', resource: 'embedded' });
      session.setPresence();
      await session.close();
      const vouched = client({ user: 'alice@localhost' });
      await vouched.open();
      await vouched.bind('home');
      vouched.stream.destroy();
      const dropped = new TextClient(connect(listener.address.port, '127.0.0.1'));
      await dropped.open();
      dropped.stream.destroy();
      const closed = client({ user: 'alice@localhost' });
      await closed.open();
      closed.send('</stream:stream>');
      await Promise.all([vouched.closed(), dropped.closed(), closed.closed()]);
    }
    while (frontEnd.stats().connections > 0) await new Promise(setImmediate);
    expect(frontEnd.stats()).toMatchObject({ sessions: 0, connectionsAccepted: 750 });
    expect(gate.size).toBe(0);
    await listener.close();
    await new Promise(setImmediate);
    expect(handles()).toEqual(before);
    expect(timers.pending).toBe(0);
  });

  it('never logs passwords or what stanzas carry', async () => {
    const { client, logged } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send("<message to='bob@localhost'><body>a secret</body></message><bogus xmlns='x'/>");
    await alice.closed();
    const text = JSON.stringify(logged);
    expect(text).toContain('stream_error');
    expect(text).not.toMatch(/alice-pw|a secret/);
  });
});
