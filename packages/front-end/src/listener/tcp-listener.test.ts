import { X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { certificate } from '../../test/certificate.ts';
import { scramClient } from '../../test/scram-client.ts';
import { stoppingWorld } from '../../test/stopping-world.ts';
import { TextClient } from '../../test/text-client.ts';

const local = { host: '127.0.0.1', port: 0 };

describe('direct TLS (XEP-0368)', () => {
  it('speaks TLS from the first byte, with ALPN', async () => {
    const { frontEnd } = stoppingWorld({ tls: await certificate(), cleartextAuth: false });
    const { address } = await frontEnd.listenTls(local);
    const socket = connectTls({
      port: address.port,
      ALPNProtocols: ['xmpp-client'],
      rejectUnauthorized: false,
    });
    const alice = new TextClient(socket);
    const features = await alice.open();
    expect(socket.alpnProtocol).toBe('xmpp-client');
    expect(features).not.toContain('starttls');
    expect(features).toContain('SCRAM-SHA-256-PLUS');
    expect(await alice.plain('alice', 'alice-pw')).toContain('<success');
    socket.destroy();
  });

  it.each([
    ['TLSv1.3', 'tls-exporter'],
    ['TLSv1.2', 'tls-unique'],
  ] as const)(
    'announces for %s the one channel binding that it has: %s (XEP-0440)',
    async (version, type) => {
      const { frontEnd } = stoppingWorld({ tls: await certificate() });
      const { address } = await frontEnd.listenTls(local);
      const { port } = address;
      const minVersion = version;
      const first = connectTls({
        port,
        minVersion,
        maxVersion: version,
        rejectUnauthorized: false,
      });
      const alice = new TextClient(first);
      const features = await alice.open();
      expect(features).toContain(
        `<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='${type}'/></sasl-channel-binding>`,
      );
      const session = first.getSession();
      first.destroy();
      if (version === 'TLSv1.3' || !session) return;
      const resumed = connectTls({ port, maxVersion: version, session, rejectUnauthorized: false });
      const again = await new TextClient(resumed).open();
      expect(resumed.isSessionReused()).toBe(true);
      expect(again).toContain('SCRAM-SHA-256<');
      expect(again).not.toContain('-PLUS');
      resumed.destroy();
    },
  );

  it('binds the login to the client’s Finished message below TLS 1.3 (RFC 5929 §3)', async () => {
    const { frontEnd } = stoppingWorld({ tls: await certificate() });
    const { address } = await frontEnd.listenTls(local);
    const maxVersion = 'TLSv1.2';
    const socket = connectTls({ port: address.port, maxVersion, rejectUnauthorized: false });
    const alice = new TextClient(socket);
    await alice.open();
    const finished = socket.getFinished() ?? Buffer.alloc(0);
    const gs2Header = 'p=tls-unique,,';
    const client = scramClient({
      name: 'alice',
      password: 'alice-pw',
      hash: 'sha256',
      gs2Header,
      bindingData: finished,
    });
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    alice.send(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256-PLUS'>${encoded(client.first)}</auth>`,
    );
    const challenge = /<challenge[^>]*>([^<]*)</.exec(await alice.until('</challenge>'))?.[1] ?? '';
    const final = client.final(Buffer.from(challenge, 'base64').toString());
    alice.send(`<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${encoded(final)}</response>`);
    expect(await alice.until(/<(success|failure)/)).toContain('<success');
    socket.destroy();
  });

  it('cuts those who speak something else', async () => {
    const { frontEnd } = stoppingWorld({ tls: await certificate() });
    const { address } = await frontEnd.listenTls(local);
    const alice = new TextClient(connect(address.port, address.host));
    alice.send("<?xml version='1.0'?><stream:stream xmlns='jabber:client'>");
    await alice.closed();
    expect(frontEnd.stats()).toMatchObject({ tlsFailures: 1, connections: 0 });
  });

  it('needs a certificate', async () => {
    await expect(stoppingWorld().frontEnd.listenTls(local)).rejects.toMatchObject({
      code: 'front_end_misconfigured',
    });
  });

  it('gives new connections the newest certificate', async () => {
    const [older, newer] = await Promise.all([certificate(), certificate()]);
    const { frontEnd } = stoppingWorld({ tls: older });
    const { address } = await frontEnd.listenTls(local);
    frontEnd.setSecureContext(newer);
    const socket = connectTls({ port: address.port, rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const { fingerprint256 } = new X509Certificate(newer.cert);
    const shown = socket.getPeerX509Certificate()?.fingerprint256;
    socket.destroy();
    expect(shown).toBe(fingerprint256);
  });
});

describe('behind a proxy (PROXY protocol)', () => {
  const proxied = { ...local, proxyProtocol: true };

  it('counts and logs the client’s own address, and asks for TLS of those from afar', async () => {
    const { frontEnd, logged } = stoppingWorld({ tls: await certificate(), cleartextAuth: false });
    const { address } = await frontEnd.listenTcp(proxied);
    const alice = new TextClient(connect(address.port, address.host));
    alice.send('PROXY TCP4 192.0.2.7 127.0.0.1 50000 5222\r\n');
    expect(await alice.open()).toContain('<required/>');
    expect(logged).toContainEqual(
      expect.objectContaining({ event: 'connection_accepted', address: '192.0.2.7' }),
    );
    alice.stream.destroy();
  });

  it('takes header and first words in one piece', async () => {
    const { frontEnd } = stoppingWorld();
    const { address } = await frontEnd.listenTcp(proxied);
    const alice = new TextClient(connect(address.port, address.host));
    alice.stream.cork();
    alice.send('PROXY TCP4 192.0.2.7 127.0.0.1 50000 5222\r\n');
    const opened = alice.open();
    alice.stream.uncork();
    expect(await opened).toContain('<stream:features>');
    alice.stream.destroy();
  });

  it('takes header and TLS handshake in one piece', async () => {
    const { frontEnd } = stoppingWorld({ tls: await certificate() });
    const { address } = await frontEnd.listenTls(proxied);
    const plain = connect(address.port, address.host);
    plain.cork();
    plain.write('PROXY TCP4 192.0.2.7 127.0.0.1 50000 5223\r\n');
    const alice = new TextClient(connectTls({ socket: plain, rejectUnauthorized: false }));
    const opened = alice.open();
    setImmediate(() => plain.uncork());
    expect(await opened).toContain('<stream:features>');
    alice.stream.destroy();
  });

  it('cuts those who come without a header, and those who never finish one', async () => {
    const { frontEnd, timers } = stoppingWorld();
    const { address } = await frontEnd.listenTcp(proxied);
    const direct = new TextClient(connect(address.port, address.host));
    direct.send('<?xml version="1.0"?>');
    await direct.closed();
    const slow = new TextClient(connect(address.port, address.host));
    await new Promise<void>((resolve) => slow.stream.write('PROXY TC', () => resolve()));
    while (timers.pending === 0) await new Promise(setImmediate);
    timers.advance(5001);
    await slow.closed();
    expect(frontEnd.stats().connectionsAccepted).toBe(0);
  });
});
