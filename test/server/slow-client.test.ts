// Scenario 19 on real sockets: a client that never reads while its contacts change presence, over TCP and WebSocket.

import {
  childText,
  patienceMs,
  reservePort,
  residentKiB,
  type ReservedPort,
  type XmppClient,
} from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { percentile, report } from '../cluster/numbers.ts';
import { loginByTcp, loginByWebSocket, type RawClient } from './raw-client.ts';
import { TestServer } from './test-server.ts';

const host = '127.0.0.1';
const contacts = Array.from({ length: 20 }, (_, index) => `contact-${index}`);

/** So that what the kernel takes for a client that does not read is soon full. */
const ballast = 'x'.repeat(8 * 1024);
const queueBytes = 1024 * 1024;
/** From a change to its sight at one who reads, for 99 of 100; on a machine so busy that it takes long anyway, relative. */
const boundMs = 250;
const timesAsLong = 5;
/** The server's share of what is not read: the queue and one turn; the rest is the allocator's. */
const growthBoundKiB = 100 * 1024;

let server: TestServer;
let webSocket: ReservedPort;
let speakers: readonly XmppClient[];
let bystander: XmppClient;
let said = 0;

beforeAll(async () => {
  server = await TestServer.prepare();
  webSocket = await reservePort();
  await server.addAccounts(['slow', 'bystander', ...contacts]);
  await server.befriend(
    contacts.flatMap((name) => [
      ['slow', name],
      ['bystander', name],
    ]),
  );
  await server.start({
    args: ['--listen-websocket', `${host}:${webSocket.port}`],
    env: {
      ROLLCALL_LIMITS_QUEUE_BYTES: String(queueBytes),
      // Whoever is cut off may read why until we have seen it.
      ROLLCALL_TIMEOUTS_CLOSE_MS: String(patienceMs),
      ROLLCALL_USERS_PRESENCE_BURST: '100000',
    },
  });
  bystander = await server.login('bystander');
  bystander.send('<presence/>');
  speakers = await Promise.all(
    contacts.map(async (name) => {
      const speaker = await server.login(name);
      speaker.send('<presence/>');
      await bystander.expect(`<presence from='${speaker.jid}'/>`);
      return speaker;
    }),
  );
});
afterAll(async () => {
  await server.remove();
  await webSocket.release();
});

/** All contacts change; resolves with how long each change took to be seen by the bystander. */
async function round(): Promise<readonly number[]> {
  said += 1;
  const content = `<status>${said}</status><x xmlns='urn:example:ballast'>${ballast}</x>`;
  return Promise.all(
    speakers.map(async (speaker) => {
      const saidAtMs = performance.now();
      speaker.send(`<presence>${content}</presence>`);
      await bystander.expect(
        (element) =>
          element.attrs['from'] === speaker.jid && childText(element, 'status') === String(said),
      );
      return performance.now() - saidAtMs;
    }),
  );
}

async function rounds(count: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let done = 0; done < count; done++) taken.push(...(await round()));
  return taken;
}

async function metric(name: string): Promise<number> {
  const text = await fetch(`${server.adminUrl}/metrics`).then((reply) => reply.text());
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

function statusesOf(received: string, jid: string): readonly number[] {
  const pattern = new RegExp(`<presence[^>]* from='${jid}'[^>]*><status>(\\d+)<`, 'g');
  return Array.from(received.matchAll(pattern), ([, number]) => Number(number));
}

async function comesOnline(client: RawClient): Promise<RawClient> {
  client.send(`<presence xmlns='jabber:client'/>`);
  await client.until(new RegExp(`from='${speakers.at(-1)?.jid ?? ''}'`));
  return client;
}

const transports: readonly [string, () => Promise<RawClient>][] = [
  ['TCP', () => loginByTcp(host, server.port, 'slow')],
  ['WebSocket', () => loginByWebSocket(`ws://${host}:${webSocket.port}/xmpp-websocket`, 'slow')],
];

describe.each(transports)('a client that does not read (%s)', (transport, login) => {
  test('has the newest presence of each contact kept, and nobody else feels it', async () => {
    const quiet = await rounds(30);
    const slow = await comesOnline(await login());
    const coalescedBefore = await metric('rollcall_presences_coalesced_total');
    const restingKiB = await residentKiB([server.process.pid]);
    slow.stopReading();
    const during: number[] = [];
    // What the kernel has room for first, and then ten times what each contact may leave in the queue.
    let coalesced = 0;
    while (coalesced < 10 * contacts.length) {
      during.push(...(await round()));
      coalesced = (await metric('rollcall_presences_coalesced_total')) - coalescedBefore;
    }
    const grownKiB = (await residentKiB([server.process.pid])) - restingKiB;
    const queued = await metric('rollcall_queued_bytes');
    const p99Ms = percentile(during, 99);
    report(`a client that does not read (${transport}), change to sight of another`, {
      'p99 ms': p99Ms,
      'p99 ms before': percentile(quiet, 99),
      changes: during.length,
      'presences coalesced': coalesced,
      'queued KiB': queued / 1024,
      'growth KiB': grownKiB,
    });
    expect(p99Ms).toBeLessThan(Math.max(boundMs, timesAsLong * percentile(quiet, 99)));
    expect(queued).toBeLessThan(queueBytes);
    expect(grownKiB).toBeLessThan(growthBoundKiB);

    slow.readOn();
    await slow.until(new RegExp(`from='${speakers.at(-1)?.jid ?? ''}'[^>]*><status>${said}<`));
    await round();
    await slow.until(new RegExp(`from='${speakers.at(-1)?.jid ?? ''}'[^>]*><status>${said}<`));
    for (const { jid } of speakers) {
      const seen = statusesOf(slow.received, jid);
      expect(seen.slice(-2)).toEqual([said - 1, said]);
      expect(seen).toEqual([...seen].sort((one, other) => one - other));
      expect(seen.length).toBeLessThan(said);
    }
    slow.cut();
    await slow.closed;
  });

  test('is cut off with resource-constraint where nothing can be left out', async () => {
    const quiet = await rounds(30);
    const slow = await comesOnline(await login());
    const cutBefore = await metric('rollcall_queue_overflows_total');
    const restingKiB = await residentKiB([server.process.pid]);
    slow.stopReading();
    const [speaker] = speakers;
    const message = `<message to='${slow.jid}'><body>${ballast}</body></message>`;
    const during: number[] = [];
    for (let sent = 0; (await metric('rollcall_queue_overflows_total')) === cutBefore; sent++) {
      expect(sent).toBeLessThan(1_000);
      for (let count = 0; count < 50; count++) speaker?.send(message);
      await speaker?.ping();
      during.push(...(await round()));
    }
    const grownKiB = (await residentKiB([server.process.pid])) - restingKiB;
    const p99Ms = percentile(during, 99);
    report(`a client that is cut off for it (${transport}), change to sight of another`, {
      'p99 ms': p99Ms,
      'p99 ms before': percentile(quiet, 99),
      changes: during.length,
      'growth KiB': grownKiB,
    });
    expect(p99Ms).toBeLessThan(Math.max(boundMs, timesAsLong * percentile(quiet, 99)));
    expect(grownKiB).toBeLessThan(growthBoundKiB);
    expect(await metric('rollcall_queued_bytes')).toBe(0);
    slow.readOn();
    await slow.closed;
    expect(slow.received).toMatch(/<stream:error[^>]*><resource-constraint /);
    await speaker?.expect(`<presence type='unavailable' from='${slow.jid}'/>`);
  });
});
