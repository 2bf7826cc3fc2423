// What clients do wrong or do on purpose: each gets the error that RFC 6120 or RFC 6121 defines, the server goes on,
// and its memory stays flat.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { residentKiB, type XmppClient, type XmppConnection } from '@rollcall/testkit';
import { TestServer } from './test-server.ts';

const silenceMs = 1_000;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.prepare();
  await server.addAccounts(['alice', 'bob']);
  const env = {
    ROLLCALL_TIMEOUTS_LOGIN_MS: String(silenceMs),
    ROLLCALL_TIMEOUTS_SILENCE_MS: String(silenceMs),
    ROLLCALL_TIMEOUTS_ANSWER_MS: String(silenceMs),
    ROLLCALL_LIMITS_FAILED_LOGINS_PER_ADDRESS_PER_MINUTE: '100000',
  };
  await server.start({ env });
});
afterAll(() => server.remove());

const streamError = (condition: string) =>
  `<error xmlns='http://etherx.jabber.org/streams'>` +
  `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>`;

const stanzaError = (condition: string) =>
  `<error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;

/** The stream ends with this error and its closing tag. */
async function endsWith(connection: XmppConnection, condition: string): Promise<void> {
  await connection.expect(streamError(condition));
  await connection.closed;
  expect(connection.received).toMatch(/<\/stream:stream>$/);
}

async function openStream(): Promise<XmppConnection> {
  const connection = await server.connect();
  await connection.openStream('localhost');
  return connection;
}

async function online(name: string): Promise<XmppClient> {
  const client = await server.login(name, { resource: 'r' });
  client.send('<presence/>');
  await client.expect(`<presence from='${name}@localhost/r'/>`);
  return client;
}

const aMegabyteOfA = '<a>'.repeat(350_000);

describe('before login', () => {
  test('half a stanza, then silence: connection-timeout (RFC 6120 §4.9.3.4)', async () => {
    const connection = await openStream();
    connection.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mech`);
    await endsWith(connection, 'connection-timeout');
  });

  test('silence from the first byte on ends the connection too', async () => {
    const connection = await server.connect();
    await connection.closed;
  });

  test.each([
    ['a megabyte of <a>', aMegabyteOfA, 'policy-violation'],
    ['a stanza without an end', `<a b='${'x'.repeat(100_000)}`, 'policy-violation'],
    ['invalid UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xc3, 0x28]), 'unsupported-encoding'],
    ['a comment', '<!-- hello -->', 'restricted-xml'],
    ['a processing instruction', '<?php hello ?>', 'restricted-xml'],
    ['a DTD', '<!DOCTYPE a [<!ENTITY b "c">]>', 'restricted-xml'],
    ['an entity of its own', '<a>&b;</a>', 'restricted-xml'],
    ['mismatched tags', '<a></b>', 'not-well-formed'],
    ['two equal attributes', `<a b='1' b='2'/>`, 'not-well-formed'],
    ['a prefix that nobody declared', '<x:a/>', 'bad-namespace-prefix'],
    ['a stanza before authentication', `<message to='bob@localhost'/>`, 'not-authorized'],
  ])('%s: the stream error that is defined for it', async (_what, bytes, condition) => {
    const connection = await openStream();
    connection.send(bytes);
    await endsWith(connection, condition);
  });

  test('a domain that is not served: host-unknown (RFC 6120 §4.9.3.6)', async () => {
    const connection = await server.connect();
    connection.send(
      `<stream:stream to='example.org' version='1.0' xmlns='jabber:client' ` +
        `xmlns:stream='http://etherx.jabber.org/streams'>`,
    );
    await endsWith(connection, 'host-unknown');
  });

  test('what is no XML at all: bad-format or not-well-formed', async () => {
    const connection = await server.connect();
    connection.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await connection.closed;
    expect(connection.received).toMatch(/<(bad-format|not-well-formed|invalid-xml) /);
  });

  test('wrong passwords: not-authorized, and the end after a few (RFC 6120 §6.4.5)', async () => {
    const connection = await openStream();
    const plain = Buffer.from('\0alice\0wrong').toString('base64');
    for (let attempt = 0; attempt < 3; attempt++) {
      connection.send(
        `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`,
      );
      await connection.expect(
        `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>`,
      );
    }
    await endsWith(connection, 'policy-violation');
  });
});

describe('after login', () => {
  test('half a stanza, then silence: connection-timeout (RFC 6120 §4.6.4)', async () => {
    const alice = await online('alice');
    // So that the server asks by <r/>: pings are answered by this client, whatever it is in the middle of.
    alice.send(`<enable xmlns='urn:xmpp:sm:3'/>`);
    await alice.expect(`<enabled xmlns='urn:xmpp:sm:3'/>`);
    alice.send(`<message to='bob@loc`);
    await endsWith(alice.connection, 'connection-timeout');
  });

  test.each([
    ['a megabyte of <a>', `<presence>${aMegabyteOfA}`, 'policy-violation'],
    ['a stanza of a megabyte', `<message>${'x'.repeat(1_000_000)}</message>`, 'policy-violation'],
    ['invalid UTF-8', Buffer.from('<message>\xff', 'latin1'), 'unsupported-encoding'],
    ['a from that is not one’s own', `<presence from='bob@localhost/r'/>`, 'invalid-from'],
    ['what is no stanza', '<hello/>', 'unsupported-stanza-type'],
  ])('%s: the stream error that is defined for it', async (_what, bytes, condition) => {
    const alice = await online('alice');
    alice.send(bytes);
    await endsWith(alice.connection, condition);
  });

  test.each([
    '@localhost',
    'a b@localhost',
    'bob@',
    'bob@local host',
    `${'x'.repeat(1024)}@localhost`,
  ])('the address %j is none: jid-malformed (RFC 6120 §8.3.3.8)', async (address) => {
    const alice = await online('alice');
    alice.send(`<presence type='subscribe' to='${address}' id='1'/>`);
    await alice.expect(`<presence type='error' id='1'>${stanzaError('jid-malformed')}</presence>`);
    await alice.ping();
    await alice.close();
  });

  test('a roster push from a client is refused and reaches nobody (RFC 6121 §2.1.6)', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')];
    alice.send(
      `<iq type='set' id='push' to='bob@localhost/r'><query xmlns='jabber:iq:roster'>` +
        `<item jid='mallory@localhost' subscription='both'/></query></iq>`,
    );
    await alice.expect((stanza) => stanza.name === 'iq' && stanza.attrs['type'] === 'error');
    const { roster } = await rosterOf(bob);
    expect(roster).not.toContain('mallory');
    await Promise.all([alice.close(), bob.close()]);
  });
});

async function rosterOf(client: XmppClient): Promise<{ readonly roster: string }> {
  const answer = await client.ask('get', `<query xmlns='jabber:iq:roster'/>`);
  return { roster: JSON.stringify(answer) };
}

test('hundreds of all this leave the memory flat, and the server at work', async () => {
  const abuses: readonly (string | Buffer)[] = [
    aMegabyteOfA,
    `<a b='${'x'.repeat(1_000_000)}'/>`,
    Buffer.alloc(500_000, 0xc3),
    `<!DOCTYPE a [${'<!ENTITY b "c">'.repeat(1_000)}]>`,
    '<a>'.repeat(10_000) + 'x'.repeat(200_000),
  ];
  const abuse = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++)
      await Promise.all(
        abuses.map(async (bytes) => {
          const connection = await openStream();
          connection.send(bytes);
          await connection.closed;
        }),
      );
  };
  await abuse(30);
  const before = await residentKiB([server.process.pid]);
  await abuse(90);
  const grownMiB = ((await residentKiB([server.process.pid])) - before) / 1024;
  expect(grownMiB).toBeLessThan(40);
  await (await online('alice')).close();
});
