// Scenario 4, promises 3 and 5: of three NATS servers (R3) one hangs, and with it a node that can reach no other. Clients
// at that node try whether it still acts; clients elsewhere, who know nothing of it, go on watching each other.

import { setTimeout as delay } from 'node:timers/promises';
import { nodeNameOf, parseProcessId, shardCount, shardOf, type ShardMap } from '@rollcall/cluster';
import { RollcallCluster, type ClusterNodeProcess } from '@rollcall/testkit';
import type { BareJid } from '@rollcall/xmpp';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { Crowd } from './crowd.ts';
import { percentile, report } from './numbers.ts';
import { sightsOf, type Sight } from './observer.ts';
import { shardsByNode, watchShardMaps, type ShardMaps } from './shard-maps.ts';
import { letLead } from './stream-leader.ts';

const members = 40;
const leaseTtlMs = 3_000;
const minority = 'node-3';
const itsShare = Math.floor(shardCount / 3);
/** Lease, look and map; where the leader of a stream hangs, NATS's election before that, which takes four to ten seconds. */
const takenOverWithinMs = 25_000;
/** What hung for long knows of no leader at first, and says so to all who ask. */
const backWithinMs = 40_000;

describe('a node that reaches one NATS server of three, which hangs', () => {
  let cluster: RollcallCluster;
  let crowd: Crowd;
  let node: ClusterNodeProcess;
  let maps: ShardMaps;

  beforeAll(async () => {
    // Nobody is told of servers that it does not know: who is cut off stays so.
    const nats = { advertise: false };
    cluster = await RollcallCluster.start({
      natsServers: 3,
      nats,
      leaseTtlMs,
      engines: 0,
      frontEnds: 0,
    });
    const majority = cluster.nats.urls.slice(0, 2);
    for (const name of ['engine-1', 'engine-2'])
      await cluster.addNode('engine', name, { natsUrls: majority });
    node = await cluster.addNode('all', minority, { natsUrls: cluster.nats.urls.slice(2) });
    for (const name of ['front-end-1', 'front-end-2'])
      await cluster.addNode('front-end', name, { natsUrls: majority });
    maps = await watchShardMaps(majority);
    crowd = await Crowd.gather(cluster, { size: members, contactsEach: 4 });
  }, 120_000);

  afterAll(async () => {
    await maps.close();
    await crowd.leave();
    await cluster.stop();
  }, 60_000);

  test.each([
    { leader: 'another', isWanted: (server: string) => server === 'n1' || server === 'n2' },
    { leader: 'that server', isWanted: (server: string) => server === 'n3' },
  ])(
    'is fenced, replaced, and comes back as another life, while $leader leads the stream of the leases',
    async ({ leader, isWanted }) => {
      onTestFailed(() => {
        process.stderr.write(cluster.log());
      });
      const before = lifeOf(await untilItOwnsItsShare());
      const { speaker, witness, farWitness } = await people();
      await letLead(cluster.nats.urls, 'KV_rollcall_leases', isWanted);

      const measured = { takenOverMs: 0, backMs: 0 };
      const talk = { everyMs: 1_000, aroundMs: 1_000 };
      const outcome = await crowd.talkWhile(talk, async () => {
        const server = cluster.nats.servers[2];
        const cutAtMs = performance.now();
        server?.signal('SIGSTOP');
        try {
          await delay(leaseTtlMs);
          speaker.send('<presence><status>n2</status></presence>');
          await expect
            .poll(async () => shardsByNode(await maps.look()), { timeout: takenOverWithinMs })
            .toEqual({ 'engine-1': shardCount / 2, 'engine-2': shardCount / 2 });
          measured.takenOverMs = performance.now() - cutAtMs;
        } finally {
          server?.signal('SIGCONT');
        }
        const mendedAtMs = performance.now();
        await untilItOwnsItsShare();
        measured.backMs = performance.now() - mendedAtMs;
      });

      const staleness = outcome.sights.map(({ saidAtMs, seenAtMs }) => seenAtMs - saidAtMs);
      report(`a NATS server hangs, ${leader} leads the leases`, {
        'taken over after ms': measured.takenOverMs,
        'back after ms': measured.backMs,
        'presences sent': outcome.said,
        seen: outcome.sights.length,
        'staleness p50 ms': percentile(staleness, 50),
        'longest ms': Math.max(...staleness),
        skipped: outcome.skipped.length,
      });
      expect(outcome.disconnected).toEqual([]);
      expect(outcome.shownGone).toEqual([]);
      expect(outcome.disordered, 'in order, none twice').toEqual([]);
      expect(outcome.missing).toEqual([]);

      expect(lifeOf(await maps.look())).toBeGreaterThan(before);
      await Promise.all([speaker.connection.closed, witness.connection.closed]);
      const speakersOwn = ({ from }: Sight) => from === speaker.jid;
      // The owner of both, their streams and the way between them are in one process: only fencing is in between.
      expect(sightsOf(witness).filter(speakersOwn)).toEqual([]);
      expect(sightsOf(farWitness).filter(speakersOwn)).toEqual([
        { from: speaker.jid, type: 'unavailable', status: undefined },
      ]);
      await farWitness.close();
      expect(await shardsServed(), 'each shard by one engine').toBe(shardCount);
    },
    150_000,
  );

  /** Two whom the minority's node owns and serves, and one elsewhere; both see what the first says. */
  async function people() {
    const owned = (await maps.look()).owners.map((ownership) =>
      ownership === undefined ? undefined : nodeNameOf(ownership.owner),
    );
    const mine = Array.from({ length: 1_000 }, (_, index) => `cut${index}`).filter(
      (name) => owned[shardOf(`${name}@localhost` as BareJid)] === minority,
    );
    const [first = '', second = ''] = mine;
    await cluster.importAccounts([
      { name: first, contacts: [second, 'afar'] },
      { name: second, contacts: [first] },
      { name: 'afar', contacts: [first] },
    ]);
    const witness = await cluster.comeOnline(second, node);
    const farWitness = await cluster.comeOnline('afar', 0);
    const speaker = await cluster.comeOnline(first, node);
    speaker.send('<presence><status>n1</status></presence>');
    for (const client of [witness, farWitness]) {
      await client.expect(`<presence from='${speaker.jid}'><status>n1</status></presence>`);
      client.connection.takeUnread();
    }
    return { speaker, witness, farWitness };
  }

  async function untilItOwnsItsShare(): Promise<ShardMap> {
    await expect
      .poll(async () => shardsByNode(await maps.look())[minority], { timeout: backWithinMs })
      .toBe(itsShare);
    return maps.newest;
  }

  /** By what the engines themselves say. */
  async function shardsServed(): Promise<number> {
    const status = JSON.parse(await cluster.command('status', '--json')) as {
      readonly nodes: readonly { readonly shardsOwned: number }[];
    };
    return status.nodes.reduce((sum, { shardsOwned }) => sum + shardsOwned, 0);
  }
});

/** The incarnation of the node in the minority. */
function lifeOf({ engines }: ShardMap): number {
  const lives = engines.flatMap((engine) => parseProcessId(engine) ?? []);
  return lives.find(({ name }) => name === minority)?.incarnation ?? Number.NaN;
}
