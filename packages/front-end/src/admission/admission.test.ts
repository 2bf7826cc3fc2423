import { describe, expect, it } from 'vitest';
import { makeWorld } from '../../test/world.ts';

describe('admission', () => {
  it('bounds the streams of one address and of all, with the defined errors', async () => {
    const { client } = makeWorld({ limits: { connections: 3, connectionsPerAddress: 2 } });
    await client({ address: '192.0.2.1' }).open();
    await client({ address: '192.0.2.1' }).open();
    const third = client({ address: '192.0.2.1' });
    expect(await third.until('</stream:stream>')).toContain('<policy-violation');
    await client({ address: '192.0.2.2' }).open();
    expect(await client({ address: '192.0.2.3' }).until('</stream:stream>')).toContain(
      '<resource-constraint',
    );
  });

  it('gives a place back when a stream goes', async () => {
    const { client, frontEnd } = makeWorld({ limits: { connections: 1 } });
    const first = client();
    await first.open();
    first.send('</stream:stream>');
    await first.closed();
    expect(frontEnd.stats().connections).toBe(0);
    expect(await client().open()).toContain('<stream:features>');
  });

  it('bounds sessions with resource-constraint, and lets the client try again', async () => {
    const { client } = makeWorld({ limits: { sessions: 1 } });
    const first = await client().login('alice', 'alice-pw', 'home');
    const second = client();
    await second.open();
    await second.plain('bob', 'bob-pw');
    await second.open();
    expect(await second.bind('desk')).toMatch(/type='wait'.*<resource-constraint/);
    first.send('</stream:stream>');
    await first.closed();
    expect(await second.bind('desk')).toContain('bob@localhost/desk');
  });

  it('sheds logins that cannot be checked soon, and lets the rest in', async () => {
    let release = (): void => undefined;
    const latch = new Promise<void>((resolve) => (release = resolve));
    const { client, frontEnd } = makeWorld({
      limits: { loginsInFlight: 1, loginsWaiting: 1 },
      authenticator: {
        checkPassword: (user) => latch.then(() => ({ ok: true, user })),
      },
    });
    const streams = [client(), client(), client()];
    await Promise.all(streams.map((stream) => stream.open()));
    const answers: Promise<string>[] = [];
    for (const stream of streams) {
      answers.push(stream.plain('alice', 'x'));
      await new Promise(setImmediate);
    }
    expect(await answers[2]).toContain('<temporary-auth-failure/>');
    expect(frontEnd.stats()).toMatchObject({ loginsInFlight: 1, loginsWaiting: 1, loginsShed: 1 });
    release();
    expect(await answers[0]).toContain('<success');
    expect(await answers[1]).toContain('<success');
  });

  it('stops checking logins of an address that has failed too often, for a while', async () => {
    const { client, timers } = makeWorld({ limits: { failedLoginsPerAddressPerMinute: 2 } });
    const guess = async (password: string) => {
      const stream = client({ address: '192.0.2.1' });
      await stream.open();
      return stream.plain('alice', password);
    };
    await guess('a');
    await guess('b');
    expect(await guess('alice-pw')).toContain('<temporary-auth-failure/>');
    timers.advance(60_000);
    expect(await guess('alice-pw')).toContain('<success');
  });

  it('calls a failing authenticator temporary-auth-failure and goes on', async () => {
    const { client, logged } = makeWorld({
      authenticator: { checkPassword: () => Promise.reject(new Error('disk on fire')) },
    });
    const alice = client();
    await alice.open();
    expect(await alice.plain('alice', 'x')).toContain('<temporary-auth-failure/>');
    expect(logged.some(({ event }) => event === 'authenticator_failed')).toBe(true);
  });
});
