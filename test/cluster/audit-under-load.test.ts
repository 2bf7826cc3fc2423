// Promises 2, 4 and 5: an operator audits and repairs while people talk and make subscriptions. What disagreed is mended,
// what was only under way is left alone, and nobody is shown anything that is not so.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RollcallCluster, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { rollcall } from '../server/command.ts';
import { Crowd } from './crowd.ts';
import { report } from './numbers.ts';
import { sightsOf, type Sight } from './observer.ts';
import { Subscribers } from './subscribers.ts';

/** Here no lease has to run out, and nodes of a busy machine renew theirs late. */
const leaseTtlMs = 6_000;
const audits = 4;

let cluster: RollcallCluster;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-audit-'));
  cluster = await RollcallCluster.start({ leaseTtlMs });
});

afterAll(async () => {
  await cluster.stop();
  await rm(directory, { recursive: true });
});

interface Finding {
  readonly kind: string;
  readonly disagreement: { readonly asker: string; readonly giver: string };
  readonly outcome: string;
}

async function repair(): Promise<readonly Finding[]> {
  const nats = cluster.nats.urls.join(',');
  const { stdout, stderr } = await rollcall(['audit', '--repair', '--json', '--nats', nats]);
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding)
    .filter(({ kind }) => kind === 'disagreement');
}

/** `alice` believes to see `bob`, `bob` to be seen by `carol`; neither of those knows of it. */
async function plantDisagreements(): Promise<void> {
  const lines = [
    { jid: 'alice@localhost', roster: [{ jid: 'bob@localhost', subscription: 'to' }] },
    { jid: 'bob@localhost', roster: [{ jid: 'carol@localhost', subscription: 'from' }] },
  ];
  const file = join(directory, 'planted.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await cluster.command('import', file);
}

test('rollcall audit --repair under presence and subscription load mends what was planted, and nothing else', async () => {
  onTestFailed(() => {
    process.stderr.write(cluster.log());
  });
  const [askAt, answerAt] = cluster.frontEnds;
  const crowd = await Crowd.gather(cluster, { size: 40, contactsEach: 4 });
  const asked = await Subscribers.gather(cluster, { each: 16, askAt, answerAt });
  await cluster.importAccounts(['alice', 'bob', 'carol'].map((name) => ({ name })));
  const alice = await cluster.comeOnline('alice', 0);
  const bob = await cluster.comeOnline('bob', 1);
  const carol = await cluster.comeOnline('carol', 0);

  const found: Finding[] = [];
  const talk = { everyMs: 1_000 };
  const outcome = await crowd.talkWhile(talk, () =>
    asked.askWhile(200, async () => {
      await plantDisagreements();
      for (let count = 0; count < audits; count += 1) {
        found.push(...(await repair()));
        bob.send(`<presence><status>n${count + 1}</status></presence>`);
      }
    }),
  );
  await asked.untilAllApproved();
  report(`${audits} audits under load`, {
    'presences sent': outcome.said,
    seen: outcome.sights.length,
    'subscriptions made': asked.asks.length,
    mended: found.length,
  });

  const mended = found.map(({ disagreement, outcome: how }) => ({ ...disagreement, how }));
  expect(mended.map(({ asker, giver, how }) => [asker, giver, how]).sort()).toEqual([
    ['alice@localhost', 'bob@localhost', 'mended'],
    ['carol@localhost', 'bob@localhost', 'mended'],
  ]);
  expect(outcome.disconnected).toEqual([]);
  expect(outcome.shownGone).toEqual([]);
  expect(outcome.disordered, 'in order, none twice').toEqual([]);
  expect(outcome.missing).toEqual([]);
  expect(await asked.incomplete(), 'on both sides').toEqual([]);
  expect(asked.toldAgain).toEqual([]);
  expect(asked.disconnected).toEqual([]);

  await alice.ping();
  await bob.ping();
  await carol.ping();
  expect(ofOthers(alice), 'never what bob has said').toEqual([
    { from: 'bob@localhost', type: 'unsubscribed', status: undefined },
  ]);
  expect(ofOthers(bob)).toEqual([
    { from: 'carol@localhost', type: 'unsubscribe', status: undefined },
  ]);
  expect(await cluster.command('audit')).toMatch(/: all agree\.\n$/);
  await Promise.all([alice, bob, carol].map((client) => client.close()));
  await asked.leave();
  await crowd.leave();
});

function ofOthers(client: XmppClient): readonly Sight[] {
  return sightsOf(client).filter(({ from }) => from !== client.jid);
}
