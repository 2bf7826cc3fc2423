// An audit of an embedded server: what it finds, what it leaves alone, and what it mends.

import type { ImportedItem, SubscriptionState } from '@rollcall/presence';
import { userKey } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid } from '../testing/test-client.ts';
import type { AuditEvent, AuditSummary } from './audit-event.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');
const nobody = jid('nobody@localhost');

let world: EmbeddedWorld;
beforeEach(async () => {
  world = new EmbeddedWorld();
  await world.launch();
  await world.addUsers(alice, bob);
});

async function plant(user: BareJid, contact: BareJid, state: SubscriptionState): Promise<void> {
  const roster: ImportedItem[] = [{ jid: contact, state, groups: [] }];
  await world.settling(world.server.admin.importUser({ jid: user, roster }));
}

async function audit({ repair = false } = {}): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  const state = { isOver: false };
  const reading = (async () => {
    for await (const event of world.server.admin.audit({ repair })) events.push(event);
    state.isOver = true;
  })();
  while (!state.isOver) await world.clock.advance(100);
  await reading;
  return events;
}

function summaryOf(events: readonly AuditEvent[]): AuditSummary | undefined {
  return events.flatMap((event) => (event.kind === 'done' ? [event.summary] : []))[0];
}

function foundIn(events: readonly AuditEvent[]) {
  return events.flatMap((event) =>
    event.kind === 'disagreement' ? [{ ...event.disagreement, outcome: event.outcome }] : [],
  );
}

describe('an audit', () => {
  test('finds nothing where both halves agree, and says how much it compared', async () => {
    await plant(alice, bob, 'To');
    await plant(bob, alice, 'From');
    await plant(alice, jid('romeo@elsewhere.example'), 'Both');
    expect(summaryOf(await audit())).toEqual({
      users: 2,
      contacts: 2,
      elsewhere: 1,
      unreadable: 0,
      disagreements: 0,
      mended: 0,
    });
  });

  test.each([
    ['To', 'None', 'subscribed', 'nothing', 'None', 'None'],
    ['To', 'None + Pending In', 'subscribed', 'requested', 'None', 'None'],
    ['None', 'From', 'nothing', 'approved', 'None', 'None'],
    ['None', 'None + Pending In', 'nothing', 'requested', 'None', 'None'],
    ['None + Pending Out', 'None', 'asked', 'nothing', 'None + Pending Out', 'None + Pending In'],
    ['None + Pending Out', 'From', 'asked', 'approved', 'To', 'From'],
  ] as const)(
    'finds "%s" against "%s", changes nothing unless it is to, and then mends it',
    async (mine, theirs, asking, giving, mended, mendedToo) => {
      if (mine !== 'None') await plant(alice, bob, mine);
      if (theirs !== 'None') await plant(bob, alice, theirs);
      const named = { asker: alice, giver: bob, asking, giving };
      expect(foundIn(await audit())).toEqual([{ ...named, outcome: 'found' }]);
      expect(foundIn(await audit({ repair: true }))).toEqual([{ ...named, outcome: 'mended' }]);
      const stateIn = async (user: BareJid, contact: BareJid) =>
        (await world.settling(world.exported()))
          .find(({ jid: exported }) => exported === user)
          ?.roster.find((item) => item.jid === contact)?.state ?? 'None';
      expect(await stateIn(alice, bob)).toBe(mended);
      expect(await stateIn(bob, alice)).toBe(mendedToo);
      expect(summaryOf(await audit())?.disagreements).toBe(0);
    },
  );

  test('ends what is left of an account that is gone, and tells the clients (RFC 6121 §3.2.2)', async () => {
    await plant(alice, nobody, 'Both');
    const a = await world.login(alice, 'garden');
    a.send({
      kind: 'iq',
      type: 'get',
      id: 'r',
      from: a.address,
      content: `<query xmlns='jabber:iq:roster'/>`,
    });
    a.presence();
    await world.settle();
    a.take();
    const events = await audit({ repair: true });
    expect(foundIn(events).map(({ outcome }) => outcome)).toEqual(['mended', 'mended']);
    expect(a.take().join('\n')).toContain(`jid='nobody@localhost' subscription='none'`);
  });

  async function bobBlocksAlice(): Promise<void> {
    const b = await world.login(bob, 'orchard');
    b.send({
      kind: 'iq',
      type: 'set',
      id: 'b',
      from: b.address,
      content: `<block xmlns='urn:xmpp:blocking'><item jid='alice@localhost'/></block>`,
    });
    await world.settle();
  }

  test('leaves a request alone that the other has blocked (XEP-0191 §3.3)', async () => {
    await bobBlocksAlice();
    await plant(alice, bob, 'None + Pending Out');
    expect(foundIn(await audit())).toEqual([]);
  });

  test('mends a request that the other has approved, and blocked after that', async () => {
    await plant(alice, bob, 'None + Pending Out');
    await plant(bob, alice, 'From');
    await bobBlocksAlice();
    expect(foundIn(await audit({ repair: true }))).toMatchObject([{ outcome: 'mended' }]);
    expect(foundIn(await audit())).toEqual([]);
  });

  test('finds a request that was lost though the one before it was not, and has it sent again', async () => {
    const a = await world.login(alice, 'garden');
    a.subscription('subscribe', bob);
    await world.settle();
    a.end();
    await world.clock.advance(3_600_000);
    const key = `user/${userKey(bob)}/h`;
    const { value, revision } = (await world.records.read(key))!;
    const record = JSON.parse(new TextDecoder().decode(value)) as { r: { e: number[][] } };
    const [, , , , , , heard] = record.r.e[0]!;
    record.r.e[0]![6] = heard! - 1;
    await world.records.write(key, new TextEncoder().encode(JSON.stringify(record)), revision);
    const found = { asker: alice, giver: bob, asking: 'asked', giving: 'unheard' };
    expect(foundIn(await audit())).toEqual([{ ...found, outcome: 'found' }]);
    expect(foundIn(await audit({ repair: true }))).toEqual([{ ...found, outcome: 'mended' }]);
    expect(foundIn(await audit())).toEqual([]);
  });

  test('names a damaged record and says nothing of its subscriptions', async () => {
    await plant(alice, bob, 'To');
    await plant(bob, alice, 'From');
    const key = `user/${userKey(bob)}/h`;
    const before = await world.records.read(key);
    await world.records.write(key, new TextEncoder().encode('{'), before?.revision ?? 0);
    await world.clock.advance(3_600_000);
    const events = await audit({ repair: true });
    expect(events).toContainEqual({ kind: 'unreadable', user: bob });
    expect(foundIn(events)).toEqual([]);
  });

  test('takes nothing for a disagreement that settles while it looks', async () => {
    const a = await world.login(alice, 'garden');
    const b = await world.login(bob, 'orchard');
    a.presence();
    b.presence();
    await world.settle();
    const auditing = audit({ repair: true });
    await world.subscribe(a, b);
    expect(foundIn(await auditing)).toEqual([]);
  });
});
