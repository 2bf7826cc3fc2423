// What a gateway can do wrong, through the public packages alone: each ends in an error with a code, or in a session or
// stream that says how it ended; nothing is left behind.

import { once } from 'node:events';
import type { EmbeddedSession, FrontEnd, FrontEndStats } from '@rollcall/front-end';
import { embedEngine, type Rollcall } from '@rollcall/gateway';
import { xml } from '@rollcall/xmpp';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { leftSince, openHandles } from './open-handles.ts';
import { OwnListeners } from './own-listeners.ts';

const alice = 'alice@localhost';
const bob = 'bob@localhost';
const header =
  `<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' ` +
  `xmlns:stream='http://etherx.jabber.org/streams'>`;
const framedHeader = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>`;

let rollcall: Rollcall;
let listeners: OwnListeners;
let frontEnd: FrontEnd;
let handlesBefore: ReturnType<typeof openHandles>;

beforeAll(async () => {
  rollcall = await embedEngine({ domains: ['localhost'], log: pino({ level: 'silent' }) });
  await rollcall.ensureUser(alice);
  await rollcall.ensureUser(bob);
  listeners = await new OwnListeners().open();
});
afterAll(async () => {
  await rollcall.stop();
  await listeners.close();
});

beforeEach(() => {
  handlesBefore = openHandles();
  frontEnd = rollcall.createFrontEnd({ limits: { queueStanzas: 50 } });
});
afterEach(async () => {
  // Before it stops: what went wrong has not waited for that.
  await expect.poll(counts).toEqual({ sessions: 0, connections: 0, handedOverStreams: 0 });
  await frontEnd.stop();
  // The engine lives on, and waits for ten seconds after a login for what contacts answer.
  await expect.poll(() => leftSince(handlesBefore)).toEqual([]);
});

function counts(): Partial<FrontEndStats> {
  const { sessions, connections, handedOverStreams } = frontEnd.stats();
  return { sessions, connections, handedOverStreams };
}

const open = (user: string, more: Partial<Parameters<FrontEnd['openSession']>[0]> = {}) =>
  frontEnd.openSession({ user, resource: 'web', ...more });

async function watch(watcher: EmbeddedSession, watched: EmbeddedSession): Promise<void> {
  watched.approve(bob);
  watcher.subscribe(alice);
  for await (const event of watcher)
    if (event.kind === 'presence' && event.from === watched.address) return;
}

describe('a gateway that hands over a dead stream', () => {
  test('is told by an error: a socket', async () => {
    const [client, accepted] = await listeners.socket();
    accepted.destroy();
    expect(() => frontEnd.handleStream(accepted, { user: alice })).toThrow(
      expect.objectContaining({ code: 'front_end_stream_dead' }),
    );
    await once(client, 'close');
  });

  test('is told by an error: a socket that can only be written to', async () => {
    const [client, accepted] = await listeners.socket();
    accepted.resume();
    client.end();
    await once(accepted, 'end');
    expect(() => frontEnd.handleStream(accepted)).toThrow(
      expect.objectContaining({ code: 'front_end_stream_dead' }),
    );
    accepted.destroy();
  });

  test('is told by an error: a WebSocket', async () => {
    const [client, accepted] = await listeners.webSocket();
    client.terminate();
    await once(accepted, 'close');
    expect(() => frontEnd.handleWebSocket(accepted)).toThrow(
      expect.objectContaining({ code: 'front_end_stream_dead' }),
    );
  });
});

describe('a stream that closes in the middle of a frame', () => {
  test('of XMPP: it is over, and what was half said is not heard', async () => {
    const [client, accepted] = await listeners.socket();
    const { closed } = frontEnd.handleStream(accepted, { user: alice });
    client.write(`${header}<iq type='set' id='b'><bind xmlns='urn:ietf:par`);
    await once(client, 'data');
    client.destroy();
    await closed;
    expect(frontEnd.stats().sessionsOpened).toBe(0);
  });

  test('of WebSocket', async () => {
    const [client, accepted] = await listeners.rawWebSocket();
    const { closed } = frontEnd.handleWebSocket(accepted, { user: alice });
    // A text frame of 100 bytes, masked, of which some come (RFC 6455 §5.2).
    client.write(Buffer.from([0x81, 0x80 | 100, 0, 0, 0, 0, 0x3c, 0x6f, 0x70]));
    client.end();
    await closed;
  });

  test('after it has bound a resource: who watches sees it go, once', async () => {
    const watcher = await open(bob);
    watcher.setPresence();
    const first = await open(alice);
    first.setPresence();
    await watch(watcher, first);
    await first.close();
    const [client, accepted] = await listeners.webSocket();
    const { closed } = frontEnd.handleWebSocket(accepted, { user: alice });
    client.send(framedHeader);
    client.send(
      `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>` +
        `<resource>half</resource></bind></iq>`,
    );
    client.send(`<presence xmlns='jabber:client'/>`);
    const seen: boolean[] = [];
    for await (const event of watcher) {
      if (event.kind !== 'presence' || event.from !== `${alice}/half`) continue;
      seen.push(event.available);
      if (event.available) client.terminate();
      else break;
    }
    await closed;
    expect(seen).toEqual([true, false]);
    await watcher.close();
  });
});

describe('a session', () => {
  test('that is opened twice: the newer stays, the older gets conflict, nobody sees a flap', async () => {
    const watcher = await open(bob);
    watcher.setPresence();
    const older = await open(alice);
    older.setPresence();
    await watch(watcher, older);
    const newer = await open(alice);
    expect(await older.ended).toMatchObject({ condition: 'conflict' });
    expect(() => older.setPresence()).toThrow(
      expect.objectContaining({ code: 'front_end_session_over' }),
    );
    newer.setPresence({ status: 'newer' });
    for await (const event of watcher) {
      if (event.kind !== 'presence') continue;
      expect(event).toMatchObject({ from: newer.address, available: true });
      if (event.presence.status === 'newer') break;
    }
    await Promise.all([newer.close(), watcher.close()]);
  });

  test('whose events nobody takes is ended with resource-constraint, and the sender goes on', async () => {
    const deaf = await open(bob);
    deaf.setPresence();
    const speaker = await open(alice, { onEvent: () => undefined });
    // What its reader's buffer takes, what waits behind that, and more.
    for (let count = 0; count < 200; count++) {
      speaker.send(xml('message', 'jabber:client', { to: deaf.address }));
      await speaker.roster();
    }
    expect(await deaf.ended).toMatchObject({ condition: 'resource-constraint' });
    await speaker.roster();
    await speaker.close();
  });

  test.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('a bug of the gateway');
      },
    ],
    ['rejects', () => Promise.reject(new Error('a bug of the gateway'))],
  ])('whose callback %s is ended with internal-server-error, and no other', async (_, onEvent) => {
    const broken = await open(bob, { onEvent });
    const other = await open(bob, { resource: 'other' });
    broken.setPresence();
    expect(await broken.ended).toMatchObject({ condition: 'internal-server-error' });
    await other.roster();
    await other.close();
  });

  test.each([
    ['of a domain that is not served', 'alice@elsewhere.example', 'front_end_domain_unknown'],
    ['that is no JID', 'alice@@localhost', 'front_end_jid_malformed'],
    ['without an account', 'nobody@localhost', 'front_end_session_refused'],
  ])('for a user %s is refused', async (_, user, code) => {
    await expect(open(user)).rejects.toMatchObject({ code });
  });
});

test('a gateway that vouches for a user who is not served is told so before anything is said', async () => {
  const [client, accepted] = await listeners.socket();
  const [webClient, webAccepted] = await listeners.webSocket();
  const unknown = expect.objectContaining({ code: 'front_end_domain_unknown' }) as Error;
  const user = 'alice@elsewhere.example';
  expect(() => frontEnd.handleStream(accepted, { user })).toThrow(unknown);
  expect(() => frontEnd.handleWebSocket(webAccepted, { user })).toThrow(unknown);
  await expect(rollcall.ensureUser(user)).rejects.toMatchObject({ code: 'gateway_domain_unknown' });
  // They stay the gateway's.
  expect(accepted.destroyed).toBe(false);
  client.destroy();
  webClient.terminate();
  await Promise.all([once(accepted.resume(), 'close'), once(webAccepted, 'close')]);
});

describe('1,000 that come and go leave nothing behind', () => {
  test('sessions', async () => {
    for (let count = 0; count < 1_000; count++) {
      const session = await open(alice);
      session.setPresence();
      await session.close();
    }
    expect(frontEnd.stats().sessionsOpened).toBe(1_000);
  });

  test('streams that are handed over', async () => {
    for (let count = 0; count < 1_000; count++) {
      const [client, accepted] = await listeners.socket();
      const { closed } = frontEnd.handleStream(accepted, { user: alice });
      client.write(header);
      await once(client, 'data');
      // Some say that they go, some are cut, some are ended by the gateway's side.
      if (count % 3 === 0) client.end('</stream:stream>');
      else if (count % 3 === 1) client.destroy();
      else accepted.destroy();
      await closed;
      client.destroy();
    }
  });

  test('WebSockets that are handed over', async () => {
    for (let count = 0; count < 1_000; count++) {
      const [client, accepted] = await listeners.webSocket();
      const stream = frontEnd.handleWebSocket(accepted, { user: alice });
      client.send(framedHeader);
      await once(client, 'message');
      if (count % 3 === 0) client.close();
      else if (count % 3 === 1) client.terminate();
      else stream.end();
      await stream.closed;
    }
  });
});

test('engines that start and stop, with front-ends that listen and sessions that are open, leave nothing', async () => {
  for (let count = 0; count < 20; count++) {
    const other = await embedEngine({ domains: ['localhost'], log: pino({ level: 'silent' }) });
    await other.ensureUser(alice);
    const another = other.createFrontEnd();
    await another.listenTcp({ host: '127.0.0.1', port: 0 });
    await another.listenWebSocket({ host: '127.0.0.1', port: 0 });
    const session = await another.openSession({ user: alice });
    session.setPresence();
    await other.stop();
    expect(await session.ended).toMatchObject({ condition: 'system-shutdown' });
  }
});
