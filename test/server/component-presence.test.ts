// A component has presence as a domain has: anybody may ask since when it is up, and users may follow it.

import {
  child,
  reservePort,
  XmppComponent,
  type ReservedPort,
  type XmlElement,
  type XmppClient,
} from '@rollcall/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from './test-server.ts';

const domain = 'bots.localhost';
const secret = 'of the bots';
const ns = 'jabber:component:accept';

let server: TestServer;
let port: ReservedPort;
let startedMs: number;

beforeAll(async () => {
  server = await TestServer.prepare();
  port = await reservePort();
  await server.addAccounts(['alice', 'bob', 'carol']);
  await start();
});
afterAll(async () => {
  await server.remove();
  await port.release();
});

async function start(): Promise<void> {
  startedMs = Date.now();
  await server.start({
    args: ['--listen-component', `${server.host}:${port.port}`],
    env: { ROLLCALL_COMPONENTS: `${domain}=${secret}` },
  });
}

const connect = () => XmppComponent.connect({ host: server.host, port: port.port, domain, secret });

async function comesOnline(name: string): Promise<XmppClient> {
  const client = await server.login(name);
  client.send('<presence/>');
  await client.ping();
  return client;
}

test('a probe is answered with the time when it came up, which is another after it came back (XEP-0318 §3.2)', async () => {
  const alice = await comesOnline('alice');
  const stamps: number[] = [];
  for (let life = 0; life < 2; life += 1) {
    const beforeMs = Date.now();
    const bots = await connect();
    alice.send(`<presence type='probe' to='${domain}'/>`);
    const presence = await alice.expect(`<presence from='${domain}'/>`);
    expect(delayOf(presence).from).toBe(domain);
    // Stamps may be cut to whole seconds.
    expect(delayOf(presence).stampMs).toBeGreaterThanOrEqual(beforeMs - 1_000);
    expect(delayOf(presence).stampMs).toBeLessThanOrEqual(Date.now());
    stamps.push(delayOf(presence).stampMs);
    await bots.close();
    await gone();
  }
  expect(stamps[1]).toBeGreaterThanOrEqual(stamps[0] ?? Infinity);
  await alice.close();
});

test('a component that asks is told when the server came up, and how a user is who agreed', async () => {
  const bots = await connect();
  bots.send(`<presence type='probe' from='${domain}' to='localhost'/>`);
  const uptime = await bots.expect(`<presence xmlns='${ns}' from='localhost' to='${domain}'/>`);
  expect(delayOf(uptime).stampMs).toBeGreaterThanOrEqual(startedMs - 1_000);

  const bob = await comesOnline('bob');
  bots.send(`<presence type='probe' from='${domain}' to='bob@localhost'/>`);
  await bots.expect(
    `<presence xmlns='${ns}' type='unsubscribed' from='bob@localhost' to='${domain}'/>`,
  );
  bots.send(`<presence type='subscribe' from='${domain}' to='bob@localhost'/>`);
  await bob.expect(`<presence type='subscribe' from='${domain}'/>`);
  bob.send(`<presence type='subscribed' to='${domain}'/>`);
  await bots.expect(
    `<presence xmlns='${ns}' type='subscribed' from='bob@localhost' to='${domain}'/>`,
  );
  await bots.expect(`<presence xmlns='${ns}' from='${bob.jid}'/>`);
  bots.send(`<presence type='probe' from='${domain}' to='bob@localhost'/>`);
  expect(delayOf(await bots.expect(`<presence xmlns='${ns}' from='${bob.jid}'/>`)).from).toBe(
    bob.jid,
  );

  bob.send(`<presence type='unavailable'><status>bye</status></presence>`);
  await bots.expect(`<presence xmlns='${ns}' type='unavailable' from='${bob.jid}'/>`);
  bots.send(`<presence type='probe' from='${domain}' to='bob@localhost'/>`);
  const last = await bots.expect(
    `<presence xmlns='${ns}' type='unavailable' from='bob@localhost'><status>bye</status></presence>`,
  );
  expect(delayOf(last).from).toBe(bob.jid);
  await bob.close();
  await bots.close();
  await gone();
});

test('what it said of subscriptions is kept over kill -9 (RFC 6121 §3.1.3)', async () => {
  const bots = await connect();
  bots.send(`<presence type='subscribe' from='news@${domain}' to='carol@localhost'/>`);
  // The answer to what came after it: it has been taken.
  bots.send(
    `<iq type='get' id='after' from='${domain}' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>`,
  );
  await bots.expect(`<iq xmlns='${ns}' type='result' id='after'/>`);
  const watching = await comesOnline('carol');
  await watching.expect(`<presence type='subscribe' from='news@${domain}'/>`);
  await server.kill();
  await start();
  const carol = await comesOnline('carol');
  await carol.expect(`<presence type='subscribe' from='news@${domain}'/>`);
  await carol.close();
});

/** The server has noticed that the component went. */
async function gone(): Promise<void> {
  await expect
    .poll(async () => (await fetch(`${server.adminUrl}/metrics`)).text())
    .toMatch(/^rollcall_components_connected 0$/m);
}

function delayOf(presence: XmlElement) {
  const attrs = child(presence, 'delay', 'urn:xmpp:delay')?.attrs ?? {};
  return { from: attrs['from'], stampMs: Date.parse(attrs['stamp'] ?? '') };
}
