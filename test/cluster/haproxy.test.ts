// HAProxy in front of two front-ends, as docker-compose.yml has it, by its own configuration file. Reported as skipped
// where there is no HAProxy, or only one address of this machine for its clients: elsewhere than on Linux.

import { setTimeout as delay } from 'node:timers/promises';
import { RollcallCluster, RunningProcess, XmppConnection, onPath } from '@rollcall/testkit';
import type { XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HaproxyUnderTest, configurationFile } from './haproxy.ts';
import { sightsOf } from './observer.ts';

const haproxyProgram = process.platform === 'linux' ? await onPath(['haproxy']) : undefined;
/** Six clients at one front-end would be too many, were they taken for HAProxy. */
const streamsPerAddress = 3;
const names = ['anna', 'ben', 'cleo', 'dan', 'eva', 'finn'];

describe.skipIf(haproxyProgram === undefined)('behind HAProxy', () => {
  let cluster: RollcallCluster;
  let haproxy: HaproxyUnderTest;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({
      engines: 1,
      frontEnds: 2,
      environment: {
        ROLLCALL_PROXY_PROTOCOL: 'true',
        ROLLCALL_LIMITS_CONNECTIONS_PER_ADDRESS: String(streamsPerAddress),
      },
    });
    await cluster.importAccounts(
      names.map((name) => ({ name, contacts: names.filter((other) => other !== name) })),
    );
    haproxy = await HaproxyUnderTest.start(haproxyProgram ?? '', cluster.frontEnds);
  });

  afterAll(() => cluster.stop());
  afterAll(() => haproxy.stop());

  /** Everyone has an address of their own. */
  const addressOf = (name: string) => `127.0.1.${names.indexOf(name) + 1}`;

  const connectFrom = (localAddress: string) =>
    XmppConnection.connect({ host: '127.0.0.1', port: haproxy.port, localAddress });

  const available = (name: string): Promise<XmppClient> =>
    cluster.comeOnline(name, 0, { port: haproxy.port, localAddress: addressOf(name) });

  test('its configuration file is valid', async () => {
    const check = await RunningProcess.start(haproxyProgram ?? '', ['-c', '-f', configurationFile]);
    const { code } = await check.exited;
    expect(check.output).not.toMatch(/WARNING|ALERT/);
    expect(code).toBe(0);
  });

  test("the limit per address counts clients by their own addresses, not by HAProxy's", async () => {
    const [crowded, other] = ['127.0.2.1', '127.0.2.2'] as const;
    const streams = [];
    for (let count = 0; count < 2 * streamsPerAddress; count++) {
      const stream = await connectFrom(crowded);
      await stream.openStream('localhost');
      streams.push(stream);
    }
    const refused = await connectFrom(crowded);
    await refused.closed;
    expect(refused.received).toContain('<policy-violation');
    expect(cluster.log()).toMatch(/connection_refused.*127\.0\.2\.1/);

    const neighbour = await connectFrom(other);
    await neighbour.openStream('localhost');
    await Promise.all([...streams, neighbour].map((stream) => stream.close()));
  });

  test('a front-end killed (-9): its clients come back at the other, and contacts see what is right', async () => {
    const clients: XmppClient[] = [];
    for (const name of names) clients.push(await available(name));
    for (const client of clients)
      for (const other of clients)
        if (other !== client) await client.expect(`<presence from='${other.jid}'/>`);
    for (const client of clients) sightsOf(client);

    const there = await haproxy.streamsAt('front-end-1');
    expect(there).toBeGreaterThan(0);
    expect(there).toBeLessThan(names.length);

    await cluster.frontEnd(0).kill();
    const isOpen = ({ connection }: XmppClient) => connection.isOpen;
    await expect.poll(() => clients.filter(isOpen).length).toBe(names.length - there);
    const kept = clients.filter(isOpen);
    const lost = clients.filter((client) => !isOpen(client));
    // At once, before a check has told HAProxy: whom it sends to the dead one goes on to the other.
    const back = await Promise.all(lost.map(({ bareJid }) => available(nameIn(bareJid))));

    for (const client of kept) {
      for (const { jid } of lost)
        await client.expect(`<presence type='unavailable' from='${jid}'/>`);
      for (const { jid } of back) await client.expect(`<presence from='${jid}'/>`);
    }
    // Longer than a lease: what is said twice, or of those who stayed, would have been said by then.
    await delay(4_000);
    for (const client of kept) {
      await client.ping();
      expect(sightsOf(client)).toEqual([]);
    }
    const present = [...kept, ...back];
    for (const client of back) {
      await client.ping();
      expect(availableTo(client)).toEqual(new Set(present.map(({ jid }) => jid)));
    }
    await Promise.all(present.map((client) => client.close()));
    await cluster.frontEnd(0).start();
    await haproxy.untilServerIs('front-end-1', 'UP');
  });

  test('a front-end that is drained keeps its clients and gets no new ones', async () => {
    const first = [await available('anna'), await available('ben')];
    expect(await haproxy.streamsAt('front-end-1')).toBe(1);
    await cluster.command('drain', 'front-end-1');
    await haproxy.untilServerIs('front-end-1', 'NOLB');
    const later = [await available('cleo'), await available('dan')];
    expect(await haproxy.streamsAt('front-end-1')).toBe(1);
    expect(await haproxy.streamsAt('front-end-2')).toBe(3);
    for (const client of [...first, ...later]) {
      await client.ping();
      await client.close();
    }
  });
});

const nameIn = (bareJid: string) => bareJid.slice(0, bareJid.indexOf('@'));

/** Whom it takes for available, by full JID, after all that it was shown. */
function availableTo(client: XmppClient): ReadonlySet<string> {
  const available = new Set<string>();
  for (const { from, type } of sightsOf(client)) {
    if (type === 'unavailable') available.delete(from);
    else available.add(from);
  }
  return available;
}
