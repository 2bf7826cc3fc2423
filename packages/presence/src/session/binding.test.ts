import { describe, expect, test } from 'vitest';
import { presence, rosterGet, TestUser } from '../../test/test-user.ts';
import { memoOf } from './memo.ts';
import type { SessionMemo } from './session.ts';

function juliet(rules = {}) {
  return new TestUser('juliet@x', { contacts: { 'romeo@x': 'Both' }, rules });
}

const gone = `<presence type='unavailable' from='juliet@x/balcony'/>`;

describe('binding', () => {
  test('is confirmed with a memo, which the front-end keeps', () => {
    const user = juliet();
    expect(user.bind('balcony')).toEqual(['bound balcony']);
    expect(user.effects).toContainEqual(
      expect.objectContaining({
        kind: 'bound',
        memo: expect.objectContaining({ shown: false }) as object,
      }),
    );
  });

  test('the same fact twice is confirmed twice', () => {
    const user = juliet();
    user.comes('balcony');
    const session = user.ref('balcony');
    expect(user.tell({ kind: 'sessionBound', session, resource: 'balcony' })).toEqual([
      'bound balcony',
    ]);
    expect(user.state.sessions.get('balcony')?.presence).toBeDefined();
  });

  test('is refused beyond the limit', () => {
    const user = juliet({ sessionsPerUser: 1 });
    user.bind('balcony');
    expect(user.bind('chamber')).toEqual(['refused resource-constraint']);
    expect(user.bind('balcony')).toHaveLength(2);
  });

  test('is refused where there is no account', () => {
    expect(new TestUser('nobody@x', { exists: false }).bind('r')).toEqual(['refused not-allowed']);
  });
});

describe('one full JID at two front-ends (scenario 14)', () => {
  test('the older gets conflict, and nobody is told that the resource went', () => {
    const user = juliet();
    user.comes('balcony');
    const session = user.ref('balcony');
    expect(user.bind('balcony')).toEqual(['close balcony: conflict', 'bound balcony']);
    expect(user.effects).toContainEqual({ kind: 'closeSession', session, condition: 'conflict' });
    expect(user.sends('balcony', presence()).at(-1)).toBe(
      `broadcast <presence from='juliet@x/balcony'/> to romeo@x probing romeo@x`,
    );
    expect(user.waits(60_000)).not.toContainEqual(expect.stringContaining('unavailable'));
  });

  test('the older gets conflict also where it comes last, having waited on its way', () => {
    const user = juliet();
    user.comes('balcony');
    const kept = user.ref('balcony');
    const session = { frontEnd: 'elsewhere', id: 7 };
    const late = { kind: 'sessionBound', session, resource: 'balcony' } as const;
    user.tell({ ...late, askedMs: user.nowMs - 1 });
    expect(user.effects).toEqual([{ kind: 'closeSession', session, condition: 'conflict' }]);
    expect(user.ref('balcony')).toEqual(kept);
    const ended = { kind: 'sessionEnded', session, resource: 'balcony', seq: 1 } as const;
    expect(user.tell(ended)).toEqual([]);
    user.tell({ ...late, askedMs: user.nowMs });
    expect(user.ref('balcony')).toEqual(session);
  });

  test('so it is after a takeover, as the front-ends say when each was asked for', () => {
    const user = juliet();
    const memo = { boundAtMs: 0, shown: false, interested: false, wantsBlockPushes: false };
    const kept = { frontEnd: 'f', id: 1 };
    const restored = {
      kind: 'sessionRestored',
      session: kept,
      resource: 'balcony',
      seq: 0,
    } as const;
    const nobody = { directedTo: [], silenced: [] };
    user.tell({ ...restored, memo: { ...memo, ...nobody }, askedMs: user.nowMs - 5_000 });
    const bound = { kind: 'sessionBound', resource: 'balcony' } as const;
    user.tell({ ...bound, session: { frontEnd: 'g', id: 2 }, askedMs: user.nowMs - 9_000 });
    expect(user.ref('balcony')).toEqual(kept);
    user.tell({ ...bound, session: { frontEnd: 'g', id: 3 }, askedMs: user.nowMs - 1_000 });
    expect(user.ref('balcony').id).toBe(3);
  });

  test('the resource goes if the newer does not show itself', () => {
    const user = juliet();
    user.comes('balcony');
    user.bind('balcony');
    expect(user.waits(user.state.rules.replacementGraceMs)).toContain(
      `broadcast ${gone} to romeo@x`,
    );
    expect(user.ends('balcony')).toEqual([]);
  });

  test('or if it ends without having shown itself', () => {
    const user = juliet();
    user.comes('balcony');
    user.bind('balcony');
    expect(user.ends('balcony')).toEqual([`broadcast ${gone} to romeo@x`]);
  });

  test('what goes then is the one that was seen, not one that came between and never showed itself', () => {
    const user = juliet();
    user.comes('balcony');
    const session = user.ref('balcony');
    user.bind('balcony');
    user.bind('balcony');
    user.waits(user.state.rules.replacementGraceMs);
    const stamp = expect.objectContaining({ session }) as unknown;
    const presence = expect.objectContaining({ stamp }) as unknown;
    expect(user.effects).toContainEqual(expect.objectContaining({ kind: 'broadcast', presence }));
  });

  test('what the older says too late is not heard', () => {
    const user = juliet();
    user.comes('balcony');
    const session = user.ref('balcony');
    user.bind('balcony');
    const late = { session, resource: 'balcony', seq: 9 };
    expect(
      user.tell({
        kind: 'stanzaReceived',
        ...late,
        stanza: presence({ content: '<show>xa</show>' }),
      }),
    ).toEqual([]);
    expect(user.tell({ kind: 'sessionEnded', ...late })).toEqual([]);
    expect(user.state.sessions.size).toBe(1);
  });

  test('addressees of directed presence are told at once', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', presence({ to: 'room@chat.x/j' }));
    expect(user.bind('balcony')).toContain(
      `route <presence type='unavailable' from='juliet@x/balcony' to='room@chat.x/j'/>`,
    );
  });
});

describe('a takeover (scenario 2)', () => {
  function memoAfter(use: (user: TestUser) => void): SessionMemo {
    const user = juliet();
    user.comes('balcony');
    use(user);
    return memoOf(user.state.sessions.get('balcony')!);
  }

  function restored(memo: SessionMemo, seq = 5): TestUser {
    const user = juliet();
    const session = { frontEnd: 'f', id: 1 };
    expect(user.tell({ kind: 'sessionRestored', session, resource: 'balcony', seq, memo })).toEqual(
      [],
    );
    return user;
  }

  test('restores sessions without a word to anybody', () => {
    const user = restored(
      memoAfter((before) => {
        before.sends('balcony', rosterGet());
        before.sends('balcony', presence({ to: 'room@chat.x' }));
      }),
    );
    expect(user.isProbedBy('romeo@x/orchard').join()).toContain(`from='juliet@x/balcony'`);
    expect(user.ends('balcony')).toEqual([
      `route <presence type='unavailable' from='juliet@x/balcony' to='room@chat.x'/>`,
      `broadcast ${gone} to romeo@x`,
    ]);
  });

  test('pushes what has changed of late where the former owner died, to those who want to know', () => {
    const restoredFrom = (memo: SessionMemo) => {
      const user = juliet();
      user.comes('chamber');
      user.sends('chamber', presence({ type: 'subscribe', to: 'mercutio@x' }));
      const session = { frontEnd: 'f', id: 9 };
      const input = {
        kind: 'sessionRestored',
        session,
        resource: 'balcony',
        seq: 5,
        memo,
      } as const;
      return user.tell({ ...input, lossy: true });
    };
    const wants = memoAfter((before) => before.sends('balcony', rosterGet()));
    expect(restoredFrom(wants).join()).toContain(
      `jid='mercutio@x' subscription='none' ask='subscribe'`,
    );
    expect(restoredFrom(memoAfter(() => undefined))).toEqual([]);
  });

  describe('of a user whose account is gone', () => {
    const session = { frontEnd: 'f', id: 1 };
    const memo = memoAfter((before) => before.sends('balcony', presence({ to: 'room@chat.x' })));
    const restoredAt = (user: TestUser) => {
      user.state = { ...user.state, exists: false };
      return user.tell({ kind: 'sessionRestored', session, resource: 'balcony', seq: 5, memo });
    };
    const expectTheEnd = (user: TestUser) => {
      const { effects, state } = user;
      expect(effects).toContainEqual({
        kind: 'closeSession',
        session,
        condition: 'not-authorized',
      });
      expect(state.sessions.size).toBe(0);
    };
    const leave = `route <presence type='unavailable' from='juliet@x/balcony' to='room@chat.x'/>`;

    test('lets the order to leave everybody end the session, so that whoever sees it hears of that', () => {
      const user = juliet();
      expect(restoredAt(user)).toEqual([]);
      expect(user.tell({ kind: 'accountRemoved' })).toContain(leave);
      expectTheEnd(user);
      expect(user.isPublished('romeo@x').join()).toContain('gone: juliet@x/balcony');
    });

    test('ends the session at once when the former owner had the order already', () => {
      const user = juliet();
      user.tell({ kind: 'accountRemoved' });
      expect(restoredAt(user)).toContain(leave);
      expectTheEnd(user);
    });
  });

  test('the memo survives its way as JSON', () => {
    const memo = memoAfter((before) => before.sends('balcony', presence({ to: 'room@chat.x' })));
    const copy = JSON.parse(JSON.stringify(memo)) as SessionMemo;
    expect(restored(copy).state.sessions).toEqual(restored(memo).state.sessions);
  });

  test('stanzas that were dealt with before are not dealt with again', () => {
    const user = restored(memoAfter(() => undefined));
    const session = user.ref('balcony');
    const repeat = { session, resource: 'balcony', seq: 5, stanza: presence() };
    expect(user.tell({ kind: 'stanzaReceived', ...repeat })).toEqual([]);
    expect(user.tell({ kind: 'stanzaReceived', ...repeat, seq: 6 })).not.toEqual([]);
  });

  test('presence that was held is told by the new owner', () => {
    const memo = memoAfter((before) => {
      for (let count = 0; count < 12; count += 1) {
        before.sends('balcony', presence({ content: `<status>${count}</status>` }));
      }
    });
    expect(memo.held).toBeDefined();
    const user = restored(memo);
    expect(user.effects).toContainEqual(expect.objectContaining({ kind: 'wakeAt' }));
    expect(user.waits(2_000).at(-1)).toContain('<status>11</status>');
  });

  test('of two that are announced for one resource the newer stays, in any order', () => {
    const older = memoAfter(() => undefined);
    const newer = { ...older, boundAtMs: older.boundAtMs + 1 };
    for (const memos of [
      [older, newer],
      [newer, older],
    ]) {
      const user = juliet();
      memos.forEach((memo, index) => {
        const session = { frontEnd: `f${memo.boundAtMs}`, id: index };
        user.tell({ kind: 'sessionRestored', session, resource: 'balcony', seq: 1, memo });
      });
      expect(user.effects).toContainEqual({
        kind: 'closeSession',
        session: expect.objectContaining({ frontEnd: `f${older.boundAtMs}` }) as object,
        condition: 'conflict',
      });
      expect(user.ref('balcony').frontEnd).toBe(`f${newer.boundAtMs}`);
    }
  });

  test('of an account that is gone is answered by closing the session', () => {
    const user = new TestUser('nobody@x', { exists: false });
    const memo = memoAfter(() => undefined);
    const session = { frontEnd: 'f', id: 1 };
    expect(user.tell({ kind: 'sessionRestored', session, resource: 'r', seq: 1, memo })).toEqual([
      'close ?: not-authorized',
    ]);
  });
});

describe('progress', () => {
  test('carries the memo only when it has changed', () => {
    const user = juliet();
    user.comes('balcony');
    const memoIn = () => user.effects.some((effect) => effect.kind === 'progress' && effect.memo);
    expect(memoIn()).toBe(true);
    user.sends('balcony', presence({ type: 'probe', to: 'romeo@x' }));
    expect(memoIn()).toBe(false);
    user.sends('balcony', rosterGet());
    expect(memoIn()).toBe(true);
  });

  test('tells the front-end of another session whose memo has changed', () => {
    const user = juliet();
    user.comes('balcony');
    const error = presence({ type: 'error', from: 'romeo@x', to: 'juliet@x/balcony' });
    user.tell({ kind: 'stanzaArrived', stanza: error });
    expect(user.effects).toContainEqual(
      expect.objectContaining({
        kind: 'progress',
        seq: 1,
        memo: expect.objectContaining({ silenced: ['romeo@x'] }) as object,
      }),
    );
  });
});
