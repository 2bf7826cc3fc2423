import type { BareJid, FullJid } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { makeWorld } from '../../test/world.ts';

describe('asking for presence', () => {
  it('gives the devices of those who are there, best first, and the last words of those who went', async () => {
    const { frontEnd, gate } = makeWorld();
    const [bob, carol, eve, mallory] = ['bob', 'carol', 'eve', 'mallory'].map(
      (name) => `${name}@localhost` as BareJid,
    );
    const stamp = { session: { frontEnd: 'x.1', id: 1 }, seq: 1 };
    const presence = (resource: string, priority: number) => ({
      stanza: {
        kind: 'presence' as const,
        from: `bob@localhost/${resource}` as FullJid,
        content: `<priority>${priority}</priority>`,
      },
      stamp,
    });
    let viewer: string | undefined;
    gate.ask = (query) => {
      viewer = query.viewer;
      return Promise.resolve({
        epoch: 3,
        missing: [mallory!],
        answers: [
          {
            user: bob!,
            atMs: 1,
            outcome: { kind: 'available', presences: [presence('a', 1), presence('b', 2)] },
          },
          {
            user: carol!,
            atMs: 2,
            outcome: {
              kind: 'unavailable',
              stanza: { kind: 'presence', type: 'unavailable', content: '<status>bye</status>' },
            },
          },
          { user: eve!, atMs: 3, outcome: { kind: 'unsubscribed' } },
        ],
      });
    };
    const report = await frontEnd.ask({
      viewer: 'alice@localhost',
      users: ['Bob@localhost', 'carol@localhost', 'eve@localhost', 'mallory@localhost'],
    });
    expect(viewer).toBe('alice@localhost');
    expect(report).toMatchObject({
      epoch: 3,
      missing: ['mallory@localhost'],
      users: [
        {
          user: 'bob@localhost',
          atMs: 1,
          devices: [{ address: 'bob@localhost/b' }, { address: 'bob@localhost/a' }],
        },
        { user: 'carol@localhost', devices: [], last: { status: 'bye' } },
        { user: 'eve@localhost', devices: [] },
      ],
    });
  });

  it('is refused for what is no user', async () => {
    const { frontEnd } = makeWorld();
    const ask = (viewer: string, user: string) => frontEnd.ask({ viewer, users: [user] });
    await expect(ask('@', 'bob@localhost')).rejects.toMatchObject({
      code: 'front_end_jid_malformed',
    });
    await expect(ask('a@b', 'bob@localhost/x')).rejects.toMatchObject({
      code: 'front_end_jid_malformed',
    });
  });

  it('fails with a code when the cluster cannot be asked', async () => {
    const { frontEnd, gate } = makeWorld();
    gate.ask = () => Promise.reject(new Error('gone'));
    await expect(frontEnd.ask({ viewer: 'a@b', users: ['c@d'] })).rejects.toMatchObject({
      code: 'front_end_question_failed',
    });
  });
});
