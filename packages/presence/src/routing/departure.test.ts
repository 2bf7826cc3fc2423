import {
  bareOf,
  withResource,
  type Iq,
  type Jid,
  type Presence,
  type PresenceType,
  type Stanza,
} from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { bareJid, jid } from '../../test/jids.ts';
import { withBlocked } from '../privacy/block-list.ts';
import { emptyPolicy, type PrivacyPolicy } from '../privacy/policy.ts';
import { privacyList, type StanzaFlow } from '../privacy/privacy-list.ts';
import { newMemo, sessionFrom } from '../session/memo.ts';
import { departureOf, type Departure, type Sender } from './departure.ts';

const juliet = bareJid('juliet@capulet.example');
const balcony = withResource(juliet, 'balcony');
const romeo = jid('romeo@montague.example');

function depart(stanza: Stanza, policy = emptyPolicy, activeList?: string): Departure {
  const identity = {
    ref: { frontEnd: 'fe', id: 1 },
    resource: 'balcony',
    address: balcony,
    seq: 1,
    askedMs: 0,
  };
  const session = { ...sessionFrom(identity, newMemo(0)), activeList };
  const sender: Sender = {
    jid: juliet,
    session,
    policy,
    partyOf(whom) {
      if (bareOf(whom) === juliet) throw new Error('never asked about the own account');
      return { jid: whom, subscription: 'both', groups: [] };
    },
  };
  return departureOf(sender, stanza);
}

function addressed(to: Jid | undefined): { readonly from: Jid; readonly to?: Jid } {
  return { from: balcony, ...(to === undefined ? {} : { to }) };
}

function message(to: Jid | undefined, type: 'chat' | 'error' = 'chat'): Stanza {
  return { kind: 'message', type, ...addressed(to), content: '<body>hi</body>' };
}

function iq(to: Jid | undefined, type: Iq['type'], ns = 'urn:x'): Iq {
  return { kind: 'iq', type, id: 'i1', ...addressed(to), content: `<query xmlns='${ns}'/>` };
}

function presence(to: Jid | undefined, type?: PresenceType): Presence {
  const typed = type === undefined ? {} : { type };
  return { kind: 'presence', ...typed, ...addressed(to), content: '' };
}

/** The kind, and of an error its condition. */
function outcome(departure: Departure): string {
  if (departure.kind !== 'refuse') return departure.kind;
  return /<error type='\w+'><([\w-]+) /.exec(departure.error.content)?.[1] ?? 'no condition';
}

const otherResource = withResource(juliet, 'chamber');

describe('a message of the client', () => {
  it('goes to its addressee', () => {
    expect(depart(message(romeo))).toEqual({ kind: 'route', stanza: message(romeo) });
  });

  it('without to is for the own bare JID (RFC 6120 §10.3.1)', () => {
    expect(depart(message(undefined))).toEqual({ kind: 'arrive', stanza: message(juliet) });
  });

  it.each([juliet, otherResource, balcony])('to %s is decided here', (to) => {
    expect(depart(message(to))).toEqual({ kind: 'arrive', stanza: message(to) });
  });
});

describe('an iq of the client', () => {
  const services = [
    ['roster', 'jabber:iq:roster'],
    ['privacy', 'jabber:iq:privacy'],
    ['blocking', 'urn:xmpp:blocking'],
  ] as const;

  it.each(services)(
    'for the own %s is served, with and without to (RFC 6120 §10.3.3)',
    (service, ns) => {
      for (const to of [undefined, juliet]) {
        for (const type of ['get', 'set'] as const) {
          const request = iq(to, type, ns);
          expect(depart(request)).toEqual({ kind: 'serve', service, iq: request });
        }
      }
    },
  );

  it('for what the account does not serve gets service-unavailable (RFC 6120 §10.3.3)', () => {
    expect(outcome(depart(iq(undefined, 'get')))).toBe('service-unavailable');
    expect(outcome(depart(iq(juliet, 'set')))).toBe('service-unavailable');
    expect(outcome(depart({ ...iq(juliet, 'set'), content: '<broken' }))).toBe(
      'service-unavailable',
    );
  });

  it('that answers a push ends here', () => {
    expect(depart(iq(undefined, 'result'))).toEqual({ kind: 'ignore' });
    expect(depart(iq(juliet, 'error'))).toEqual({ kind: 'ignore' });
  });

  it('to others, domains and own resources passes', () => {
    for (const type of ['get', 'set', 'result', 'error'] as const) {
      expect(outcome(depart(iq(romeo, type)))).toBe('route');
      expect(outcome(depart(iq(jid('capulet.example'), type)))).toBe('route');
      expect(outcome(depart(iq(otherResource, type)))).toBe('arrive');
    }
  });

  it.each(services)('for another %s is forbidden, whoever that is (RFC 6121 §2.3.3)', (_, ns) => {
    const addressees = [romeo, jid('romeo@montague.example/orchard'), otherResource];
    for (const to of addressees) {
      expect(outcome(depart(iq(to, 'get', ns)))).toBe('forbidden');
      expect(outcome(depart(iq(to, 'set', ns)))).toBe('forbidden');
      expect(outcome(depart(iq(to, 'result', ns)))).toBe(to === otherResource ? 'arrive' : 'route');
    }
    expect(outcome(depart(iq(jid('gateway.example'), 'get', ns)))).toBe('route');
  });
});

describe('presence of the client', () => {
  it('without to is for all who watch (RFC 6120 §10.3.2)', () => {
    expect(depart(presence(undefined))).toEqual({
      kind: 'broadcast',
      presence: presence(undefined),
    });
    const gone = presence(undefined, 'unavailable');
    expect(depart(gone)).toEqual({ kind: 'broadcast', presence: gone });
  });

  it.each(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe'] as const)(
    'of type %s needs a to',
    (type) => {
      expect(outcome(depart(presence(undefined, type)))).toBe('bad-request');
    },
  );

  it('of type error without to goes nowhere: errors are not answered', () => {
    expect(depart(presence(undefined, 'error'))).toEqual({ kind: 'ignore' });
  });

  it('with to is directed presence (RFC 6121 §4.6)', () => {
    for (const type of [undefined, 'unavailable', 'error'] as const) {
      expect(outcome(depart(presence(romeo, type)))).toBe('route');
      expect(outcome(depart(presence(juliet, type)))).toBe('arrive');
    }
  });

  it.each(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'] as const)(
    'of type %s is left to the subscription rules',
    (type) => {
      const stanza = presence(romeo, type);
      expect(depart(stanza)).toEqual({ kind: 'subscription', presence: stanza });
      expect(outcome(depart(presence(juliet, type)))).toBe('subscription');
    },
  );

  it('of type probe is left to the probe rules (XEP-0318)', () => {
    expect(depart(presence(romeo, 'probe'))).toEqual({
      kind: 'probe',
      presence: presence(romeo, 'probe'),
    });
  });
});

describe('what is sent to somebody blocked (XEP-0191 §3.3, XEP-0016 §2.14)', () => {
  const blocked = withBlocked(emptyPolicy, [romeo]);

  it('comes back with not-acceptable and the blocking condition', () => {
    expect(depart(message(romeo), blocked)).toEqual({
      kind: 'refuse',
      error: {
        kind: 'message',
        type: 'error',
        from: romeo,
        to: balcony,
        content:
          `<body>hi</body><error type='cancel'>` +
          `<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
          `<blocked xmlns='urn:xmpp:blocking:errors'/></error>`,
      },
    });
  });

  it('is every kind of stanza', () => {
    const types = [
      undefined,
      'unavailable',
      'subscribe',
      'subscribed',
      'unsubscribe',
      'probe',
    ] as const;
    const refused: readonly Stanza[] = [
      iq(romeo, 'get'),
      iq(romeo, 'set'),
      ...types.map((type) => presence(romeo, type)),
    ];
    for (const stanza of refused) expect(outcome(depart(stanza, blocked))).toBe('not-acceptable');
  });

  it('vanishes where it was an answer: errors are not answered', () => {
    const answers = [
      message(romeo, 'error'),
      iq(romeo, 'result'),
      iq(romeo, 'error'),
      presence(romeo, 'error'),
    ];
    for (const stanza of answers) expect(depart(stanza, blocked)).toEqual({ kind: 'ignore' });
  });

  it('is no concern of others', () => {
    expect(outcome(depart(message(jid('paris@capulet.example')), blocked))).toBe('route');
  });

  it('depends on the active list of the session that sends', () => {
    const lists = new Map(blocked.lists).set('open', privacyList('open', []));
    expect(outcome(depart(message(romeo), { ...blocked, lists }, 'open'))).toBe('route');
  });
});

describe('privacy lists on departure', () => {
  function denying(...flows: readonly StanzaFlow[]): PrivacyPolicy {
    const item = { match: { by: 'anyone' }, action: 'deny', order: 1, flows } as const;
    return { lists: new Map([['d', privacyList('d', [item])]]), defaultList: 'd' };
  }

  it('hold directed presence back where they deny presence-out (XEP-0016 §2.11)', () => {
    expect(outcome(depart(presence(romeo), denying('presence-out')))).toBe('not-acceptable');
    expect(outcome(depart(message(romeo), denying('presence-out')))).toBe('route');
    expect(outcome(depart(presence(romeo, 'subscribe'), denying('presence-out')))).toBe(
      'subscription',
    );
  });

  it('do not hold outgoing messages and iqs back where they deny incoming ones (XEP-0016 §2.1)', () => {
    const policy = denying('message', 'iq', 'presence-in');
    for (const stanza of [message(romeo), iq(romeo, 'get'), presence(romeo)]) {
      expect(outcome(depart(stanza, policy))).toBe('route');
    }
  });

  it('never stand between the resources of one account (XEP-0016 §2.1)', () => {
    const policy = denying();
    for (const stanza of [
      message(otherResource),
      iq(otherResource, 'get'),
      presence(otherResource),
    ]) {
      expect(outcome(depart(stanza, policy))).toBe('arrive');
    }
    expect(outcome(depart(presence(juliet, 'probe'), policy))).toBe('probe');
  });
});
