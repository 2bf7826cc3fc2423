// What an operator does to a cluster that runs: looks at it, relieves nodes, audits, makes accounts. Clients do not notice
// (scenario 6; promises 2, 3 and 5).

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { patienceMs, RollcallCluster, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { rollcall, type Ended } from '../server/command.ts';
import { durationOf } from './numbers.ts';
import { numbersFrom, sightsOf, type Sight } from './observer.ts';

const pairs = 10;
const roster = `<query xmlns='jabber:iq:roster'/>`;

let cluster: RollcallCluster;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-operations-'));
  cluster = await RollcallCluster.start({ engines: 2, frontEnds: 2 });
  const indexes = Array.from({ length: pairs }, (_, index) => index);
  await cluster.importAccounts([
    ...indexes.map((index) => ({ name: `speaker${index}`, contacts: [`watcher${index}`] })),
    ...indexes.map((index) => ({ name: `watcher${index}`, contacts: [`speaker${index}`] })),
    ...['alice', 'bob', 'carol', 'dave'].map((name) => ({ name })),
  ]);
});

beforeEach(() => {
  onTestFailed(() => {
    process.stderr.write(cluster.log(2_000));
  });
});

afterAll(async () => {
  await cluster.stop();
  await rm(directory, { recursive: true });
});

/** A word of the command, against this cluster. */
function operate(...args: readonly string[]): Promise<Ended> {
  return rollcall([...args, '--nats', cluster.nats.urls.join(',')]);
}

async function operated(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await operate(...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

interface NodeReport {
  readonly name: string;
  readonly role: string;
  readonly shardsOwned: number;
  readonly sessions: number;
  readonly draining: boolean;
}

async function nodes(): Promise<ReadonlyMap<string, NodeReport>> {
  const { nodes: list } = JSON.parse(await operated('status', '--json')) as {
    readonly nodes: readonly NodeReport[];
  };
  return new Map(list.map((node) => [node.name, node]));
}

async function available(name: string, at: number): Promise<XmppClient> {
  const client = await cluster.login(name, at);
  await client.ask('get', roster);
  client.send('<presence/>');
  await client.ping();
  return client;
}

async function importLines(...lines: readonly object[]): Promise<void> {
  const file = join(directory, 'lines.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await operated('import', file);
}

describe('rollcall status', () => {
  test('shows every node with its role and shards, and ends with 0 when all is well', async () => {
    const known = await nodes();
    expect([...known.keys()]).toEqual(['engine-1', 'engine-2', 'front-end-1', 'front-end-2']);
    expect(known.get('engine-1')).toMatchObject({ role: 'engine', shardsOwned: 128 });
    expect(known.get('front-end-1')).toMatchObject({ role: 'front-end', shardsOwned: 0 });
    const text = await operated('status');
    expect(text).toMatch(/^All is well\.\n/);
    expect(text).toMatch(/^engine-2 +engine +1 +\S.* 128 /m);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('counts sessions where they are', async () => {
    const client = await available('alice', 1);
    await expect.poll(async () => (await nodes()).get('front-end-2')?.sessions).toBe(1);
    await client.close();
  });
});

describe('rollcall drain', () => {
  test('moves all shards of an engine under load: none lost, none twice, in order, nobody shown gone', async () => {
    const speakers: XmppClient[] = [];
    const watchers: XmppClient[] = [];
    for (let index = 0; index < pairs; index += 1) {
      watchers.push(await available(`watcher${index}`, 1));
      const speaker = await available(`speaker${index}`, 0);
      speakers.push(speaker);
      await watchers[index]?.expect(`<presence from='${speaker.jid}'/>`);
    }
    for (const watcher of watchers) sightsOf(watcher);
    let said = 0;
    const over = new AbortController();
    const speaking = (async () => {
      while (!over.signal.aborted) {
        said += 1;
        for (const speaker of speakers)
          speaker.send(`<presence><status>n${said}</status></presence>`);
        // Below what a session may say for long, or presence would be coalesced, as it should.
        await delay(500);
      }
    })();

    expect(await operated('drain', 'engine-1')).toBe(
      'engine-1 owns no shards any more: it may be stopped, and no client will notice.\n',
    );
    const drained = await nodes();
    expect(drained.get('engine-1')).toMatchObject({ shardsOwned: 0, draining: true });
    expect(drained.get('engine-2')).toMatchObject({ shardsOwned: 256, draining: false });
    expect(await operated('drain', 'engine-1', '--cancel')).toBe('engine-1 takes part again.\n');
    await expect.poll(async () => (await nodes()).get('engine-1')?.shardsOwned).toBe(128);

    over.abort();
    await speaking;
    const all = Array.from({ length: said }, (_, index) => index + 1);
    for (const [index, watcher] of watchers.entries()) {
      const sights = await untilSaid(watcher, `speaker${index}`, said);
      expect(sights.filter(({ type }) => type === 'unavailable')).toEqual([]);
      expect(numbersFrom(sights, `speaker${index}`)).toEqual(all);
    }
    await Promise.all([...speakers, ...watchers].map((client) => client.close()));
  });

  test('of a front-end sends new clients elsewhere and lets those stay who are there', async () => {
    const client = await available('alice', 0);
    await expect.poll(async () => (await nodes()).get('front-end-1')?.sessions).toBe(1);
    expect(await operated('drain', 'front-end-1')).toBe(
      'front-end-1 takes no new sessions; 1 are open, until their clients go or it is stopped.\n',
    );
    expect((await fetch(`${cluster.frontEnd(0).adminUrl}/readyz`)).status).toBe(404);
    await expect(cluster.login('bob', 0)).rejects.toThrow();
    await client.ping();
    await operated('drain', 'front-end-1', '--cancel');
    await cluster.frontEnd(0).untilReady();
    const bob = await available('bob', 0);
    await Promise.all([client.close(), bob.close()]);
  });

  test('says what cannot be, and changes nothing', async () => {
    const unknown = await operate('drain', 'engine-9');
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      'rollcall: No node named engine-9 lives; those that do: engine-1, engine-2, front-end-1, front-end-2.\n',
    ]);
    await operated('drain', 'engine-1');
    const last = await operate('drain', 'engine-2');
    expect([last.code, last.stderr]).toEqual([
      1,
      'rollcall: engine-2 is the only engine that could own its users; start another one first. Nothing was changed.\n',
    ]);
    expect((await nodes()).get('engine-2')).toMatchObject({ draining: false, shardsOwned: 256 });
    await operated('drain', 'engine-1', '--cancel');
    const alone = await rollcall(['drain', 'engine-1']);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      'rollcall: Only a node of a cluster can be drained: name its NATS with --nats.\n',
    ]);
  });
});

describe('rollcall audit', () => {
  test('finds planted disagreements and mends them by stanzas that clients see, while all runs', async () => {
    const alice = await available('alice', 0);
    const bob = await available('bob', 1);
    await importLines(
      {
        jid: 'alice@localhost',
        roster: [
          { jid: 'bob@localhost', subscription: 'to' },
          { jid: 'dave@localhost', subscription: 'none', ask: 'subscribe' },
          { jid: 'gone@localhost', subscription: 'both' },
        ],
      },
      { jid: 'bob@localhost', roster: [{ jid: 'carol@localhost', subscription: 'from' }] },
    );
    const item = (jid: string, subscription: string) =>
      `<iq type='set'><query xmlns='jabber:iq:roster'><item jid='${jid}' subscription='${subscription}'/></query></iq>`;
    await alice.expect(item('gone@localhost', 'both'));
    await bob.expect(item('carol@localhost', 'from'));

    const found = await operate('audit');
    expect(found.code).toBe(1);
    const lines = found.stdout.trim().split('\n');
    expect(lines.pop()).toMatch(/^Compared \d+ contacts of 24 users: 5 disagree\.$/);
    expect(lines.sort()).toEqual(
      [
        'alice@localhost is subscribed to bob@localhost, who does not know of it.',
        'alice@localhost has asked to see dave@localhost, who does not know of it.',
        'alice@localhost is subscribed to gone@localhost, who has no account.',
        'bob@localhost lets itself be seen by carol@localhost, who does not know of it.',
        'alice@localhost lets itself be seen by gone@localhost, who has no account.',
      ].sort(),
    );

    const mended = await operate('audit', '--repair', '--json');
    const events = mended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly kind: string; readonly outcome?: string });
    expect(
      events.filter(({ kind }) => kind === 'disagreement').map(({ outcome }) => outcome),
    ).toEqual(['mended', 'mended', 'mended', 'mended', 'mended']);
    expect(mended.code).toBe(0);
    await alice.expect(`<presence type='unsubscribed' from='bob@localhost'/>`);
    await alice.expect(item('gone@localhost', 'none'));
    await bob.expect(`<presence type='unsubscribe' from='carol@localhost'/>`);
    const dave = await available('dave', 0);
    await dave.expect(`<presence type='subscribe' from='alice@localhost'/>`);

    expect(await operated('audit')).toMatch(/: all agree\.\n$/);
    await Promise.all([alice, bob, dave].map((client) => client.close()));
  });
});

describe('accounts, while the cluster runs', () => {
  test('one that is made can be logged in to, also by a name that others have asked for before', async () => {
    const alice = await available('alice', 0);
    // Wakes an actor that knows of no such account.
    await alice
      .ask('get', `<ping xmlns='urn:xmpp:ping'/>`, 'erin@localhost')
      .catch(() => undefined);
    alice.send(`<presence type='probe' to='erin@localhost'/>`);
    await alice.expect(`<presence type='unsubscribed' from='erin@localhost'/>`);
    const added = await rollcall(
      ['user', 'add', 'erin@localhost', '--password-stdin', '--nats', cluster.nats.urls.join(',')],
      { input: 'secret' },
    );
    expect([added.code, added.stdout]).toEqual([0, 'Added erin@localhost.\n']);
    const erin = await available('erin', 1);
    erin.send(`<presence type='subscribe' to='alice@localhost'/>`);
    await alice.expect(`<presence type='subscribe' from='erin@localhost'/>`);
    expect(await operated('user', 'list')).toContain('erin@localhost\n');

    expect(await operated('user', 'remove', 'erin@localhost')).toBe('Removed erin@localhost.\n');
    await erin.connection.closed;
    await alice.expect(`<presence type='unsubscribe' from='erin@localhost'/>`);
    await alice.close();
  });

  test('imported contacts are shown at once to who is online, wherever their owner is', async () => {
    const carol = await available('carol', 0);
    const dave = await available('dave', 1);
    await importLines(
      {
        jid: 'carol@localhost',
        roster: [{ jid: 'dave@localhost', subscription: 'both', name: 'D' }],
      },
      { jid: 'dave@localhost', roster: [{ jid: 'carol@localhost', subscription: 'both' }] },
    );
    await carol.expect(
      `<iq type='set'><query xmlns='jabber:iq:roster'><item jid='dave@localhost' subscription='both' name='D'/></query></iq>`,
    );
    await carol.expect(`<presence from='${dave.jid}'/>`);
    dave.send('<presence><status>here</status></presence>');
    await carol.expect(`<presence from='${dave.jid}'><status>here</status></presence>`);
    const exported = (await operated('export'))
      .split('\n')
      .find((line) => line.startsWith('{"jid":"carol@'));
    expect(JSON.parse(exported ?? '{}')).toMatchObject({
      jid: 'carol@localhost',
      roster: expect.arrayContaining([
        { jid: 'dave@localhost', subscription: 'both', name: 'D' },
      ]) as unknown,
    });
    await Promise.all([carol.close(), dave.close()]);
  });
});

describe('without a NATS that answers', () => {
  test.each([['status'], ['audit'], ['drain', 'engine-1'], ['user', 'list'], ['export']])(
    'rollcall %s ends with one sentence',
    async (...words) => {
      const { code, stdout, stderr } = await rollcall([...words, '--nats', 'nats://127.0.0.1:1']);
      expect([code, stdout, stderr]).toEqual([
        1,
        '',
        'rollcall: No NATS server answers at nats://127.0.0.1:1; start one (for instance: nats-server -js) or check the URLs.\n',
      ]);
    },
  );

  test('a node that is told to stop ends within its time, and says what it could not do', async () => {
    const node = await cluster.planNode('engine', 'engine-3');
    const startMs = await durationOf(() => node.start());
    const [server] = cluster.nats.servers;
    server?.signal('SIGSTOP');
    try {
      // What it waits for is bounded; what it does meanwhile takes longer where a start does.
      expect(await durationOf(() => node.stop())).toBeLessThan(6_000 + startMs);
      expect((await node.exited).code).toBe(0);
      expect(node.output).not.toContain('store_closed');
    } finally {
      server?.signal('SIGCONT');
      await node.vacate();
    }
  });
});

async function untilSaid(watcher: XmppClient, contact: string, last: number): Promise<Sight[]> {
  const sights: Sight[] = [];
  const deadline = performance.now() + patienceMs;
  while (!numbersFrom(sights, contact).includes(last)) {
    if (performance.now() > deadline)
      throw new Error(`the last presence (n${last}) of ${contact} did not arrive`);
    await delay(20);
    sights.push(...sightsOf(watcher));
  }
  return sights;
}
