// What a user who is online and does nothing keeps on the heap of a server in a process of its own. ARCHITECTURE.md
// ("What it costs, and why") says what it was measured to be; the bound is well above that.

import { fileURLToPath } from 'node:url';
import type { XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { report } from '../cluster/numbers.ts';
import { TestServer } from './test-server.ts';

const heapAfterGc = fileURLToPath(new URL('./heap-after-gc.mjs', import.meta.url));

const users = 400;
/** Who come first, so that what the server makes once is made. */
const early = 100;
const contacts = 10;
const atOnce = 20;
const boundKiB = 15;

const name = (user: number) => `u${user}`;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.prepare();
  await server.addAccounts(numbers(0, users).map(name));
  await server.importLines(
    numbers(0, users).map((user) =>
      JSON.stringify({
        jid: `${name(user)}@localhost`,
        roster: contactsOf(user).map((contact) => ({
          jid: `${name(contact)}@localhost`,
          subscription: 'both',
        })),
      }),
    ),
  );
  await server.start({ env: { NODE_OPTIONS: `--import=${heapAfterGc}` } });
});
afterAll(() => server.remove());

/** In a circle, so that each is a contact of its contacts. */
function contactsOf(user: number): readonly number[] {
  const steps = numbers(1, contacts / 2 + 1);
  return steps.flatMap((step) => [(user + step) % users, (user - step + users) % users]);
}

async function arrive(user: number): Promise<XmppClient> {
  const client = await server.login(name(user));
  await client.ask('get', "<query xmlns='jabber:iq:roster'/>");
  client.send('<presence><status>here, and nothing to say</status></presence>');
  await client.ping();
  return client;
}

async function arriveAll(from: number, to: number): Promise<readonly XmppClient[]> {
  const clients: XmppClient[] = [];
  for (let next = from; next < to; next += atOnce)
    clients.push(...(await Promise.all(numbers(next, Math.min(to, next + atOnce)).map(arrive))));
  return clients;
}

async function heapBytes(time: number): Promise<number> {
  process.kill(server.process.pid, 'SIGUSR2');
  const line = await server.process.waitForLine(new RegExp(`^heap ${time}: (\\d+)$`, 'm'));
  return Number(line[1]);
}

test(`an idle session with ten contacts keeps less than ${boundKiB} KiB`, async () => {
  const first = await arriveAll(0, early);
  const before = await heapBytes(1);
  const others = await arriveAll(early, users);
  const after = await heapBytes(2);
  expect(first.length + others.length).toBe(users);
  const keptKiB = (after - before) / (users - early) / 1024;
  report('an idle session with ten contacts', { 'KiB on the heap': keptKiB });
  expect(keptKiB).toBeLessThan(boundKiB);
});
