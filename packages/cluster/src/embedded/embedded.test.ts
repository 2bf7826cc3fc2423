import { accountsOver } from '@rollcall/store';
import { bareOf, type BareJid } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, type TestClient } from '../testing/test-client.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

let world: EmbeddedWorld;

beforeEach(async () => {
  world = new EmbeddedWorld();
  await world.launch();
  await world.addUsers(alice, bob);
});

/** Both log in and make themselves available. */
async function bothHere(): Promise<{ a: TestClient; b: TestClient }> {
  const a = await world.login(alice, 'garden');
  const b = await world.login(bob, 'orchard');
  a.presence();
  b.presence();
  await world.settle();
  return { a, b };
}

/** Nothing is left but how far the record has counted. */
async function expectEmptied(user: BareJid): Promise<void> {
  const keys = await world.recordKeysOf(user);
  const records = await world.records.readMany(keys);
  const texts = records.map((record) => new TextDecoder().decode(record?.value));
  const counted = expect.any(Number) as unknown;
  expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
    { v: 1, r: { c: counted, h: counted, e: [] } },
  ]);
}

describe('two users of one process', () => {
  test('ask, approve, and see each other come, change and go', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(a, b);
    await world.subscribe(b, a);

    a.status('reading');
    await world.settle();
    expect(b.take()).toEqual([
      "<presence from='alice@localhost/garden' to='bob@localhost/orchard'><status>reading</status></presence>",
    ]);

    a.end();
    await world.settle();
    expect(b.take()).toEqual([
      "<presence type='unavailable' from='alice@localhost/garden' to='bob@localhost/orchard'/>",
    ]);

    const back = await world.login(alice, 'kitchen');
    back.presence();
    await world.settle();
    expect(b.take()).toEqual([
      "<presence from='alice@localhost/kitchen' to='bob@localhost/orchard'/>",
    ]);
    // XEP-0318: with the time at which it came up.
    expect(back.take().join()).toMatch(
      /<presence from='bob@localhost\/orchard' to='alice@localhost\/kitchen'><delay [^>]*\/><\/presence>/,
    );
  });

  test('what one says is received in that order', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(b, a);
    for (const text of ['1', '2', '3', '4', '5']) a.status(text);
    await world.settle();
    expect(b.take().map((text) => /<status>(.*)<\/status>/.exec(text)?.[1])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  });

  test('a user with the same resource takes the place of the older session', async () => {
    const { a } = await bothHere();
    const newer = await world.login(alice, 'garden');
    expect(a.closedBy).toBe('conflict');
    expect(newer.address).toBe('alice@localhost/garden');
    expect(world.server.gate.size).toBe(2);
  });

  test('somebody without an account is not let in', async () => {
    await expect(world.login(jid('nobody@localhost'), 'x')).rejects.toThrow('not-allowed');
    expect(world.server.gate.size).toBe(0);
  });

  test('an address at a domain that is not served is answered with an error (RFC 6120 §10.4)', async () => {
    const { a } = await bothHere();
    a.take();
    a.send({
      kind: 'message',
      type: 'chat',
      to: jid('x@elsewhere.example'),
      content: '<body>?</body>',
    });
    await world.settle();
    expect(a.take().join()).toContain('<remote-server-not-found ');
  });
});

describe('the gate', () => {
  test('acknowledges what the owner has dealt with', async () => {
    const { a } = await bothHere();
    a.status('here');
    expect(a.session?.unacknowledged).toBe(1);
    await world.settle();
    expect(a.session?.unacknowledged).toBe(0);
  });

  test('bounds what a session may have unacknowledged, and says that it may try again', async () => {
    const { a } = await bothHere();
    let refused = 0;
    for (let count = 0; count < 300; count++) {
      const outcome = a.session?.send({ kind: 'presence', from: a.address, content: '' });
      if (outcome?.ok === false && outcome.condition === 'resource-constraint') refused += 1;
    }
    expect(refused).toBe(300 - 256);
    await world.settle();
    expect(a.session?.send({ kind: 'presence', from: a.address, content: '' }).ok).toBe(true);
  });

  test('tells a viewer what there is to be known of many users at once', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(a, b);
    const asked = world.server.gate.ask({
      viewer: bareOf(a.address),
      users: [bob, jid('nobody@localhost'), alice],
    });
    await world.settle();
    const { answers, missing } = await asked;
    expect(answers.map(({ user, outcome }) => [user, outcome.kind])).toEqual([
      [bob, 'available'],
      ['nobody@localhost', 'unsubscribed'],
      [alice, 'available'],
    ]);
    expect(missing).toEqual([]);
  });

  test('ends all sessions when it closes, and waits until their owners know', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(b, a);
    a.end();
    const closed = world.server.gate.close(1_000);
    await world.settle();
    await closed;
    expect(world.server.gate.size).toBe(0);
    await expect(world.login(alice, 'late')).rejects.toThrow('resource-constraint');
  });
});

describe('actors', () => {
  test('sleep when they have no sessions and nothing to do, and wake with what they knew', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(a, b);
    a.presence({ type: 'unavailable', content: '<status>gone fishing</status>' });
    a.end();
    b.end();
    await world.clock.advance(120_000);
    expect((await world.stats()).actorsResident).toBe(0);

    const again = await world.login(alice, 'garden');
    again.send({
      kind: 'iq',
      type: 'get',
      id: 'r1',
      content: "<query xmlns='jabber:iq:roster'/>",
    });
    await world.settle();
    expect(again.take().join()).toContain("jid='bob@localhost'");
  });

  test('of users who are offline are not woken by broadcasts', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(b, a);
    b.end();
    await world.clock.advance(120_000);
    a.status('anyone?');
    await world.settle();
    expect((await world.stats()).actorsResident).toBe(1);
  });
});

describe('accounts', () => {
  test('removing one ends its sessions, its subscriptions and what its record says (scenario 30)', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(a, b);
    await world.subscribe(b, a);
    expect(await world.settling(world.server.admin.removeUser(alice))).toBe(true);
    await world.clock.advance(10_000);
    expect(a.closedBy).toBe('not-authorized');
    const toldBob = b.take().join();
    expect(toldBob).toContain("type='unsubscribed' from='alice@localhost'");
    expect(toldBob).toContain("type='unavailable' from='alice@localhost/garden'");
    await expectEmptied(alice);
    expect(await world.settling(world.server.admin.removeUser(alice))).toBe(false);
  });

  test('a removal that came only half way ends the rest when it is asked for again (scenario 30)', async () => {
    const { a, b } = await bothHere();
    await world.subscribe(b, a);
    // As much as there is of it when the queue is away.
    await accountsOver(world.records).delete(alice);
    expect(await world.settling(world.server.admin.removeUser(alice))).toBe(false);
    await world.clock.advance(10_000);
    expect(a.closedBy).toBe('not-authorized');
    expect(b.take().join()).toContain("type='unsubscribed' from='alice@localhost'");
    await expectEmptied(alice);
  });

  test('imported rosters are there at the next login, and are exported again', async () => {
    const roster = [
      { jid: bob, state: 'Both', name: 'Bob', groups: ['Friends'] },
      { jid: jid('carol@localhost'), state: 'To', groups: [] },
    ] as const;
    const dave = jid('dave@localhost');
    await world.settling(world.server.admin.importUser({ jid: dave, roster }));
    const exported = await world.settling(world.exported());
    expect(exported.find((user) => user.jid === dave)?.roster).toEqual(roster);
    expect((await world.stats()).actorsResident).toBe(0);
  });
});
