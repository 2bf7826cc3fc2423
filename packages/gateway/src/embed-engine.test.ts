import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedSession, FrontEnd, SessionEvent } from '@rollcall/front-end';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { embedEngine, type EmbedEngineOptions, type Rollcall } from './index.ts';

const log = pino({ level: 'silent' });
const running: Rollcall[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((rollcall) => rollcall.stop()));
});

async function start(options: Partial<EmbedEngineOptions> = {}): Promise<Rollcall> {
  const rollcall = await embedEngine({ domains: ['localhost'], log, ...options });
  running.push(rollcall);
  return rollcall;
}

async function come(rollcall: Rollcall, frontEnd: FrontEnd, name: string, resource = 'web') {
  await rollcall.ensureUser(`${name}@localhost`);
  return frontEnd.openSession({ user: `${name}@localhost`, resource });
}

async function next(
  session: EmbeddedSession,
  wanted: (event: SessionEvent) => boolean,
): Promise<SessionEvent> {
  for await (const event of session) if (wanted(event)) return event;
  throw new Error(`${session.address} has ended`);
}

const seesChange = (from: string, available: boolean) => (event: SessionEvent) =>
  event.kind === 'presence' && event.from === from && event.available === available;

async function befriend(one: EmbeddedSession, other: EmbeddedSession): Promise<void> {
  other.approve(one.address.split('/')[0] ?? '');
  one.subscribe(other.address.split('/')[0] ?? '');
  await next(one, (event) => event.kind === 'subscription' && event.type === 'subscribed');
}

describe('an engine in the same process', () => {
  test('shows users to each other, whichever front-end they are at', async () => {
    const rollcall = await start();
    const alice = await come(rollcall, rollcall.createFrontEnd(), 'alice');
    const bob = await come(rollcall, rollcall.createFrontEnd(), 'bob');
    alice.setPresence();
    bob.setPresence();
    await befriend(alice, bob);
    bob.setPresence({ show: 'away', status: 'Lunch' });
    const seen = await next(
      alice,
      (event) => event.kind === 'presence' && event.presence.show === 'away',
    );
    expect(seen).toMatchObject({ from: 'bob@localhost/web', presence: { status: 'Lunch' } });
    await bob.close();
    await next(alice, seesChange('bob@localhost/web', false));
  });

  test('goes on when one of its front-ends stops: only that one`s sessions end', async () => {
    const rollcall = await start();
    const [first, second] = [rollcall.createFrontEnd(), rollcall.createFrontEnd()];
    const alice = await come(rollcall, first, 'alice');
    const bob = await come(rollcall, second, 'bob');
    alice.setPresence();
    bob.setPresence();
    await befriend(alice, bob);
    await second.stop();
    expect(await bob.ended).toEqual({ condition: 'system-shutdown' });
    await next(alice, seesChange('bob@localhost/web', false));
    expect([first.stats().sessions, second.stats().sessions]).toEqual([1, 0]);
    await expect(come(rollcall, second, 'carol')).rejects.toMatchObject({
      code: 'front_end_stopped',
    });
    await come(rollcall, first, 'carol');
  });

  test('shares nothing with another in the process', async () => {
    const one = await start();
    const other = await start();
    const here = await come(one, one.createFrontEnd(), 'alice');
    const there = await come(other, other.createFrontEnd(), 'alice');
    here.setPresence({ status: 'here' });
    const ask = { viewer: 'alice@localhost', users: ['alice@localhost'] };
    const { users } = await other.createFrontEnd().ask(ask);
    expect(users).toMatchObject([{ devices: [] }]);
    await one.stop();
    expect(await here.ended).toEqual({ condition: 'system-shutdown' });
    there.setPresence({ status: 'there' });
    await expect(there.roster()).resolves.toMatchObject({ contacts: [] });
  });

  test('keeps rosters and accounts in a directory', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-gateway-'));
    try {
      const before = await start({ directory });
      const alice = await come(before, before.createFrontEnd(), 'alice');
      await alice.setContact('bob@localhost', { name: 'Bob' });
      await before.stop();
      const after = await start({ directory });
      expect(await after.ensureUser('alice@localhost')).toBe('exists');
      const again = await come(after, after.createFrontEnd(), 'alice');
      expect((await again.roster()).contacts).toMatchObject([
        { jid: 'bob@localhost', name: 'Bob' },
      ]);
      await after.stop();
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  test('may be stopped twice', async () => {
    const rollcall = await start();
    expect(rollcall.stop()).toBe(rollcall.stop());
    await rollcall.stop();
  });
});

describe('what a gateway says wrongly', () => {
  test.each([
    ['no domain', []],
    ['no domain name', ['local host']],
  ])('%s is refused before anything is started', async (_, domains) => {
    await expect(embedEngine({ domains, log })).rejects.toMatchObject({
      code: 'gateway_misconfigured',
    });
  });

  test.each([
    ['alice@elsewhere.example', 'gateway_domain_unknown'],
    ['localhost', 'gateway_jid_malformed'],
    ['alice@localhost/desk', 'gateway_jid_malformed'],
    ['@', 'gateway_jid_malformed'],
  ])('an account for %s: %s', async (user, code) => {
    const rollcall = await start();
    await expect(rollcall.ensureUser(user)).rejects.toMatchObject({ code });
  });

  test('a session for a user without an account is refused with a condition', async () => {
    const rollcall = await start();
    const opening = rollcall.createFrontEnd().openSession({ user: 'nobody@localhost' });
    await expect(opening).rejects.toMatchObject({
      code: 'front_end_session_refused',
      condition: 'not-allowed',
    });
  });
});
