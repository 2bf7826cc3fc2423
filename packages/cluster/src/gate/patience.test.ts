import type { SessionMemo } from '@rollcall/presence';
import type { BareJid, Stanza } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ToOwner } from '../envelope/envelope.ts';
import { defaultClusterLimits } from '../limits/cluster-limits.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { processIdOf } from '../process/process-id.ts';
import { shardOf } from '../shard/shard-of.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Gate } from './gate.ts';
import type { GateSession } from './session-gate.ts';

const user = 'juliet@localhost' as BareJid;
const timeoutMs = 30_000;
const rosterGet: Stanza = { kind: 'iq', type: 'get', id: 'r1', content: '<query/>' };
const probe: Stanza = {
  kind: 'presence',
  type: 'probe',
  to: 'romeo@localhost' as BareJid,
  content: '',
};
const subscribe: Stanza = { ...probe, type: 'subscribe' };
const presence: Stanza = { kind: 'presence', content: '' };

describe('while nobody owns the user', () => {
  let clock: VirtualClock;
  let gate: Gate;
  let session: GateSession;
  let delivered: string[];
  let sent: ToOwner[];

  beforeEach(async () => {
    clock = new VirtualClock();
    delivered = [];
    sent = [];
    gate = new Gate({
      timers: clock,
      random: () => 0.5,
      limits: { ...defaultClusterLimits, requestTimeoutMs: timeoutMs },
      metrics: noMetrics,
      post: {
        self: processIdOf('front', 1),
        epoch: 1,
        version: 1,
        ownerOf: () => undefined,
        toShard: (_shard, envelope) => sent.push(envelope),
        toOwner: () => undefined,
        toGate: () => undefined,
      },
    });
    const opening = gate.open({
      user,
      resource: 'balcony',
      receiver: {
        deliver: ({ head, tail }) => delivered.push(head + tail),
        closed: () => undefined,
      },
    });
    const memo: SessionMemo = {
      ...{ boundAtMs: 0, shown: false, interested: false, wantsBlockPushes: false },
      ...{ directedTo: [], silenced: [] },
    };
    gate.receive({ kind: 'bound', session: 1, resource: 'balcony', memo });
    const opened = await opening;
    if (!opened.ok) throw new Error(opened.text);
    ({ session } = opened);
  });

  const laterSaid = () => {
    gate.repeat(shardOf(user), true);
    return sent.flatMap((envelope) => (envelope.kind === 'stanza' ? [envelope.stanza] : []));
  };

  test.each([
    { what: 'a roster get', request: rosterGet },
    { what: 'a probe', request: probe },
  ])('$what is answered by a wait error in time, and never done later', async ({ request }) => {
    session.send({ ...request, from: session.address });
    await clock.advance(timeoutMs - 1);
    expect(delivered).toEqual([]);
    await clock.advance(timeoutMs * 0.1 + 1);
    expect(delivered).toEqual([
      expect.stringMatching(/type='error'.*<error type='wait'><remote-server-timeout/),
    ]);
    expect(laterSaid()).toEqual([]);
    await clock.advance(timeoutMs * 2);
    expect(delivered).toHaveLength(1);
  });

  test('subscriptions and presence wait for an owner, however long that takes (RFC 6121 §3.1.2)', async () => {
    session.send(subscribe);
    session.send(rosterGet);
    session.send(presence);
    await clock.advance(timeoutMs * 10);
    expect(delivered).toHaveLength(1);
    expect(laterSaid()).toEqual([subscribe, presence]);
  });

  test('what was dealt with in time is answered once', async () => {
    session.send(rosterGet);
    await clock.advance(timeoutMs / 2);
    gate.receive({ kind: 'progress', session: 1, seq: 1 });
    await clock.advance(timeoutMs * 2);
    expect(delivered).toEqual([]);
  });
});
