import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jid } from '../../test/jids.ts';
import {
  privacyList,
  verdictOf,
  type JudgedFlow,
  type PartyView,
  type PrivacyItem,
  type PrivacyMatch,
  type StanzaFlow,
  type Subscription,
} from './privacy-list.ts';

const flows: readonly StanzaFlow[] = ['message', 'iq', 'presence-in', 'presence-out'];
const judged: readonly JudgedFlow[] = [...flows, 'other'];

function party(
  address: string,
  subscription: Subscription = 'none',
  groups: readonly string[] = [],
): PartyView {
  return { jid: jid(address), subscription, groups };
}

function deny(match: PrivacyMatch, order = 1, only: readonly StanzaFlow[] = []): PrivacyItem {
  return { match, action: 'deny', order, flows: only };
}

function denied(items: readonly PrivacyItem[], whom: PartyView, flow: JudgedFlow = 'message') {
  return verdictOf(privacyList('test', items), flow, whom) === 'deny';
}

describe('a jid item (XEP-0016 §2.1)', () => {
  const addresses = [
    'tybalt@example.com/pda',
    'tybalt@example.com/home',
    'tybalt@example.com',
    'paris@example.com/pda',
    'example.com/pda',
    'example.com',
    'tybalt@sub.example.com',
  ];
  const matching = (value: string) =>
    addresses.filter((address) => denied([deny({ by: 'jid', value: jid(value) })], party(address)));

  it('of user@domain/resource matches only that resource', () => {
    expect(matching('tybalt@example.com/pda')).toEqual(['tybalt@example.com/pda']);
  });

  it('of user@domain matches any resource', () => {
    expect(matching('tybalt@example.com')).toEqual([
      'tybalt@example.com/pda',
      'tybalt@example.com/home',
      'tybalt@example.com',
    ]);
  });

  it('of domain/resource matches only that resource, not those of users', () => {
    expect(matching('example.com/pda')).toEqual(['example.com/pda']);
  });

  it('of a domain matches it, its users and its resources, but no subdomain', () => {
    expect(matching('example.com')).toEqual(addresses.slice(0, 6));
  });
});

describe('the other kinds of items (XEP-0016 §2.1)', () => {
  it('match one of the groups', () => {
    const items = [deny({ by: 'group', value: 'Enemies' })];
    expect(denied(items, party('a@x', 'both', ['Friends', 'Enemies']))).toBe(true);
    expect(denied(items, party('a@x', 'both', ['Friends']))).toBe(false);
  });

  it('match a subscription exactly: both is neither from nor to', () => {
    for (const value of ['none', 'to', 'from', 'both'] as const) {
      const items = [deny({ by: 'subscription', value })];
      const hit = (['none', 'to', 'from', 'both'] as const).filter((subscription) =>
        denied(items, party('a@x', subscription)),
      );
      expect(hit).toEqual([value]);
    }
  });

  it('without a type match everyone', () => {
    expect(denied([deny({ by: 'anyone' })], party('stranger@anywhere.example'))).toBe(true);
  });
});

describe('what an item covers (XEP-0016 §2.1, §2.13)', () => {
  it.each(flows)('only %s where it says so', (flow) => {
    const items = [deny({ by: 'anyone' }, 1, [flow])];
    expect(judged.filter((each) => denied(items, party('a@x'), each))).toEqual([flow]);
  });

  it('everything, subscription stanzas too, where it says nothing', () => {
    const items = [deny({ by: 'anyone' })];
    expect(judged.filter((each) => denied(items, party('a@x'), each))).toEqual(judged);
  });

  it('not subscription stanzas where all four kinds are listed', () => {
    expect(denied([deny({ by: 'anyone' }, 1, flows)], party('a@x'), 'other')).toBe(false);
  });
});

describe('the order of a list (XEP-0016 §2.2)', () => {
  it('is ascending, however the items were sent, and the first match decides (rules 5, 6)', () => {
    const allow = { match: { by: 'jid', value: jid('a@x') }, action: 'allow', order: 2, flows: [] };
    const items = [deny({ by: 'anyone' }, 3), allow as PrivacyItem];
    expect(denied(items, party('a@x/r'))).toBe(false);
    expect(denied([...items, deny({ by: 'jid', value: jid('x') }, 1)], party('a@x/r'))).toBe(true);
  });

  it('goes on past items for other kinds of stanzas', () => {
    const items: readonly PrivacyItem[] = [
      { match: { by: 'anyone' }, action: 'allow', order: 1, flows: ['iq'] },
      deny({ by: 'anyone' }, 2),
    ];
    expect(denied(items, party('a@x'), 'message')).toBe(true);
    expect(denied(items, party('a@x'), 'iq')).toBe(false);
  });

  it('ends in allow (rule 7)', () => {
    expect(denied([deny({ by: 'jid', value: jid('b@x') })], party('a@x'))).toBe(false);
  });
});

describe('the index', () => {
  const address = fc
    .tuple(
      fc.constantFrom('', 'a@', 'b@'),
      fc.constantFrom('x.example', 'y.example'),
      fc.constantFrom('', '/r', '/s'),
    )
    .map((parts) => jid(parts.join('')));
  const subscription = fc.constantFrom<Subscription>('none', 'to', 'from', 'both');
  const group = fc.constantFrom('G', 'H');
  const match: fc.Arbitrary<PrivacyMatch> = fc.oneof(
    fc.record({ by: fc.constant('jid' as const), value: address }),
    fc.record({ by: fc.constant('group' as const), value: group }),
    fc.record({ by: fc.constant('subscription' as const), value: subscription }),
    fc.constant({ by: 'anyone' as const }),
  );
  const items = fc.uniqueArray(
    fc.record({
      match,
      action: fc.constantFrom('allow' as const, 'deny' as const),
      order: fc.nat(50),
      flows: fc.subarray([...flows]),
    }),
    { selector: ({ order }) => order, maxLength: 12 },
  );
  const someParty = fc.record({
    jid: address,
    subscription,
    groups: fc.uniqueArray(group),
  });

  it('agrees with reading the items one after the other', () => {
    fc.assert(
      fc.property(items, fc.constantFrom(...judged), someParty, (list, flow, whom) => {
        expect(verdictOf(privacyList('any', list), flow, whom)).toBe(
          readOneByOne(list, flow, whom),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The rules of XEP-0016 §2.1 and §2.2 as the text has them, on plain strings. */
function readOneByOne(items: readonly PrivacyItem[], flow: JudgedFlow, whom: PartyView): string {
  for (const item of [...items].sort((a, b) => a.order - b.order)) {
    const covered = item.flows.length === 0 || item.flows.some((each) => each === flow);
    if (covered && isAbout(item.match, whom)) return item.action;
  }
  return 'allow';
}

function isAbout(match: PrivacyMatch, whom: PartyView): boolean {
  if (match.by === 'anyone') return true;
  if (match.by === 'subscription') return match.value === whom.subscription;
  if (match.by === 'group') return whom.groups.includes(match.value);
  const [, user, domain = '', resource] = /^([^@/]*@)?([^/]*)(\/.*)?$/.exec(whom.jid) ?? [];
  const forms = [`${user ?? ''}${domain}${resource ?? ''}`, `${user ?? ''}${domain}`, domain];
  return forms.includes(match.value);
}
