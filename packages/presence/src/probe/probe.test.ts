import { describe, expect, test } from 'vitest';
import { iq, presence, startStamp, TestUser } from '../../test/test-user.ts';
import type { ProbeAnswer } from '../input.ts';
import { visiblePresence } from '../presence/visible-presence.ts';
import type { Jid } from '@rollcall/xmpp';

const delayed = (jid: string, content = '') =>
  `<presence from='${jid}'>${content}<delay xmlns='urn:xmpp:delay' from='${jid}' stamp='${startStamp}'/></presence>`;
const block = (jid: string) =>
  iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='${jid}'/></block>`);

function juliet(options = {}) {
  return new TestUser('juliet@x', {
    contacts: { 'romeo@x': 'Both', 'paris@x': 'To', 'nurse@x': 'None' },
    ...options,
  });
}

describe('a probe of another (RFC 6121 §4.3.2)', () => {
  test('is answered with all available resources, stamped with their time (XEP-0318)', () => {
    const user = juliet();
    user.comes('balcony', '<show>away</show>');
    user.comes('chamber');
    user.nowMs += 5_000;
    expect(user.isProbedBy('romeo@x/orchard')).toEqual([
      `answer romeo@x/orchard (client): ${delayed('juliet@x/balcony', '<show>away</show>')} ${delayed('juliet@x/chamber')}`,
    ]);
  });

  test('for a full JID is answered with that resource alone', () => {
    const user = juliet();
    user.comes('balcony');
    user.comes('chamber');
    expect(user.isProbedBy('romeo@x/orchard', 'client', 'juliet@x/chamber')).toEqual([
      `answer romeo@x/orchard (client): ${delayed('juliet@x/chamber')}`,
    ]);
    expect(user.isProbedBy('romeo@x/orchard', 'client', 'juliet@x/attic')).toEqual([
      `answer romeo@x/orchard (client): <presence type='unavailable' from='juliet@x/attic'/>`,
    ]);
  });

  test.each(['paris@x/r', 'nurse@x/r', 'stranger@x/r'])(
    'of one who is not subscribed is answered with unsubscribed: %s',
    (from) => {
      const user = juliet();
      user.comes('balcony');
      expect(user.isProbedBy(from)).toEqual([`answer ${from} (client): unsubscribed`]);
    },
  );

  test('by the server at login is not answered for an offline user', () => {
    expect(juliet().isProbedBy('romeo@x/orchard', 'arrival')).toEqual([]);
  });

  test('after an approval is answered by the available alone', () => {
    const user = juliet();
    expect(user.isProbedBy('romeo@x', 'approval')).toEqual([]);
    expect(user.isProbedBy('paris@x', 'approval')).toEqual([]);
    user.comes('balcony');
    expect(user.isProbedBy('romeo@x', 'approval')).toHaveLength(1);
  });

  test('of one who was sent directed presence says that the resource is there, and no more (§4.6.6)', () => {
    const user = juliet();
    user.bind('balcony');
    user.sends('balcony', presence({ to: 'room@chat.x', content: '<status>secret</status>' }));
    expect(user.isProbedBy('room@chat.x', 'client', 'juliet@x/balcony')).toEqual([
      `answer room@chat.x (client): <presence from='juliet@x/balcony'/>`,
    ]);
  });
});

describe('no leaks (scenario 21)', () => {
  const answersTo = (viewer: string, ...users: readonly TestUser[]) =>
    users.map((user) => visiblePresence(user.state, viewer as Jid));

  test('a stranger, a blocked stranger and one who asks for nobody get the same', () => {
    const online = juliet();
    online.comes('balcony');
    const blocking = juliet();
    blocking.comes('balcony');
    blocking.sends('balcony', block('stranger@x'));
    const nobody = new TestUser('juliet@x', { exists: false });
    for (const outcome of answersTo('stranger@x', online, blocking, nobody)) {
      expect(outcome).toEqual({ kind: 'unsubscribed' });
    }
  });

  test('a blocked subscriber gets what an offline user would give who never left a presence', () => {
    const blocking = juliet();
    blocking.comes('balcony');
    blocking.sends('balcony', block('romeo@x'));
    const [blocked, offline] = answersTo('romeo@x', blocking, juliet());
    expect(blocked).toEqual(offline);
    blocking.sends('balcony', presence({ type: 'unavailable', content: '<status>bye</status>' }));
    expect(answersTo('romeo@x', blocking)).toEqual([offline]);
  });

  test('who was hidden from by the last resource does not learn that it has gone', () => {
    const user = juliet();
    user.bind('balcony');
    const list = `<list name='hide'><item type='jid' value='romeo@x' action='deny' order='1'><presence-out/></item></list>`;
    user.sends('balcony', iq('set', `<query xmlns='jabber:iq:privacy'>${list}</query>`));
    user.sends(
      'balcony',
      iq('set', `<query xmlns='jabber:iq:privacy'><active name='hide'/></query>`),
    );
    expect(user.sends('balcony', presence()).join()).not.toContain('to romeo@x');
    expect(user.isProbedBy('romeo@x/orchard').join()).toContain(
      `type='unavailable' from='juliet@x'/>`,
    );
    user.ends('balcony');
    expect(user.isProbedBy('romeo@x/orchard').join()).toContain(
      `type='unavailable' from='juliet@x'/>`,
    );
  });

  test('a user who has only sent directed presence is offline to subscribers', () => {
    const user = juliet();
    user.bind('balcony');
    user.sends('balcony', presence({ to: 'romeo@x/orchard' }));
    expect(user.isProbedBy('romeo@x/orchard').join()).toContain(
      `type='unavailable' from='juliet@x'/>`,
    );
  });
});

describe('a probe of the user’s own client (XEP-0318)', () => {
  const probe = presence({ type: 'probe', to: 'romeo@x', id: 'p' });

  test('is sent on for the session that asks', () => {
    const user = juliet();
    user.comes('balcony');
    expect(user.sends('balcony', probe)).toEqual(['probe romeo@x for juliet@x/balcony (client)']);
  });

  test('is slowed down beyond what a person would ask', () => {
    const user = juliet({ rules: { probeBurst: 2, probesPerSecond: 1 } });
    user.comes('balcony');
    user.sends('balcony', probe);
    user.sends('balcony', probe);
    expect(user.sends('balcony', probe)).toEqual([
      expect.stringMatching(/type='error' id='p'.*type='wait'><policy-violation/),
    ]);
    user.nowMs += 1_000;
    expect(user.sends('balcony', probe)).toHaveLength(1);
  });

  test('is refused for one whom the user has blocked', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', block('romeo@x'));
    expect(user.sends('balcony', probe)).toEqual([expect.stringContaining('<not-acceptable')]);
  });

  test('of the user themselves tells of their other resources', () => {
    const user = juliet();
    user.comes('balcony');
    user.comes('chamber');
    const own = presence({ type: 'probe', to: 'juliet@x' });
    expect(user.sends('balcony', own)).toEqual([`balcony < ${delayed('juliet@x/chamber')}`]);
    user.ends('chamber');
    expect(user.sends('balcony', own)).toEqual([
      `balcony < <presence type='unavailable' from='juliet@x'/>`,
    ]);
  });
});

describe('the answer to a probe', () => {
  const answer = (more: Partial<ProbeAnswer>) =>
    ({
      kind: 'probeAnswered',
      answer: {
        to: 'juliet@x/balcony' as Jid,
        from: 'romeo@x' as never,
        reason: 'client',
        outcome: {
          kind: 'unavailable',
          stanza: presence({ type: 'unavailable', from: 'romeo@x' }),
        },
        ...more,
      },
    }) as const;

  test('goes to the session that asked, available or not', () => {
    const user = juliet();
    user.bind('balcony');
    user.comes('chamber');
    expect(user.tell(answer({}))).toEqual([
      `balcony < <presence type='unavailable' from='romeo@x'/>`,
    ]);
  });

  test('is dropped if that session is gone', () => {
    const user = juliet();
    user.comes('chamber');
    expect(user.tell(answer({}))).toEqual([]);
  });

  test('unsubscribed is told to the client that asked of a stranger', () => {
    const user = juliet();
    user.comes('balcony');
    const strange = {
      from: 'stranger@x' as never,
      id: 'p',
      outcome: { kind: 'unsubscribed' },
    } as const;
    expect(user.tell(answer(strange))).toEqual([
      `balcony < <presence type='unsubscribed' id='p' from='stranger@x'/>`,
    ]);
  });

  test.each(['client', 'arrival'] as const)(
    'unsubscribed ends a subscription that only our half believes in, once told: %s',
    (reason) => {
      const user = juliet();
      user.comes('balcony');
      const effects = user.tell(answer({ reason, outcome: { kind: 'unsubscribed' } }));
      expect(effects).toEqual([
        'save head!',
        `balcony < <presence type='unsubscribed' from='romeo@x' to='juliet@x'/>`,
        `publish <presence type='unsubscribe' from='juliet@x' to='romeo@x'/>`,
      ]);
      expect(user.halfOf('romeo@x')).toBe('From');
    },
  );

  test('that comes after the user has unsubscribed shows nobody', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', presence({ type: 'unsubscribe', to: 'romeo@x' }));
    const available = {
      kind: 'available',
      presences: [
        {
          stanza: presence({ from: 'romeo@x/orchard' }),
          stamp: { session: { frontEnd: 'f', id: 1 }, seq: 1 },
        },
      ],
    } as const;
    expect(user.tell(answer({ reason: 'arrival', outcome: available }))).toEqual([]);
  });
});
