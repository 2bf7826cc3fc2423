import {
  bareOf,
  withResource,
  type Iq,
  type Jid,
  type Message,
  type MessageType,
  type Presence,
  type Stanza,
} from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { bareJid, jid } from '../../test/jids.ts';
import { withBlocked } from '../privacy/block-list.ts';
import { emptyPolicy, type PrivacyPolicy } from '../privacy/policy.ts';
import { privacyList, type StanzaFlow, type Subscription } from '../privacy/privacy-list.ts';
import { newMemo, sessionFrom } from '../session/memo.ts';
import type { Session } from '../session/session.ts';
import { arrivalOf, type Arrival } from './arrival.ts';
import { sharesPresence, type Receiver } from './receiver.ts';

const juliet = bareJid('juliet@capulet.example');
const romeo = jid('romeo@montague.example/orchard');

/** A connected session; available, if it has a priority. */
function session(resource: string, priority?: number, more: Partial<Session> = {}): Session {
  const address = withResource(juliet, resource);
  const ref = { frontEnd: 'fe', id: resource.charCodeAt(0) };
  const stanza: Presence = { kind: 'presence', from: address, content: '' };
  const base = sessionFrom({ ref, resource, address, seq: 1, askedMs: 0 }, newMemo(0));
  const stamp = { session: ref, seq: 1 };
  return {
    ...base,
    ...(priority === undefined ? {} : { presence: { stanza, priority, stamp, sinceMs: 0 } }),
    ...more,
  };
}

interface World {
  readonly sessions?: readonly Session[];
  readonly exists?: boolean;
  readonly policy?: PrivacyPolicy;
  readonly subscription?: Subscription;
}

function receiver({
  sessions = [],
  exists = true,
  policy = emptyPolicy,
  ...more
}: World): Receiver {
  const { subscription = 'none' } = more;
  return {
    jid: juliet,
    exists,
    policy,
    sessions: new Map(sessions.map((each) => [each.resource, each])),
    partyOf(whom) {
      if (bareOf(whom) === juliet) throw new Error('never asked about the own account');
      return { jid: whom, subscription, groups: [] };
    },
  };
}

/** What became of it, in a word; of deliveries the resources. */
function outcome(world: World, stanza: Stanza): string {
  const arrival = arrivalOf(receiver(world), stanza);
  if (arrival.kind !== 'deliver') return arrival.kind === 'refuse' ? 'error' : arrival.kind;
  return arrival.to.map(({ id }) => String.fromCharCode(id)).join(' ');
}

const messageTypes: readonly MessageType[] = ['normal', 'chat', 'groupchat', 'headline', 'error'];
const iqTypes: readonly Iq['type'][] = ['get', 'set', 'result', 'error'];

function message(to: string, type: MessageType, from: Jid = romeo): Message {
  return { kind: 'message', type, from, to: jid(to), content: '<body>hi</body>' };
}

function iq(to: string, type: Iq['type'], from: Jid = romeo, content = "<q xmlns='urn:x'/>"): Iq {
  return { kind: 'iq', type, id: 'i1', from, to: jid(to), content };
}

function presence(to: string, type?: 'unavailable' | 'error', from: Jid = romeo): Presence {
  return {
    kind: 'presence',
    ...(type === undefined ? {} : { type }),
    from,
    to: jid(to),
    content: '',
  };
}

const idle = [session('a')];
const negative = [session('a', -1), session('b', -128)];
const one = [session('a', 0), session('b', -1)];
const several = [session('a', 5), session('b', 1), session('c', -1), session('d', 5), session('e')];

describe('a message (RFC 6121 §8.5.1 to §8.5.3)', () => {
  const bare = 'juliet@capulet.example';
  const rows: readonly (readonly [string, string, World, string])[] = [
    // who is there, to whom, ..., normal | chat | groupchat | headline | error
    ['nobody', bare, { exists: false }, 'error | error | error | ignore | ignore'],
    ['nobody', `${bare}/a`, { exists: false }, 'error | error | error | ignore | ignore'],
    ['no resource', bare, {}, 'offline | offline | error | ignore | ignore'],
    ['no available one', bare, { sessions: idle }, 'offline | offline | error | ignore | ignore'],
    ['negative ones', bare, { sessions: negative }, 'offline | offline | error | ignore | ignore'],
    ['one', bare, { sessions: one }, 'a | a | error | a | ignore'],
    ['several', bare, { sessions: several }, 'a d | a d | error | a b d | ignore'],
    ['no resource', `${bare}/z`, {}, 'error | offline | error | ignore | ignore'],
    ['an unavailable one', `${bare}/a`, { sessions: idle }, 'a | a | a | a | a'],
    ['a negative one', `${bare}/a`, { sessions: negative }, 'a | a | a | a | a'],
    ['several', `${bare}/b`, { sessions: several }, 'b | b | b | b | b'],
    [
      'others, negative',
      `${bare}/z`,
      { sessions: negative },
      'error | offline | error | ignore | ignore',
    ],
    ['several others', `${bare}/z`, { sessions: several }, 'error | a d | error | ignore | ignore'],
  ];

  it.each(rows)('that finds %s at %s', (_, to, world, expected) => {
    const outcomes = messageTypes.map((type) => outcome(world, message(to, type)));
    expect(outcomes.join(' | ')).toBe(expected);
  });

  it('without a type is a normal one (§5.2.2)', () => {
    const untyped: Message = { kind: 'message', from: romeo, to: juliet, content: '' };
    expect(outcome({ sessions: one }, untyped)).toBe('a');
    expect(outcome({ sessions: several }, { ...untyped, to: withResource(juliet, 'z') })).toBe(
      'error',
    );
  });

  it('that is not taken goes back with its content and service-unavailable', () => {
    const arrival = arrivalOf(receiver({}), message('juliet@capulet.example', 'chat'));
    expect(arrival).toEqual({
      kind: 'offline',
      otherwise: {
        kind: 'message',
        type: 'error',
        from: juliet,
        to: romeo,
        content:
          `<body>hi</body><error type='cancel'>` +
          `<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
      },
    });
  });
});

describe('an iq (RFC 6121 §8.5.2.1.3, §8.5.2.2.3, §8.5.3)', () => {
  const bare = 'juliet@capulet.example';
  const rows: readonly (readonly [string, string, World, string])[] = [
    // who is there, to whom, ..., get | set | result | error
    ['nobody', bare, { exists: false }, 'error | error | ignore | ignore'],
    ['nobody', `${bare}/a`, { exists: false }, 'error | error | ignore | ignore'],
    ['an account', bare, {}, 'error | error | ignore | ignore'],
    ['an account and resources', bare, { sessions: several }, 'error | error | ignore | ignore'],
    ['no such resource', `${bare}/z`, { sessions: several }, 'error | error | ignore | ignore'],
    ['a resource, as a stranger', `${bare}/a`, { sessions: several }, 'error | error | a | a'],
    [
      'a resource, as a subscriber',
      `${bare}/a`,
      { sessions: several, subscription: 'from' },
      'a | a | a | a',
    ],
    [
      'a resource, as a friend',
      `${bare}/a`,
      { sessions: several, subscription: 'both' },
      'a | a | a | a',
    ],
    [
      'a resource that watches it',
      `${bare}/a`,
      { sessions: several, subscription: 'to' },
      'error | error | a | a',
    ],
    [
      'an unavailable resource',
      `${bare}/e`,
      { sessions: several, subscription: 'both' },
      'error | error | e | e',
    ],
  ];

  it.each(rows)('that finds %s at %s', (_, to, world, expected) => {
    const outcomes = iqTypes.map((type) => outcome(world, iq(to, type)));
    expect(outcomes.join(' | ')).toBe(expected);
  });

  it('reaches a resource that sent directed presence to the sender (§8.5.3.1)', () => {
    const sessions = [session('a', undefined, { directedTo: new Set([romeo]) })];
    expect(outcome({ sessions }, iq(`${juliet}/a`, 'get'))).toBe('a');
    expect(
      outcome({ sessions }, iq(`${juliet}/a`, 'get', jid('romeo@montague.example/other'))),
    ).toBe('a');
    expect(outcome({ sessions }, iq(`${juliet}/a`, 'get', jid('paris@capulet.example/x')))).toBe(
      'error',
    );
  });

  it('of the account itself reaches its resources', () => {
    const own = withResource(juliet, 'b');
    expect(outcome({ sessions: several }, iq(`${juliet}/e`, 'get', own))).toBe('e');
  });

  it.each(['jabber:iq:roster', 'jabber:iq:privacy', 'urn:xmpp:blocking'])(
    'of %s is never taken for a push of the server',
    (ns) => {
      const world: World = { sessions: several, subscription: 'both' };
      const forged = iq(`${juliet}/a`, 'set', romeo, `<query xmlns='${ns}'/>`);
      expect(outcome(world, forged)).toBe('error');
      expect(outcome(world, { ...forged, type: 'result' })).toBe('a');
    },
  );
});

describe('directed presence (RFC 6121 §8.5.2.1.2, §8.5.2.2.2, §8.5.3)', () => {
  const bare = 'juliet@capulet.example';
  const rows: readonly (readonly [string, string, World, string])[] = [
    // who is there, to whom, ..., available | unavailable | error
    ['nobody', bare, { exists: false }, 'ignore | ignore | ignore'],
    ['nobody', `${bare}/a`, { exists: false }, 'ignore | ignore | ignore'],
    ['no available resource', bare, { sessions: idle }, 'ignore | ignore | ignore'],
    ['available resources', bare, { sessions: several }, 'a b c d | a b c d | a b c d'],
    ['a resource', `${bare}/b`, { sessions: several }, 'b | b | b'],
    ['an unavailable resource', `${bare}/e`, { sessions: several }, 'e | e | e'],
    ['no such resource', `${bare}/z`, { sessions: several }, 'ignore | ignore | ignore'],
  ];

  it.each(rows)('that finds %s at %s', (_, to, world, expected) => {
    const types = [undefined, 'unavailable', 'error'] as const;
    expect(types.map((type) => outcome(world, presence(to, type))).join(' | ')).toBe(expected);
  });

  it.each(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe'] as const)(
    'is not what %s is: that never comes this way',
    (type) => {
      expect(outcome({ sessions: several }, { ...presence(juliet), type })).toBe('ignore');
    },
  );
});

/** All that somebody could send to find out whether Juliet is there. */
const everything: readonly Stanza[] = [juliet, `${juliet}/a`, `${juliet}/z`].flatMap((to) => [
  ...messageTypes.map((type) => message(to, type)),
  ...iqTypes.map((type) => iq(to, type)),
  iq(to, 'get', romeo, "<query xmlns='jabber:iq:roster'/>"),
  presence(to),
  presence(to, 'unavailable'),
  presence(to, 'error'),
]);

describe('somebody blocked (XEP-0191 §3.3, XEP-0016 §2.14)', () => {
  it.each(['romeo@montague.example/orchard', 'romeo@montague.example', 'montague.example'])(
    'as %s gets from a user with resources what he gets from nobody',
    (whom) => {
      const policy = withBlocked(emptyPolicy, [jid(whom)]);
      for (const subscription of ['none', 'both'] as const) {
        for (const stanza of everything) {
          const blocked = arrivalOf(receiver({ sessions: several, policy, subscription }), stanza);
          expect(blocked).toEqual(arrivalOf(receiver({ exists: false }), stanza));
        }
      }
    },
  );

  it('gets from a user without resources what he gets from nobody: nothing is stored', () => {
    const policy = withBlocked(emptyPolicy, [romeo]);
    for (const stanza of everything) {
      const blocked = arrivalOf(receiver({ policy }), stanza);
      expect(blocked).toEqual(arrivalOf(receiver({ exists: false }), stanza));
    }
  });

  it('never gets an answer to an answer', () => {
    for (const exists of [true, false]) {
      for (const stanza of everything) {
        if (stanza.type !== 'error' && stanza.type !== 'result') continue;
        const { kind } = arrivalOf(receiver({ exists, sessions: several }), stanza);
        expect(['deliver', 'ignore']).toContain(kind);
      }
    }
  });
});

describe('privacy lists on arrival (XEP-0016 §2.2)', () => {
  function denying(name: string, ...flows: readonly StanzaFlow[]): PrivacyPolicy {
    const list = privacyList(name, [{ match: { by: 'anyone' }, action: 'deny', order: 1, flows }]);
    return { lists: new Map([[name, list]]), defaultList: name };
  }
  const lenient = (of: PrivacyPolicy): PrivacyPolicy => ({
    ...of,
    lists: new Map(of.lists).set('lenient', privacyList('lenient', [])),
  });

  it('block only what they name', () => {
    const world = (flow: StanzaFlow): World => ({
      sessions: one,
      policy: denying('d', flow),
      subscription: 'both',
    });
    const results = (flow: StanzaFlow) => [
      outcome(world(flow), message(juliet, 'chat')),
      outcome(world(flow), iq(`${juliet}/a`, 'result')),
      outcome(world(flow), presence(`${juliet}/a`)),
      outcome(world(flow), presence(`${juliet}/a`, 'error')),
    ];
    expect(results('message')).toEqual(['error', 'a', 'a', 'a']);
    expect(results('iq')).toEqual(['a', 'ignore', 'a', 'a']);
    expect(results('presence-in')).toEqual(['a', 'a', 'ignore', 'a']);
  });

  it('are those of the resource that a stanza is for (rules 1, 2)', () => {
    const policy = lenient(denying('strict'));
    const sessions = [session('a', 5), session('b', 1, { activeList: 'lenient' })];
    expect(outcome({ sessions, policy }, message(`${juliet}/a`, 'chat'))).toBe('error');
    expect(outcome({ sessions, policy }, message(`${juliet}/b`, 'chat'))).toBe('b');
  });

  it('leave a message to those resources that do not block it', () => {
    const policy = lenient(denying('strict'));
    const sessions = [session('a', 5), session('b', 1, { activeList: 'lenient' })];
    expect(outcome({ sessions, policy }, message(juliet, 'chat'))).toBe('b');
    expect(outcome({ sessions, policy }, presence(juliet))).toBe('b');
  });

  it('keep a message out of the offline store where the resources that are there block it', () => {
    const { lists } = denying('strict');
    const sessions = [session('a', 5, { activeList: 'strict' })];
    expect(outcome({ sessions, policy: { lists } }, message(juliet, 'chat'))).toBe('error');
  });

  it('hide a resource from iqs where it hides its presence', () => {
    const world: World = {
      sessions: one,
      policy: denying('hide', 'presence-out'),
      subscription: 'both',
    };
    expect(outcome(world, iq(`${juliet}/a`, 'get'))).toBe('error');
  });

  it('never stand between the resources of one account (§2.1)', () => {
    const own = withResource(juliet, 'b');
    const world: World = { sessions: one, policy: denying('all') };
    expect(outcome(world, message(juliet, 'chat', own))).toBe('a');
    expect(outcome(world, iq(`${juliet}/a`, 'get', own))).toBe('a');
    expect(outcome(world, presence(`${juliet}/a`, undefined, own))).toBe('a');
  });

  it('do not swallow what the own server answers', () => {
    const world: World = { sessions: one, policy: denying('all', 'iq') };
    expect(outcome(world, iq(`${juliet}/a`, 'result', jid('capulet.example')))).toBe('a');
    expect(outcome(world, iq(`${juliet}/a`, 'result', jid('montague.example')))).toBe('ignore');
    expect(outcome(world, iq(`${juliet}/a`, 'get', jid('capulet.example')))).toBe('error');
  });
});

describe('sharing presence (RFC 6121 §8.5.3.1)', () => {
  it('takes a subscription of theirs and an available resource', () => {
    const shares = (subscription: Subscription, priority?: number) =>
      sharesPresence(receiver({ subscription }), session('a', priority), romeo);
    expect((['none', 'to', 'from', 'both'] as const).filter((each) => shares(each, 0))).toEqual([
      'from',
      'both',
    ]);
    expect(shares('both')).toBe(false);
  });

  it('is never with an unknown sender', () => {
    expect(sharesPresence(receiver({ subscription: 'both' }), session('a', 0), undefined)).toBe(
      false,
    );
  });
});

it('every arrival names sessions of the receiver alone', () => {
  const known = new Set(several.map(({ ref }) => ref));
  for (const stanza of everything) {
    const arrival: Arrival = arrivalOf(
      receiver({ sessions: several, subscription: 'both' }),
      stanza,
    );
    if (arrival.kind === 'deliver') expect(arrival.to.every((ref) => known.has(ref))).toBe(true);
  }
});
