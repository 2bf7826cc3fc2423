import { describe, expect, it } from 'vitest';
import { certificate } from '../../test/certificate.ts';
import { duplexPair } from '../../test/duplex-pair.ts';
import { TextClient } from '../../test/text-client.ts';
import { makeWorld } from '../../test/world.ts';

const home = 'alice@localhost/home';

describe('STARTTLS', () => {
  it('works on any duplex stream, then SCRAM', async () => {
    const tls = await certificate();
    const { client } = makeWorld({ tls, cleartextAuth: false });
    const alice = client();
    expect(await alice.open()).toContain('<required/>');
    const secure = await alice.startTls();
    expect(secure.getProtocol()).toBe('TLSv1.3');
    expect(await alice.open()).toContain('SCRAM-SHA-256-PLUS');
    expect(await alice.scram('alice', 'alice-pw')).toContain('</success>');
    await alice.open();
    expect(await alice.bind('home')).toContain(home);
    secure.destroy();
  });

  it('that never comes to an end frees the connection', async () => {
    const tls = await certificate();
    const { client, frontEnd, timers } = makeWorld({ tls });
    const alice = client();
    await alice.open();
    alice.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    await alice.until('<proceed');
    timers.advance(31_000);
    timers.advance(6_000);
    await alice.closed();
    expect(frontEnd.stats().connections).toBe(0);
  });
});

describe('silence', () => {
  it('before login ends in connection-timeout (RFC 6120 §4.9.3.4)', async () => {
    const { client, timers } = makeWorld();
    const alice = client();
    await alice.open();
    alice.send('<iq type=');
    timers.advance(29_000);
    expect(alice.unseen).toBe('');
    timers.advance(2_000);
    expect(await alice.until('</stream:stream>')).toContain('<connection-timeout');
  });

  it('after login is asked about, and half a stanza is no answer', async () => {
    const { client, timers, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    timers.advance(301_000);
    expect(await alice.until('/iq>')).toMatch(
      /<iq type='get' [^>]*><ping xmlns='urn:xmpp:ping'\/>/,
    );
    alice.send("<message to='bob@localhost'><body>he");
    await new Promise(setImmediate);
    timers.advance(62_000);
    expect(await alice.until('</stream:stream>')).toContain('<connection-timeout');
    expect(gate.opened[0]?.ended).toBe(true);
  });

  it('is over when the client answers, and the answer goes no further', async () => {
    const { client, timers, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    timers.advance(301_000);
    const id = /id='([^']*)'/.exec(await alice.until('/iq>'))?.[1] ?? '';
    alice.send(`<iq type='result' id='${id}' to='localhost'/>`);
    await new Promise(setImmediate);
    timers.advance(61_000);
    expect(gate.at(home).received).toEqual([]);
    expect(alice.unseen.trim()).toBe('');
  });

  it('of ours is broken by white space, which keeps middle boxes awake', async () => {
    const { client, timers } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    timers.advance(122_000);
    await alice.until(' ');
    expect(alice.unseen).toBe('');
  });

  it('of a peer that does not close its end is cut short', async () => {
    const { frontEnd, timers } = makeWorld();
    const [ours, theirs] = duplexPair();
    ours.allowHalfOpen = true;
    frontEnd.handleStream(theirs);
    const alice = new TextClient(ours);
    await alice.open();
    alice.send('<presence/>');
    await alice.until('</stream:stream>');
    timers.advance(2_000);
    expect(frontEnd.stats().connections).toBe(1);
    timers.advance(6_000);
    expect(frontEnd.stats().connections).toBe(0);
  });
});

describe('a client in a hurry', () => {
  it('is read more slowly, and loses nothing', async () => {
    const { client, gate, timers, frontEnd } = makeWorld({
      limits: { stanzasPerSecond: 10, stanzaBurst: 20 },
    });
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send('<presence/>'.repeat(100));
    await new Promise(setImmediate);
    expect(gate.at(home).received).toHaveLength(20);
    timers.advance(1000);
    expect(gate.at(home).received).toHaveLength(30);
    timers.advance(8000);
    expect(gate.at(home).received).toHaveLength(100);
    expect(frontEnd.stats().pauses).toBeGreaterThan(0);
  });
});
