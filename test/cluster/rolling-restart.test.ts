// Scenario 6, promises 1, 3 and 5: every node of a cluster is restarted in turn, front-ends included, while everybody
// talks. Who loses the stream comes back to the same front-end.

import {
  child,
  children,
  clusterDomain,
  RollcallCluster,
  type ClusterNodeProcess,
} from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import type { CrowdMember } from './crowd-member.ts';
import { Crowd, type TalkOutcome } from './crowd.ts';
import { report } from './numbers.ts';

const members = 24;
const contactsEach = 4;
/** Here no lease has to run out, and nodes of a busy machine renew theirs late. */
const leaseTtlMs = 6_000;
const talk = { everyMs: 1_000, aroundMs: 500 };

describe('a rolling restart of all nodes', () => {
  let cluster: RollcallCluster;
  let crowd: Crowd;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({ leaseTtlMs, engines: 2, frontEnds: 2 });
    crowd = await Crowd.gather(cluster, { size: members, contactsEach });
  });

  afterAll(async () => {
    await crowd.leave();
    await cluster.stop();
  });

  /** In good order, as an upgrade would; those who were there come back when it is ready. */
  async function restart(node: ClusterNodeProcess): Promise<void> {
    const there = crowd.membersAt(node);
    await node.stop();
    await Promise.all(there.map(({ client }) => client.connection.closed));
    await node.start();
    await Promise.all(there.map((member) => member.comeBack(cluster)));
  }

  test('no presence is lost, and sessions of a restarted front-end go and come once', async () => {
    onTestFailed(() => {
      process.stderr.write(cluster.log());
    });
    for (const node of cluster.nodes) {
      const outcome = await crowd.talkWhile(talk, () => restart(node));
      const returned = new Set(crowd.membersAt(node).map(({ name }) => name));
      report(`${node.name} restarted`, {
        'presences sent': outcome.said,
        seen: outcome.sights.length,
        'shown gone': outcome.shownGone.length,
        'came back': returned.size,
      });
      expect(outcome.disconnected, node.name).toEqual([]);
      expect(outcome.disordered, node.name).toEqual([]);
      expect(outcome.skipped, node.name).toEqual([]);
      expect(outcome.missing, node.name).toEqual([]);
      expect(shownToOthers(outcome, returned), node.name).toEqual(
        goneOnce(crowd.members, returned),
      );
    }
  });

  test('all subscriptions are as they were', async () => {
    expect(await cluster.command('audit')).toBe(
      `Compared ${members * contactsEach} contacts of ${members} users: all agree.\n`,
    );
    for (const { client, contacts } of crowd.members) {
      const answer = await client.ask('get', `<query xmlns='jabber:iq:roster'/>`);
      const items = children(child(answer, 'query') ?? answer, 'item');
      expect(items.map(({ attrs }) => `${attrs['jid']} ${attrs['subscription']}`).sort()).toEqual(
        contacts.map((contact) => `${contact}@${clusterDomain} both`).sort(),
      );
    }
  });
});

/** Those who were away at the same time may find each other gone, or not: that is for the order in which they come. */
function shownToOthers({ shownGone }: TalkOutcome, returned: ReadonlySet<string>): string[] {
  return shownGone
    .filter((gone) => !gone.split(' to ').every((name) => returned.has(name)))
    .toSorted();
}

function goneOnce(all: readonly CrowdMember[], returned: ReadonlySet<string>): string[] {
  return all
    .filter(({ name }) => !returned.has(name))
    .flatMap(({ name, contacts }) =>
      contacts.filter((contact) => returned.has(contact)).map((who) => `${who} to ${name}`),
    )
    .toSorted();
}
