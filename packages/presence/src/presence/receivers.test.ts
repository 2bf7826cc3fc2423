import { describe, expect, test } from 'vitest';
import { bareOf, type FullJid } from '@rollcall/xmpp';
import { iq, presence, TestUser } from '../../test/test-user.ts';
import { memoOf } from '../session/memo.ts';
import type { SessionMemo } from '../session/session.ts';
import { adoptRecord } from '../user-state.ts';
import { hearsAlike, overhear } from './receivers.ts';

const orchard = 'romeo@x/orchard' as FullJid;
const torn = { ok: false, problem: 'torn' } as const;
const shown = `<presence from='romeo@x/orchard'/>`;
const goneAgain = `<presence type='unavailable' from='romeo@x/orchard'/>`;

function juliet() {
  const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'To', 'nurse@x': 'From' } });
  user.comes('balcony');
  return user;
}

function settled() {
  const user = juliet();
  user.waits(user.state.rules.arrivalWindowMs);
  return user;
}

function broadcastOf(from: FullJid, type?: 'unavailable') {
  const stanza = presence(type === undefined ? { from } : { from, type });
  return { stanza, stamp: { session: { frontEnd: `${from} front`, id: 1 }, seq: 1 } };
}

function overheard({ state }: TestUser, from: FullJid, type?: 'unavailable') {
  const hearing = overhear(state, broadcastOf(from, type), bareOf(from));
  return hearing === 'decide' ? hearing : hearing.to;
}

describe('a broadcast of a contact', () => {
  test('goes to all available resources, whatever their priority', () => {
    const user = juliet();
    user.comes('phone', '<priority>-5</priority>');
    user.bind('silent');
    expect(user.sees('romeo@x/orchard')).toEqual([`balcony, phone < ${shown}`]);
  });

  test.each(['nurse@x/r' as FullJid, 'stranger@x/r' as FullJid])(
    'is not for those who have not subscribed, but for its end: %s',
    (from) => {
      expect(juliet().sees(from)).toEqual([]);
      expect(juliet().sees(from, { type: 'unavailable' })).toHaveLength(1);
      expect(overheard(settled(), from)).toEqual([]);
      expect(overheard(settled(), from, 'unavailable')).toHaveLength(1);
    },
  );

  test('is not shown to a user who blocks the contact', () => {
    const user = settled();
    user.sends(
      'balcony',
      iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='romeo@x'/></block>`),
    );
    expect(user.sees('romeo@x/orchard')).toEqual([]);
    expect(overheard(user, orchard)).toEqual([]);
  });
});

describe('without a decision', () => {
  test('says who gets it, also of those who have just arrived', () => {
    const user = juliet();
    expect(overheard(user, orchard)).toEqual([user.ref('balcony')]);
    user.waits(user.state.rules.arrivalWindowMs);
    expect(overheard(user, orchard)).toEqual([user.ref('balcony')]);
  });

  test('a settled user is left as it is', () => {
    const user = settled();
    const hearing = overhear(user.state, broadcastOf(orchard), bareOf(orchard));
    expect(hearing).toHaveProperty('state', user.state);
  });

  test('it is not said that a contact whose error silenced the user is heard again', () => {
    const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'Both' } });
    user.comes('balcony');
    const error = presence({ type: 'error', from: 'romeo@x', to: 'juliet@x/balcony' });
    user.tell({ kind: 'stanzaArrived', stanza: error });
    expect(overheard(user, orchard)).toBe('decide');
  });

  test('nobody says anything of a user whose record is damaged', () => {
    const user = settled();
    user.state = adoptRecord(user.state, { ok: false, problem: 'torn' });
    expect(overheard(user, orchard, 'unavailable')).toBe('decide');
    expect(user.sees(orchard, { type: 'unavailable' })).toEqual([]);
  });
});

/** What a newer session of the resource would be announced with, to an owner that does not know of it yet. */
function newerMemo({ state }: TestUser): SessionMemo {
  const former = state.sessions.get('balcony');
  if (former === undefined) throw new Error('there is no such session');
  const memo = memoOf(former);
  return { ...memo, boundAtMs: memo.boundAtMs + 1 };
}

describe('what came of a presence', () => {
  const blocking = `<block xmlns='urn:xmpp:blocking'><item jid='romeo@x'/></block>`;
  const refusal = presence({ type: 'error', from: 'nurse@x', to: 'juliet@x/balcony' });

  test.each<[string, (user: TestUser) => void]>([
    ['another resource comes', (user) => user.comes('phone')],
    ['one goes', (user) => user.ends('balcony')],
    ['one hides', (user) => user.sends('balcony', presence({ type: 'unavailable' }))],
    ['one is replaced by its like', (user) => (user.ends('balcony'), user.comes('balcony'))],
    ['the contact is blocked', (user) => user.sends('balcony', iq('set', blocking))],
    ['a subscription ends', (user) => user.hears('unsubscribed', 'romeo@x')],
    ['an error silences the user', (user) => user.tell({ kind: 'stanzaArrived', stanza: refusal })],
    ['the record is damaged', (user) => (user.state = adoptRecord(user.state, torn))],
    ['a session remembers what it is told', (user) => void user.sees(orchard, { seq: 2 })],
  ])('may not come of the next one, when %s', (_what, happens) => {
    const user = juliet();
    const before = user.state;
    happens(user);
    expect(hearsAlike(before, user.state)).toBe(false);
  });

  test.each<[string, (user: TestUser) => void]>([
    ['hides', (user) => user.sends('balcony', presence({ type: 'unavailable' }))],
    [
      'turns out to have been replaced before its owner took over',
      (user) => {
        const memo = newerMemo(user);
        const session = { frontEnd: 'another', id: 9 };
        user.tell({ kind: 'sessionRestored', session, resource: 'balcony', seq: 5, memo });
      },
    ],
  ])('may not come of the next one, when a session that came long ago %s', (_what, happens) => {
    const user = settled();
    const before = user.state;
    happens(user);
    expect(hearsAlike(before, user.state)).toBe(false);
  });

  test('may not come of the next one, when a session chooses another of its privacy lists', () => {
    const query = (content: string) =>
      iq('set', `<query xmlns='jabber:iq:privacy'>${content}</query>`);
    const user = juliet();
    user.sends('balcony', query(`<list name='none'><item action='deny' order='1'/></list>`));
    const before = user.state;
    expect(overheard(user, orchard)).toHaveLength(1);
    user.sends('balcony', query(`<active name='none'/>`));
    expect(overheard(user, orchard)).toEqual([]);
    expect(hearsAlike(before, user.state)).toBe(false);
  });

  test('may not come of the next one, when the record of one without contacts is damaged', () => {
    const user = new TestUser('juliet@x');
    user.comes('balcony');
    const before = user.state;
    user.state = adoptRecord(user.state, torn);
    expect(hearsAlike(before, user.state)).toBe(false);
  });

  test('comes of the next one, whatever the user says of itself', () => {
    const user = settled();
    const before = user.state;
    user.sends('balcony', presence({ content: '<show>away</show>' }));
    expect(user.state).not.toBe(before);
    expect(hearsAlike(before, user.state)).toBe(true);
  });

  test('lasts, unless a session is left out because it has been told', () => {
    const user = juliet();
    const first = overhear(user.state, broadcastOf(orchard), bareOf(orchard));
    expect(first).toMatchObject({ to: [user.ref('balcony')], lasts: true });
    if (first === 'decide') throw new Error('the user was not at rest');
    const again = overhear(first.state, broadcastOf(orchard), bareOf(orchard));
    expect(again).toMatchObject({ to: [], lasts: false });
  });
});

describe('logins that race', () => {
  const answer = (seq: number) =>
    ({
      to: 'juliet@x/balcony',
      from: 'romeo@x',
      reason: 'arrival',
      outcome: {
        kind: 'available',
        presences: [
          {
            stanza: presence({ from: 'romeo@x/orchard' }),
            stamp: { session: { frontEnd: 'romeo@x/orchard front', id: 1 }, seq },
          },
        ],
      },
    }) as never;

  test('presence that was broadcast is not told again by the answer to the probe', () => {
    const user = juliet();
    expect(user.sees('romeo@x/orchard', { seq: 3 })).toHaveLength(1);
    expect(user.tell({ kind: 'probeAnswered', answer: answer(3) })).toEqual([]);
  });

  test('nor the other way round', () => {
    const user = juliet();
    expect(user.tell({ kind: 'probeAnswered', answer: answer(3) })).toHaveLength(1);
    expect(user.sees('romeo@x/orchard', { seq: 3 })).toEqual([]);
  });

  test('an answer that is older than what was broadcast is not told', () => {
    const user = juliet();
    user.sees('romeo@x/orchard', { seq: 3 });
    expect(user.sees('romeo@x/orchard', { seq: 4, type: 'unavailable' })).toEqual([
      `balcony < ${goneAgain}`,
    ]);
    expect(user.tell({ kind: 'probeAnswered', answer: answer(3) })).toEqual([]);
  });

  test('an answer that says more is told', () => {
    const user = juliet();
    user.sees('romeo@x/orchard', { seq: 3 });
    expect(user.tell({ kind: 'probeAnswered', answer: answer(4) })).toHaveLength(1);
  });

  test('a new stream of the same resource starts counting anew', () => {
    const user = juliet();
    user.sees('romeo@x/orchard', { seq: 9 });
    expect(user.sees('romeo@x/orchard', { seq: 1, id: 2 })).toHaveLength(1);
  });

  test('one who was blocked and is not any more is shown again with the presence that it had', () => {
    const user = juliet();
    user.sees('romeo@x/orchard', { seq: 3 });
    user.sees('romeo@x/orchard', { seq: 4, type: 'unavailable' });
    expect(user.sees('romeo@x/orchard', { seq: 4 })).toEqual([`balcony < ${shown}`]);
  });

  test('one who cancelled and approved again is shown again with the presence that it had', () => {
    const user = juliet();
    user.sees('romeo@x/orchard', { seq: 3 });
    user.hears('unsubscribed', 'romeo@x', { gone: [orchard] });
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    user.nowMs += 1;
    user.hears('subscribed', 'romeo@x');
    expect(user.tell({ kind: 'probeAnswered', answer: answer(3) })).toEqual([`balcony < ${shown}`]);
  });

  test('what one session was told does not keep it from another', () => {
    const user = juliet();
    user.sees('romeo@x/orchard', { seq: 3 });
    user.comes('phone');
    expect(user.sees('romeo@x/orchard', { seq: 3 })).toEqual([`phone < ${shown}`]);
  });
});
