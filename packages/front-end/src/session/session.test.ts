import { describe, expect, it } from 'vitest';
import { certificate } from '../../test/certificate.ts';
import { messageFrom, presenceFrom } from '../../test/fake-gate.ts';
import { openingTag } from '../../test/conversation.ts';
import { makeWorld } from '../../test/world.ts';

const home = 'alice@localhost/home';

describe('a client', () => {
  it('logs in with SCRAM and gets its address', async () => {
    const { client, gate } = makeWorld();
    const alice = client();
    await alice.open();
    expect(await alice.scram('alice', 'alice-pw')).toContain('</success>');
    expect(await alice.open()).toContain("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    expect(await alice.bind('home')).toContain(`<jid>${home}</jid>`);
    expect(gate.size).toBe(1);
  });

  it.each(['PLAIN', 'SCRAM'])(
    'is not told by %s whether it was the name or the password',
    async (m) => {
      const { client } = makeWorld();
      const wrongName = client();
      const wrongPassword = client();
      const answers = [];
      for (const [stream, name] of [
        [wrongName, 'nobody'],
        [wrongPassword, 'alice'],
      ] as const) {
        await stream.open();
        answers.push(await (m === 'PLAIN' ? stream.plain(name, 'x') : stream.scram(name, 'x')));
      }
      expect(answers[0]).toContain('<not-authorized/>');
      expect(answers[1]).toBe(answers[0]);
    },
  );

  it('has its stanzas stamped and passed on, in order', async () => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(
      "<presence/><message to='BOB@localhost' from='alice@localhost'><body>hi</body></message>",
    );
    alice.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await alice.until("id='p'")).toBeDefined();
    expect(gate.at(home).received).toEqual([
      { kind: 'presence', from: home, content: '' },
      { kind: 'message', from: home, to: 'bob@localhost', content: '<body>hi</body>' },
    ]);
  });

  it('may bind, log in and speak in one breath after each answer it has to wait for', async () => {
    const { client, gate } = makeWorld();
    const alice = client();
    await alice.open();
    await alice.plain('alice', 'alice-pw');
    await alice.open();
    alice.send(
      "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>home</resource></bind></iq>" +
        "<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq><presence/>",
    );
    expect(await alice.until("id='s'")).toMatch(/id='b'.*<jid>alice@localhost\/home/s);
    expect(gate.at(home).received.map(({ kind }) => kind)).toEqual(['presence']);
  });

  it('gets what the cluster delivers, addressed to it, in order', async () => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    const { receiver } = gate.at(home);
    receiver.deliver(presenceFrom('bob@localhost/a', '<show>away</show>'));
    receiver.deliver(messageFrom('bob@localhost/a', 'hello'));
    expect(await alice.until('</message>')).toBe(
      "<presence from='bob@localhost/a' to='alice@localhost/home'><show>away</show></presence>" +
        "<message from='bob@localhost/a' to='alice@localhost/home'><body>hello</body></message>",
    );
  });

  it('gets nothing before its address, even what was delivered at once', async () => {
    const { client, gate } = makeWorld();
    const alice = client();
    await alice.open();
    await alice.plain('alice', 'alice-pw');
    await alice.open();
    const open = gate.open.bind(gate);
    gate.open = async (request) => {
      const outcome = await open(request);
      request.receiver.deliver(presenceFrom('bob@localhost/a'));
      return outcome;
    };
    await alice.bind('home');
    expect(await alice.until('/>')).toContain("<presence from='bob@localhost/a'");
  });

  it('is told the truth about a stanza that the cluster cannot take now', async () => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    gate.at(home).outcome = { ok: false, condition: 'resource-constraint', text: 'busy' };
    alice.send("<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>");
    expect(await alice.until('</iq>')).toMatch(
      /<iq type='error' id='r1'.*type='wait'.*<resource-constraint/,
    );
  });

  it('gets conflict when the same full JID logs in again', async () => {
    const { client, gate } = makeWorld();
    const older = await client().login('alice', 'alice-pw', 'home');
    await client().login('alice', 'alice-pw', 'home');
    expect(await older.until('</stream:stream>')).toContain('<conflict xmlns=');
    await older.closed();
    expect(gate.at(home).ended).toBe(false);
  });

  it('ends its session by closing the stream, and is answered (RFC 6120 §4.4)', async () => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send("<presence type='unavailable'/></stream:stream>");
    await alice.until('</stream:stream>');
    await alice.closed();
    expect(gate.opened[0]?.received).toHaveLength(1);
    expect(gate.opened[0]?.ended).toBe(true);
  });

  it('ends its session by vanishing', async () => {
    const { client, gate, frontEnd } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.stream.destroy();
    await alice.closed();
    await new Promise(setImmediate);
    expect(gate.opened[0]?.ended).toBe(true);
    expect(frontEnd.stats()).toMatchObject({ connections: 0, sessions: 0 });
  });

  it('that vanishes while its session is being opened leaves nothing behind', async () => {
    const { client, gate, frontEnd } = makeWorld();
    const alice = client();
    await alice.open();
    await alice.plain('alice', 'alice-pw');
    await alice.open();
    let release = (): void => undefined;
    gate.latch = new Promise((resolve) => (release = resolve));
    alice.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    await new Promise(setImmediate);
    alice.stream.destroy();
    await alice.closed();
    release();
    await new Promise(setImmediate);
    expect(gate.opened).toHaveLength(1);
    expect(gate.opened[0]?.ended).toBe(true);
    expect(frontEnd.stats()).toMatchObject({ connections: 0, sessions: 0 });
  });
});

describe('bad input', () => {
  it.each([
    ["a 'from' of another (RFC 6120 §8.1.2.1)", "<presence from='bob@localhost'/>", 'invalid-from'],
    ["a 'from' of another resource", "<presence from='alice@localhost/work'/>", 'invalid-from'],
    [
      'a stanza over the limit',
      `<message><body>${'x'.repeat(300_000)}</body></message>`,
      'policy-violation',
    ],
    ['no stanza', "<bogus xmlns='nowhere'/>", 'unsupported-stanza-type'],
  ])('%s ends the stream and the session', async (_, text, condition) => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(text);
    expect(await alice.until('</stream:stream>')).toContain(`<${condition} xmlns=`);
    await alice.closed();
    expect(gate.opened[0]?.ended).toBe(true);
    expect(gate.opened[0]?.received).toEqual([]);
  });

  it.each([
    ["a 'to' that is no JID", "<message to='@@'/>", /<message type='error'.*<jid-malformed/],
    [
      'a type that does not exist',
      "<presence type='hello'/>",
      /<presence type='error'.*<bad-request/,
    ],
    [
      'an iq that asks two things',
      "<iq type='get' id='1'><a xmlns='a'/><b xmlns='b'/></iq>",
      /<bad-request/,
    ],
  ])('%s is answered by an error, and the stream goes on', async (_, text, error) => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(`${text}<presence/>`);
    await alice.until(error);
    alice.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
    await alice.until("id='p'");
    expect(gate.at(home).received).toEqual([{ kind: 'presence', from: home, content: '' }]);
  });

  it('before login gets 64 KiB, no more', async () => {
    const { client } = makeWorld();
    const alice = client();
    await alice.open();
    alice.send(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${'A'.repeat(70_000)}`,
    );
    expect(await alice.until('</stream:stream>')).toContain('<policy-violation');
  });

  it('cannot be slipped in before TLS', async () => {
    const tls = await certificate();
    const { client } = makeWorld({ tls, cleartextAuth: false });
    const alice = client();
    await alice.open();
    alice.send(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>${openingTag}<presence/>`);
    await alice.until('<proceed');
    await alice.until('/>');
    await new Promise(setImmediate);
    expect(alice.unseen).toBe('');
  });
});
