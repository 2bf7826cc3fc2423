// What the server says that it can (XEP-0030, RFC 6120 §4.3.2) is what it does, and it does no more than it says.

import { child, children, elements, type XmlElement, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

const discoInfo = 'http://jabber.org/protocol/disco#info';

/** What an account does for its own sessions, each with a request that must be granted. */
const ofAccount = new Map([
  [discoInfo, `<query xmlns='${discoInfo}'/>`],
  [
    'http://jabber.org/protocol/disco#items',
    `<query xmlns='http://jabber.org/protocol/disco#items'/>`,
  ],
  ['urn:xmpp:ping', `<ping xmlns='urn:xmpp:ping'/>`],
  ['jabber:iq:version', `<query xmlns='jabber:iq:version'/>`],
  ['urn:xmpp:time', `<time xmlns='urn:xmpp:time'/>`],
  ['jabber:iq:roster', `<query xmlns='jabber:iq:roster'/>`],
  ['jabber:iq:privacy', `<query xmlns='jabber:iq:privacy'/>`],
  ['urn:xmpp:blocking', `<blocklist xmlns='urn:xmpp:blocking'/>`],
]);
const registration = ['jabber:iq:register', `<query xmlns='jabber:iq:register'/>`] as const;

/** What others do, and clients look for. */
const notServed = [
  `<query xmlns='jabber:iq:last'/>`,
  `<query xmlns='jabber:iq:private'/>`,
  `<query xmlns='jabber:iq:search'/>`,
  `<vCard xmlns='vcard-temp'/>`,
  `<pubsub xmlns='http://jabber.org/protocol/pubsub'/>`,
  `<enable xmlns='urn:xmpp:carbons:2'/>`,
  `<query xmlns='urn:xmpp:mam:2'/>`,
  `<sift xmlns='urn:xmpp:sift:2'/>`,
];

describe.each([
  ['as it is by default', [], ofAccount],
  ['open to registration', ['--registration'], new Map([...ofAccount, registration])],
])('a server %s', (_, args, served) => {
  let server: TestServer;
  let alice: XmppClient;

  beforeAll(async () => {
    server = await TestServer.prepare();
    await server.addAccounts(['alice', 'bob']);
    await server.start({ args });
    alice = await server.login('alice');
  });
  afterAll(() => server.remove());

  test('names what an account does, and does it', async () => {
    expect(await announced(alice, alice.bareJid)).toEqual([...served.keys()].sort());
    expect(await announced(alice)).toEqual([...served.keys()].sort());
    for (const request of served.values()) {
      expect(await alice.ask('get', request)).toMatchObject({ attrs: { type: 'result' } });
    }
  });

  test('names what the domain does for everybody, and for its users: XEP-0267 besides', async () => {
    const features = [...served.keys(), 'urn:xmpp:server-presence'].sort();
    expect(await announced(alice, server.domain)).toEqual(features);
    for (const [namespace, request] of served) {
      // These are for the account to answer: a client asks itself, not the domain (RFC 6121 §2.1.3, XEP-0191 §3.2).
      if (/roster|privacy|blocking/.test(namespace)) continue;
      expect(await alice.ask('get', request, server.domain)).toMatchObject({
        attrs: { type: 'result' },
      });
    }
    alice.send(`<presence type='probe' to='${server.domain}'/>`);
    await alice.expect(`<presence from='${server.domain}'/>`);
  });

  test.each(notServed)('does not do what it does not name: %s', async (request) => {
    for (const to of [undefined, alice.bareJid, server.domain]) {
      const answer = await alice.ask('get', request, to);
      const error = child(answer, 'error');
      expect(error && elements(error).map(({ name }) => name)).toContain('service-unavailable');
    }
  });

  test('says of another account nothing at all', async () => {
    const answer = await alice.ask('get', `<query xmlns='${discoInfo}'/>`, `bob@${server.domain}`);
    expect(answer.attrs['type']).toBe('error');
  });

  test('offers in the stream what may be negotiated then', () => {
    const offered = elements(alice.features).map(({ name, ns }) => `${name} ${ns}`);
    expect(offered.sort()).toEqual(
      [
        'bind urn:ietf:params:xml:ns:xmpp-bind',
        'session urn:ietf:params:xml:ns:xmpp-session',
        // RFC 6121 §2.6.1, §3.4.1; XEP-0352 §4.1; XEP-0198 §2. What they promise is in test/conformance and beside the code.
        'ver urn:xmpp:features:rosterver',
        'sub urn:xmpp:features:pre-approval',
        'csi urn:xmpp:csi:0',
        'sm urn:xmpp:sm:3',
      ].sort(),
    );
  });

  test('offers before login TLS, mechanisms, and registration if it is open', async () => {
    const stranger = await server.connect();
    const offered = elements(await stranger.openStream(server.domain)).map(({ name }) => name);
    const register = served.has('jabber:iq:register') ? ['register'] : [];
    expect(offered.sort()).toEqual(['mechanisms', ...register, 'starttls'].sort());
    await stranger.cut();
  });
});

async function announced(client: XmppClient, to?: string): Promise<readonly string[]> {
  const answer: XmlElement = await client.ask('get', `<query xmlns='${discoInfo}'/>`, to);
  const features = children(child(answer, 'query') ?? answer, 'feature');
  return features.map(({ attrs }) => attrs['var'] ?? '').sort();
}
