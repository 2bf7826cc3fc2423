import {
  serializeStanza,
  type BareJid,
  type Jid,
  type Presence,
  type PresenceType,
} from '@rollcall/xmpp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareJid, jid } from '../../test/jids.ts';
import { factsOf, isSubscribedTo, isWatchedBy } from '../subscription/state.ts';
import { decideDomain, type DomainDecision, type DomainInput } from './decide-domain.ts';
import { domainState, type DomainState } from './domain-state.ts';
import { domainTable, type DomainSubscription } from './domain-table.ts';

const capulet = bareJid('capulet.example');
const montague = bareJid('montague.example');
const juliet = jid('juliet@capulet.example/balcony');
const romeo = bareJid('romeo@montague.example');
const bootMs = Date.UTC(2012, 8, 10, 23, 41, 7);
const laterMs = bootMs + 86_400_000;
const rules = { approves: true, rosterItems: 3 };
const up: DomainState = { ...domainState(capulet, rules), upSinceMs: bootMs };

function knowing(...roster: readonly (readonly [BareJid, DomainSubscription])[]): DomainState {
  return { ...up, roster: new Map(roster) };
}

function arrived(type: PresenceType | undefined, from: Jid, id?: string): DomainInput {
  const presence: Presence = {
    kind: 'presence',
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
    from,
    to: capulet,
    content: '',
  };
  return { kind: 'presenceArrived', presence };
}

/** What goes out, as type and addressee. */
function said({ effects }: DomainDecision): readonly string[] {
  return effects.map((effect) =>
    effect.kind === 'save' ? 'save' : `${effect.stanza.type ?? 'available'} ${effect.stanza.to}`,
  );
}

describe('a probe to a served domain (XEP-0318 §3.2)', () => {
  it('is answered with available presence, stamped with the time it came up', () => {
    const { effects } = decideDomain(up, arrived('probe', juliet, 'p1'), laterMs);
    expect(
      effects.map((effect) => effect.kind === 'route' && serializeStanza(effect.stanza)),
    ).toEqual([
      `<presence id='p1' from='capulet.example' to='juliet@capulet.example/balcony'>` +
        `<delay xmlns='urn:xmpp:delay' from='capulet.example' stamp='2012-09-10T23:41:07Z'/></presence>`,
    ]);
  });

  it('is not answered while the domain is down', () => {
    expect(
      said(decideDomain(domainState(capulet, rules), arrived('probe', juliet), laterMs)),
    ).toEqual([]);
  });
});

describe('coming and going (XEP-0267 §1)', () => {
  const roster = knowing([romeo, 'From'], [montague, 'Both'], [bareJid('verona.example'), 'To']);

  it('is told to those who watch, and to nobody else', () => {
    const down = { ...roster, upSinceMs: undefined };
    const cameUp = decideDomain(down, { kind: 'cameUp' }, bootMs);
    expect(cameUp.state.upSinceMs).toBe(bootMs);
    expect(said(cameUp)).toEqual(['save', `available ${romeo}`, `available ${montague}`]);
    const goesDown = decideDomain(roster, { kind: 'goesDown' }, laterMs);
    expect(goesDown.state.upSinceMs).toBeUndefined();
    expect(said(goesDown)).toEqual(['save', `unavailable ${romeo}`, `unavailable ${montague}`]);
  });

  it('goes only once', () => {
    const { state } = decideDomain(roster, { kind: 'goesDown' }, laterMs);
    expect(said(decideDomain(state, { kind: 'goesDown' }, laterMs))).toEqual([]);
  });
});

describe('a request to see the domain (XEP-0267 §1)', () => {
  it('of a person is approved, and answered with current presence', () => {
    const full = jid(`${romeo}/orchard`);
    const decision = decideDomain(up, arrived('subscribe', full), laterMs);
    expect(decision.state.roster.get(romeo)).toBe('From');
    expect(said(decision)).toEqual(['save', `subscribed ${romeo}`, `available ${romeo}`]);
  });

  it('of another domain is approved and returned', () => {
    const decision = decideDomain(up, arrived('subscribe', montague), laterMs);
    expect(decision.state.roster.get(montague)).toBe('From + Pending Out');
    expect(said(decision)).toEqual([
      'save',
      `subscribed ${montague}`,
      `available ${montague}`,
      `subscribe ${montague}`,
    ]);
  });

  it('of a domain that is seen already is not returned', () => {
    const decision = decideDomain(
      knowing([montague, 'To']),
      arrived('subscribe', montague),
      laterMs,
    );
    expect(decision.state.roster.get(montague)).toBe('Both');
    expect(said(decision)).toEqual(['save', `subscribed ${montague}`, `available ${montague}`]);
  });

  it('that was approved before is approved again, without a save (RFC 6121 §3.1.3)', () => {
    const decision = decideDomain(knowing([romeo, 'From']), arrived('subscribe', romeo), laterMs);
    expect(said(decision)).toEqual([`subscribed ${romeo}`, `available ${romeo}`]);
  });

  it('is refused where the domain approves nobody', () => {
    const closed = { ...up, rules: { ...rules, approves: false } };
    const decision = decideDomain(closed, arrived('subscribe', romeo), laterMs);
    expect(said(decision)).toEqual([`unsubscribed ${romeo}`]);
    expect(decision.state.roster.size).toBe(0);
  });

  it('is granted to whom it was granted, even if the domain approves nobody any more', () => {
    const closed = { ...knowing([romeo, 'From']), rules: { ...rules, approves: false } };
    const decision = decideDomain(closed, arrived('subscribe', romeo), laterMs);
    expect(said(decision)).toEqual([`subscribed ${romeo}`, `available ${romeo}`]);
  });

  it('is refused where the roster is full, except from those in it', () => {
    const full = knowing(
      [bareJid('a@x.example'), 'From'],
      [bareJid('b@x.example'), 'From'],
      [montague, 'To'],
    );
    expect(said(decideDomain(full, arrived('subscribe', romeo), laterMs))).toEqual([
      `unsubscribed ${romeo}`,
    ]);
    expect(
      decideDomain(full, arrived('subscribe', montague), laterMs).state.roster.get(montague),
    ).toBe('Both');
  });
});

describe('the end of a subscription', () => {
  it('takes the watcher out and shows the domain as gone (RFC 6121 §3.3.3)', () => {
    const decision = decideDomain(knowing([romeo, 'From']), arrived('unsubscribe', romeo), laterMs);
    expect(said(decision)).toEqual(['save', `unavailable ${romeo}`]);
    expect(decision.state.roster.has(romeo)).toBe(false);
  });

  it('of the domain to another does not hide it from that one', () => {
    const both = knowing([montague, 'Both']);
    const decision = decideDomain(both, arrived('unsubscribed', montague), laterMs);
    expect(said(decision)).toEqual(['save']);
    expect(decision.state.roster.get(montague)).toBe('From');
  });

  it('that was none changes nothing', () => {
    for (const type of ['unsubscribe', 'unsubscribed', 'subscribed'] as const) {
      expect(decideDomain(up, arrived(type, romeo), laterMs)).toEqual({ state: up, effects: [] });
    }
  });
});

describe('a request of the domain itself (XEP-0267 §2)', () => {
  const befriend: DomainInput = { kind: 'befriend', peer: montague };

  it('is sent, and again when it is repeated', () => {
    const first = decideDomain(up, befriend, laterMs);
    expect(said(first)).toEqual(['save', `subscribe ${montague}`]);
    expect(said(decideDomain(first.state, befriend, laterMs))).toEqual([`subscribe ${montague}`]);
  });

  it('is not sent to those who are seen already, nor past the limit', () => {
    for (const seen of ['To', 'Both'] as const) {
      expect(said(decideDomain(knowing([montague, seen]), befriend, laterMs))).toEqual([]);
    }
    const full = { ...up, rules: { ...rules, rosterItems: 0 } };
    expect(said(decideDomain(full, befriend, laterMs))).toEqual([]);
  });
});

it('presence and errors that are sent to a domain change nothing', () => {
  for (const type of [undefined, 'unavailable', 'error'] as const) {
    expect(decideDomain(up, arrived(type, romeo), laterMs)).toEqual({ state: up, effects: [] });
  }
});

describe('the table (RFC 6121 Appendix A.3)', () => {
  it('is what the subscription means', () => {
    for (const [before, row] of Object.entries(domainTable)) {
      const from = before as DomainSubscription;
      expect(isWatchedBy(row.subscribe)).toBe(true);
      expect(isWatchedBy(row.unsubscribe)).toBe(false);
      expect(isSubscribedTo(row.subscribed)).toBe(isSubscribedTo(from) || factsOf(from).pendingOut);
      expect(isSubscribedTo(row.unsubscribed) || factsOf(row.unsubscribed).pendingOut).toBe(false);
      for (const untouched of [row.subscribed, row.unsubscribed]) {
        expect(isWatchedBy(untouched)).toBe(isWatchedBy(from));
      }
      for (const untouched of [row.subscribe, row.unsubscribe]) {
        expect(isSubscribedTo(untouched)).toBe(isSubscribedTo(from));
        expect(factsOf(untouched).pendingOut).toBe(factsOf(from).pendingOut);
      }
    }
  });
});

describe('two domains', () => {
  const step = fc.constantFrom('ask a', 'ask b', 'deliver a', 'deliver b');

  it('agree on both halves once all is delivered, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const world = {
          a: up,
          b: { ...up, jid: montague },
          toA: [] as Presence[],
          toB: [] as Presence[],
        };
        const act = (who: 'a' | 'b', input: DomainInput) => {
          const { state, effects } = decideDomain(world[who], input, laterMs);
          world[who] = state;
          for (const effect of effects) {
            if (effect.kind === 'route') (who === 'a' ? world.toB : world.toA).push(effect.stanza);
          }
        };
        const deliver = (who: 'a' | 'b') => {
          const presence = (who === 'a' ? world.toA : world.toB).shift();
          if (presence) act(who, { kind: 'presenceArrived', presence });
        };
        for (const each of steps) {
          const who = each.endsWith('a') ? 'a' : 'b';
          const peer = who === 'a' ? montague : capulet;
          if (each.startsWith('ask')) act(who, { kind: 'befriend', peer });
          else deliver(who);
        }
        for (let left = 100; world.toA.length + world.toB.length > 0; left -= 1) {
          expect(left).toBeGreaterThan(0);
          deliver('a');
          deliver('b');
        }
        const asked = steps.some((each) => each.startsWith('ask'));
        expect(world.a.roster.get(montague)).toBe(asked ? 'Both' : undefined);
        expect(world.b.roster.get(capulet)).toBe(asked ? 'Both' : undefined);
      }),
    );
  });
});
