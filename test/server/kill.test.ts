// kill -9 in the middle of many handshakes, and a start on what is left (scenario 12): what a client was told of is
// still so, and the two halves of each pair agree.

import { setTimeout as delay } from 'node:timers/promises';
import { child, patienceMs, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rollcallDone } from './command.ts';
import { TestServer } from './test-server.ts';

const pairs = 200;
const lives = [20, 100, 190];

/** One subscribes to the other, who approves and subscribes in return. */
interface Pair {
  readonly requester: string;
  readonly approver: string;
}

const pairsOf = (life: number): readonly Pair[] =>
  Array.from({ length: pairs }, (_, number) => ({
    requester: `requester-${life}-${number}`,
    approver: `approver-${life}-${number}`,
  }));

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.prepare();
  const all = lives.flatMap(pairsOf);
  await server.addAccounts(all.flatMap(({ requester, approver }) => [requester, approver]));
  await server.start();
});
afterAll(() => server.remove());

test.each(lives)(
  'a server killed when %i of 200 requests are approved has lost nothing that was told',
  async (approvals) => {
    const told = await handshakesUntilKilled(pairsOf(approvals), approvals);
    expect(told.size).toBeGreaterThan(0);
    await server.start();
    const rosters = await rostersOnceAgreed(pairsOf(approvals));

    expect(disagreements(pairsOf(approvals), rosters)).toEqual([]);
    for (const [name, item] of told)
      expect({ name, item, kept: keeps(rosterItem(rosters, name), item) }).toMatchObject({
        kept: true,
      });
  },
  120_000,
);

interface Item {
  readonly subscription: string;
  readonly ask?: string | undefined;
}

/** The last roster push that each client saw. */
async function handshakesUntilKilled(
  wanted: readonly Pair[],
  approvals: number,
): Promise<ReadonlyMap<string, Item>> {
  const clients = new Map<string, XmppClient>();
  for (const { requester, approver } of wanted)
    for (const name of [requester, approver]) clients.set(name, await online(name));
  const client = (name: string) => clients.get(name)!;

  let approved = 0;
  let markReached: () => void;
  const reached = new Promise<void>((resolve) => (markReached = resolve));
  // Most of them are cut off.
  const conversations = Promise.allSettled(
    wanted.map(async ({ requester, approver }) => {
      client(requester).send(`<presence type='subscribe' to='${approver}@localhost'/>`);
      await client(approver).expect(`<presence type='subscribe' from='${requester}@localhost'/>`);
      approved += 1;
      if (approved === approvals) markReached();
      client(approver).send(`<presence type='subscribed' to='${requester}@localhost'/>`);
      client(approver).send(`<presence type='subscribe' to='${requester}@localhost'/>`);
      await client(requester).expect(`<presence type='subscribe' from='${approver}@localhost'/>`);
      client(requester).send(`<presence type='subscribed' to='${approver}@localhost'/>`);
    }),
  );
  await reached;
  await server.kill();
  await conversations;
  await Promise.all([...clients.values()].map(({ connection }) => connection.closed));

  const told = [...clients].map(([name, { connection }]) => [name, lastPush(connection.unread())]);
  return new Map(told.filter((entry): entry is [string, Item] => entry[1] !== undefined));
}

async function online(name: string): Promise<XmppClient> {
  const client = await server.login(name, { resource: 'r' });
  await client.ask('get', `<query xmlns='jabber:iq:roster'/>`);
  client.send('<presence/>');
  return client;
}

function lastPush(unread: ReturnType<XmppClient['connection']['unread']>): Item | undefined {
  const items = unread
    .filter(({ name, attrs }) => name === 'iq' && attrs['type'] === 'set')
    .map((iq) => child(child(iq, 'query') ?? iq, 'item')?.attrs);
  const attrs = items.at(-1);
  return attrs && { subscription: attrs['subscription'] ?? 'none', ask: attrs['ask'] };
}

type Rosters = ReadonlyMap<string, readonly (Item & { readonly jid: string })[]>;

/** What the handshakes that were under way lead to, at the latest after some seconds. */
async function rostersOnceAgreed(wanted: readonly Pair[]): Promise<Rosters> {
  const deadline = AbortSignal.timeout(patienceMs);
  for (;;) {
    const rosters = await exportedRosters();
    if (disagreements(wanted, rosters).length === 0 || deadline.aborted) return rosters;
    await delay(100);
  }
}

async function exportedRosters(): Promise<Rosters> {
  const lines = (await rollcallDone(['export', '--data', server.data])).trim().split('\n');
  const users = lines.map((line) => JSON.parse(line) as { jid: string; roster: [] });
  return new Map(users.map(({ jid, roster }) => [jid.slice(0, jid.indexOf('@')), roster]));
}

/** In these conversations nobody has more than one contact. */
function rosterItem(rosters: Rosters, name: string): Item {
  return rosters.get(name)?.[0] ?? { subscription: 'none' };
}

const sees = ({ subscription }: Item) => subscription === 'to' || subscription === 'both';
const isSeen = ({ subscription }: Item) => subscription === 'from' || subscription === 'both';
const asks = ({ ask }: Item) => ask === 'subscribe' || ask === 'both';
const isAsked = ({ ask }: Item) => ask === 'in' || ask === 'both';

function disagreements(wanted: readonly Pair[], rosters: Rosters): readonly unknown[] {
  return wanted.flatMap(({ requester, approver }) => {
    const own = rosterItem(rosters, requester);
    const other = rosterItem(rosters, approver);
    const agree =
      sees(own) === isSeen(other) &&
      isSeen(own) === sees(other) &&
      asks(own) === isAsked(other) &&
      isAsked(own) === asks(other);
    return agree ? [] : [{ requester, own, approver, other }];
  });
}

/** Nothing is cancelled in these conversations: a later state keeps what an earlier one had. */
function keeps(kept: Item, told: Item): boolean {
  const keepsSeeing = !sees(told) || sees(kept);
  const keepsBeingSeen = !isSeen(told) || isSeen(kept);
  const keepsAsking = !asks(told) || asks(kept) || sees(kept);
  return keepsSeeing && keepsBeingSeen && keepsAsking;
}
