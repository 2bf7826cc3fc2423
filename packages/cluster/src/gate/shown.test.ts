import type { FullJid } from '@rollcall/xmpp';
import { bareOf } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { shardOf } from '../shard/shard-of.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Shown, type Deliver } from './shown.ts';

const address = 'alice@localhost/garden' as FullJid;
const session = { frontEnd: 'front~1', id: 7 };
const memoryMs = 60_000;
const isOver = Number.MAX_SAFE_INTEGER;

let clock: VirtualClock;
/** Those that live, since when they are told of everybody. */
let live: Map<number, number>;
let shown: Shown;

beforeEach(() => {
  clock = new VirtualClock();
  live = new Map([1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => [id, 0]));
  shown = new Shown(clock, memoryMs, (id) => live.get(id));
});

function presence(seq: number, sessions: readonly number[], more: Partial<Deliver> = {}): Deliver {
  return {
    kind: 'deliver',
    sessions,
    head: '<presence',
    tail: '/>',
    presenceOf: address,
    stamp: { session, seq },
    ...more,
  };
}

const again = { again: true };
const gone = { gone: true };

describe('what is said again', () => {
  test('is shown only to those who have missed it', () => {
    shown.admit(presence(5, [1, 2]));
    expect(shown.admit(presence(5, [1, 2, 3], again))).toEqual([3]);
    expect(shown.admit(presence(5, [1, 2, 3], again))).toEqual([]);
  });

  test('is not shown to those who have seen something newer', () => {
    shown.admit(presence(5, [1]));
    shown.admit(presence(6, [2]));
    expect(shown.admit(presence(5, [1, 2], again))).toEqual([]);
    expect(shown.admit(presence(6, [1, 2], again))).toEqual([1]);
  });

  test('to all is shown to those who have seen only what was directed to them since', () => {
    const directed = { to: bareOf(address) };
    shown.admit(presence(4, [1, 2]));
    shown.admit(presence(5, [1]));
    shown.admit(presence(6, [1, 2, 3], directed));
    expect(shown.admit(presence(5, [1, 2, 3], again))).toEqual([2, 3]);
    expect(shown.admit(presence(5, [1, 2, 3], again))).toEqual([]);
    expect(shown.admit(presence(6, [1, 2, 3], { ...directed, ...again }))).toEqual([]);
    expect(shown.admit(presence(7, [1, 2, 3], { ...gone, ...again }))).toEqual([1, 2, 3]);
  });

  test('to all is shown to none whom it has told directly that it goes', () => {
    shown.admit(presence(6, [1], { to: bareOf(address), ...gone }));
    expect(shown.admit(presence(5, [1, 2], again))).toEqual([2]);
  });

  test('of an end concerns only those who saw the session', () => {
    shown.admit(presence(5, [1, 2]));
    expect(shown.admit(presence(6, [1, 2, 3], { ...again, ...gone }))).toEqual([1, 2]);
    expect(shown.admit(presence(6, [1, 2, 3], { ...again, ...gone }))).toEqual([]);
  });

  test('is nothing to those whose subscription has ended meanwhile, and neither is the end', () => {
    const { stamp: _stamp, ...unstamped } = presence(0, [1], gone);
    shown.admit(presence(5, [1, 2]));
    expect(shown.admit(unstamped)).toEqual([1]);
    expect(shown.visibleTo(new Set([1]))).toEqual([]);
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([2]);
  });

  test('is shown to one that was away meanwhile and has come back', () => {
    shown.admit(presence(5, [1, 2]));
    live.set(1, clock.now() + 1);
    expect(shown.visibleTo(new Set([1]))).toEqual([]);
    expect(shown.admit(presence(5, [1, 2], again))).toEqual([1]);
  });

  test('is seen by one that has come back, whichever audience it belonged to before', () => {
    shown.admit(presence(4, [1]));
    shown.admit(presence(5, [1, 2]));
    live.set(1, clock.now());
    shown.admit(presence(5, [1]));
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([1, 2]);
  });

  test('is told apart also after many small audiences', () => {
    for (let seq = 1; seq <= 40; seq++) shown.admit(presence(seq, [1 + (seq % 5)]));
    expect(shown.admit(presence(36, [1, 2, 3, 4, 5], again))).toEqual([]);
    expect(shown.admit(presence(40, [1, 2, 3, 4, 5], again))).toEqual([2, 3, 4, 5]);
  });
});

describe('what is said for the first time', () => {
  test('is shown to all, also where the stamp is that of before: a client may ask again', () => {
    shown.admit(presence(5, [1, 2]));
    expect(shown.admit(presence(5, [1]))).toEqual([1]);
  });

  test('is not shown twice shortly after an owner has changed, when nobody remembers what a login was told', () => {
    shown.beCareful();
    shown.admit(presence(5, [1, 2]));
    expect(shown.admit(presence(5, [1, 3]))).toEqual([3]);
  });

  test('is not shown to those who were told of it already, when it was said again before its turn had come', async () => {
    shown.admit(presence(5, [1, 2]));
    expect(shown.admit(presence(6, [1], again))).toEqual([1]);
    expect(shown.admit(presence(6, [1, 2]))).toEqual([2]);
    await clock.advance(20_000);
    expect(shown.admit(presence(6, [1]))).toEqual([1]);
  });

  test('is the going of one who has blocked the reader, with the number that was just shown, and the coming back', () => {
    shown.beCareful();
    for (const more of [{}, gone, {}]) expect(shown.admit(presence(5, [1], more))).toEqual([1]);
  });

  test('may be shown again a while later', async () => {
    shown.admit(presence(5, [1]));
    await clock.advance(20_000);
    shown.beCareful();
    expect(shown.admit(presence(5, [1]))).toEqual([1]);
  });
});

describe('an audit', () => {
  test('names the sessions that somebody sees, by shard or by watcher', () => {
    shown.admit(presence(5, [1, 2]));
    const seen = [{ session, address }];
    expect(shown.visible()).toEqual(seen);
    expect(shown.visible(shardOf(bareOf(address)))).toEqual(seen);
    expect(shown.visible((shardOf(bareOf(address)) + 1) % 256)).toEqual([]);
    expect(shown.visibleTo(new Set([2]))).toEqual(seen);
    expect(shown.visibleTo(new Set([3]))).toEqual([]);
    shown.admit(presence(6, [1, 2], gone));
    expect(shown.visible()).toEqual([]);
  });

  test('tells those who see a session that is gone, once', () => {
    shown.admit(presence(5, [1, 2]));
    shown.admit(presence(6, [1], gone));
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([2]);
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([]);
    expect(shown.admit(presence(7, [1, 2], gone))).toEqual([]);
  });

  test('leaves alone who is told of it again when it has come back', () => {
    shown.admit(presence(5, [1]));
    shown.takeGone({ session, address, seq: 6 });
    expect(shown.admit(presence(7, [1]))).toEqual([1]);
    expect(shown.admit(presence(7, [1]))).toEqual([1]);
  });

  test('makes what the session said before outdated, for those too who never saw it', () => {
    shown.admit(presence(5, [1]));
    shown.takeGone({ session, address, seq: isOver });
    expect(shown.admit(presence(6, [1, 2]))).toEqual([]);
  });

  test('leaves what the session says afterwards, if it is not over', () => {
    shown.admit(presence(5, [1]));
    expect(shown.takeGone({ session, address, seq: 6 })).toEqual([1]);
    expect(shown.admit(presence(7, [1, 2]))).toEqual([1, 2]);
  });

  test('leaves alone who has been shown the session that took its place, which goes by its address', () => {
    const successor = { frontEnd: 'front~2', id: 8 };
    shown.admit(presence(5, [1, 2, 3]));
    shown.admit(presence(1, [1, 2], { stamp: { session: successor, seq: 1 } }));
    shown.admit(presence(1, [2], { stamp: { session: { ...successor, id: 9 }, seq: 1 } }));
    expect(shown.visibleTo(new Set([1]))).toEqual([{ session: successor, address }]);
    expect(shown.takeGone({ session: successor, address, seq: isOver })).toEqual([1]);
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([3]);
  });

  test('knows the successor also where the former session is shown late, after all who saw it know the other', () => {
    const successor = { frontEnd: 'front~2', id: 8 };
    const ofSuccessor = { stamp: { session: successor, seq: 1 } };
    shown.admit(presence(1, [1]));
    shown.admit(presence(1, [1], ofSuccessor));
    shown.admit(presence(1, [2, 3]));
    shown.admit(presence(1, [2, 3], ofSuccessor));
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([]);
    expect(shown.takeGone({ session: successor, address, seq: isOver })).toEqual([1, 2, 3]);
  });

  test('knows the successor also where it was shown to others before the former session was to anybody', () => {
    const successor = { frontEnd: 'front~2', id: 8 };
    const ofSuccessor = { stamp: { session: successor, seq: 1 } };
    shown.admit(presence(1, [1], ofSuccessor));
    shown.admit(presence(1, [2]));
    shown.admit(presence(1, [2], ofSuccessor));
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([]);
    expect(shown.takeGone({ session: successor, address, seq: isOver })).toEqual([1, 2]);
  });

  test('knows nothing of sessions that nobody was shown', () => {
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([]);
    expect(shown.size).toBe(0);
  });
});

describe('memory', () => {
  test('of what was shown to all outlasts what was directed to many', () => {
    shown.admit(presence(1, [1, 2]));
    for (let seq = 2; seq < 60; seq++)
      shown.admit(presence(seq, [1 + (seq % 9)], { to: bareOf(address) }));
    expect(shown.admit(presence(1, [1, 2, 3], again))).toEqual([3]);
  });

  test('ends a while after the session has', async () => {
    shown.admit(presence(5, [1]));
    shown.admit(presence(6, [1], gone));
    await clock.advance(memoryMs * 2);
    expect(shown.size).toBe(0);
  });

  test('ends with the last who watched', async () => {
    shown.admit(presence(5, [1, 2]));
    await clock.advance(memoryMs * 2);
    expect(shown.size).toBe(1);
    live.clear();
    await clock.advance(memoryMs * 2);
    expect(shown.size).toBe(0);
  });

  test('holds one session of an address that comes again and again, though each time somebody has left who saw it', async () => {
    for (let id = 10; id < 60; id++) {
      live.set(id, 0);
      const stamp = { session: { frontEnd: 'front~1', id }, seq: 1 };
      shown.admit(presence(1, [1, id], { stamp }));
      live.delete(id);
      await clock.advance(memoryMs / 10);
    }
    await clock.advance(memoryMs * 2);
    expect(shown.size).toBe(1);
  });

  test('lasts as long as one goes on seeing what is gone for another', async () => {
    shown.admit(presence(5, [1, 2]));
    shown.admit(presence(6, [1], gone));
    await clock.advance(memoryMs * 2);
    expect(shown.admit(presence(5, [2], again))).toEqual([]);
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([2]);
    await clock.advance(memoryMs * 2);
    expect(shown.size).toBe(0);
  });

  test('of whose place another has taken is kept a while, though nobody sees it: it may be shown late', async () => {
    const ofSuccessor = { stamp: { session: { frontEnd: 'front~2', id: 8 }, seq: 1 } };
    shown.admit(presence(1, [1]));
    await clock.advance(memoryMs / 2);
    shown.admit(presence(2, [1]));
    shown.admit(presence(1, [1], ofSuccessor));
    await clock.advance(memoryMs * 0.6);
    shown.admit(presence(2, [2]));
    shown.admit(presence(1, [2], { ...ofSuccessor, ...gone }));
    expect(shown.takeGone({ session, address, seq: isOver })).toEqual([]);
  });

  test('is not taken up by what is no presence of a contact', () => {
    const { presenceOf: _presenceOf, stamp: _stamp, ...message } = presence(1, [1, 2]);
    expect(shown.admit(message)).toEqual([1, 2]);
    expect(shown.size).toBe(0);
  });
});
