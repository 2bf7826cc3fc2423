import { NS, serializeStanza, type IqType } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { fullJid } from '../../test/jids.ts';
import type { IqRequest } from '../routing/iq-reply.ts';
import { withBlocked } from './block-list.ts';
import type { PolicyChange, PolicyContext, PolicySession } from './policy-change.ts';
import { emptyPolicy, type PrivacyPolicy } from './policy.ts';
import { handlePrivacyIq } from './privacy-iq.ts';

function session(resource: string, more: Partial<PolicySession> = {}): PolicySession {
  const id = resource.length;
  const ref = { frontEnd: 'fe', id };
  return { ref, resource, wantsBlockPushes: false, activeList: undefined, ...more };
}

const orchard = session('orchard');
const home = session('home');

function context(policy: PrivacyPolicy, more: Partial<PolicyContext> = {}): PolicyContext {
  const limits = { privacyLists: 4, privacyItems: 5, blockedItems: 5, nameBytes: 16 };
  const hasGroup = (group: string) => group === 'Enemies';
  const base = { policy, limits, hasGroup, session: orchard, pushId: 'p1' };
  return { ...base, sessions: [more.session ?? orchard, home], ...more };
}

function iq(type: 'get' | 'set', query: string): IqRequest {
  const content = `<query xmlns='${NS.privacy}'>${query}</query>`;
  return { kind: 'iq', type, id: 'x1', from: fullJid('romeo@example.net/orchard'), content };
}

function ask(at: PolicyContext, type: 'get' | 'set', query: string): PolicyChange {
  return handlePrivacyIq(at, iq(type, query));
}

/** The policy after a set that must succeed. */
function after(policy: PrivacyPolicy, query: string): PrivacyPolicy {
  const change = ask(context(policy), 'set', query);
  expect(change.reply.type).toBe('result');
  return change.policy ?? policy;
}

function condition({ reply }: PolicyChange): string {
  const type: IqType = reply.type;
  const match = /<error type='(\w+)'><([\w-]+) /.exec(reply.content);
  return type === 'error' ? `${match?.[2] ?? ''} (${match?.[1] ?? ''})` : type;
}

const item = (attributes: string, children = '') => `<item ${attributes}>${children}</item>`;
const denyTybalt = item("type='jid' value='tybalt@example.com' action='deny' order='1'");
const publicList = `<list name='public'>${denyTybalt}${item("action='allow' order='2'")}</list>`;
const lists = after(after(emptyPolicy, publicList), `<list name='private'>${denyTybalt}</list>`);
const withDefaultPublic: PrivacyPolicy = { ...lists, defaultList: 'public' };

describe('retrieving names (XEP-0016 §2.3)', () => {
  it('gives active, default and all lists', () => {
    const asking = session('orchard', { activeList: 'private' });
    const { reply } = ask(context(withDefaultPublic, { session: asking }), 'get', '');
    expect(serializeStanza(reply)).toBe(
      `<iq type='result' id='x1' to='romeo@example.net/orchard'><query xmlns='jabber:iq:privacy'>` +
        `<active name='private'/><default name='public'/>` +
        `<list name='public'/><list name='private'/></query></iq>`,
    );
  });

  it('gives an empty query where there are none', () => {
    const { reply } = ask(context(emptyPolicy), 'get', '');
    expect(reply).toMatchObject({ type: 'result', content: "<query xmlns='jabber:iq:privacy'/>" });
  });
});

describe('retrieving a list (XEP-0016 §2.3)', () => {
  it('gives its items in their order, as they were set', () => {
    const query =
      `<list name='l&apos;x'>` +
      item("type='group' value='Enemies' action='deny' order='9'", '<message/><presence-out/>') +
      item("type='subscription' value='both' action='allow' order='3'") +
      item("type='jid' value='Tybalt@EXAMPLE.com/PDA' action='deny' order='4294967295'", '<iq/>') +
      `</list>`;
    const { reply } = ask(context(after(emptyPolicy, query)), 'get', `<list name="l'x"/>`);
    expect(reply.content).toBe(
      `<query xmlns='jabber:iq:privacy'><list name='l&apos;x'>` +
        `<item type='subscription' value='both' action='allow' order='3'/>` +
        `<item type='group' value='Enemies' action='deny' order='9'><message/><presence-out/></item>` +
        `<item type='jid' value='tybalt@example.com/PDA' action='deny' order='4294967295'><iq/></item>` +
        `</list></query>`,
    );
  });

  it.each([
    ['one that does not exist', "<list name='The Empty Set'/>", 'item-not-found (cancel)'],
    ['one without a name', '<list/>', 'item-not-found (cancel)'],
    ['several', "<list name='public'/><list name='private'/>", 'bad-request (modify)'],
    ['something else', '<active/>', 'bad-request (modify)'],
    ['a list of another namespace', "<list xmlns='urn:x' name='public'/>", 'bad-request (modify)'],
  ])('refuses %s', (_, query, expected) => {
    expect(condition(ask(context(lists), 'get', query))).toBe(expected);
  });
});

describe('the active list (XEP-0016 §2.4)', () => {
  it('is set for the asking session alone, and stored nowhere', () => {
    const change = ask(context(lists), 'set', "<active name='private'/>");
    expect(change).toMatchObject({ activeList: { name: 'private' }, reply: { type: 'result' } });
    expect(change.policy).toBeUndefined();
    expect(change.pushes).toEqual([]);
  });

  it('is declined without a name', () => {
    const change = ask(context(lists), 'set', '<active/>');
    expect(change.activeList).toEqual({ name: undefined });
    expect(change.reply.type).toBe('result');
  });

  it('must exist', () => {
    const change = ask(context(lists), 'set', "<active name='The Empty Set'/>");
    expect(condition(change)).toBe('item-not-found (cancel)');
    expect(change.activeList).toBeUndefined();
  });
});

describe('the default list (XEP-0016 §2.5)', () => {
  const setPrivate = "<default name='private'/>";

  it('is set where none is in use', () => {
    expect(ask(context(lists), 'set', setPrivate).policy?.defaultList).toBe('private');
  });

  it('is changed where only the asking session uses the old one', () => {
    const busy = session('home', { activeList: 'private' });
    const at = context(withDefaultPublic, { sessions: [orchard, busy] });
    expect(ask(at, 'set', setPrivate).policy?.defaultList).toBe('private');
  });

  it('is declined without a name', () => {
    const at = context(withDefaultPublic, { sessions: [orchard] });
    const { policy, reply } = ask(at, 'set', '<default/>');
    expect(reply.type).toBe('result');
    expect(policy).toBeDefined();
    expect(policy?.defaultList).toBeUndefined();
    expect([...(policy?.lists.keys() ?? [])]).toEqual(['public', 'private']);
  });

  it.each([setPrivate, '<default/>'])(
    'is not touched by %s while another resource uses it',
    (query) => {
      const change = ask(context(withDefaultPublic), 'set', query);
      expect(condition(change)).toBe('conflict (cancel)');
      expect(change.policy).toBeUndefined();
    },
  );

  it('may be named again, which changes nothing', () => {
    const change = ask(context(withDefaultPublic), 'set', "<default name='public'/>");
    expect(change.reply.type).toBe('result');
    expect(change.policy).toBeUndefined();
  });

  it('must exist', () => {
    const change = ask(context(withDefaultPublic), 'set', "<default name='The Empty Set'/>");
    expect(condition(change)).toBe('item-not-found (cancel)');
  });
});

describe('editing and adding a list (XEP-0016 §2.6, §2.7)', () => {
  it('replaces all of it: no delta', () => {
    const policy = after(lists, `<list name='public'>${item("action='deny' order='5'")}</list>`);
    expect(policy.lists.get('public')?.items).toEqual([
      { match: { by: 'anyone' }, action: 'deny', order: 5, flows: [] },
    ]);
    expect(policy.lists.size).toBe(2);
  });

  it('is pushed to all connected resources, by name alone (§2.2 rule 10)', () => {
    const { pushes } = ask(context(lists), 'set', publicList);
    expect(pushes).toEqual([
      {
        to: [orchard.ref, home.ref],
        stanza: {
          kind: 'iq',
          type: 'set',
          id: 'p1-list',
          content: "<query xmlns='jabber:iq:privacy'><list name='public'/></query>",
        },
      },
    ]);
  });

  it.each([
    ['the same order twice', denyTybalt + item("action='allow' order='1'"), 'bad-request (modify)'],
    ['no order', item("action='allow'"), 'bad-request (modify)'],
    ['a negative order', item("action='allow' order='-1'"), 'bad-request (modify)'],
    ['an order that is no integer', item("action='allow' order='1.5'"), 'bad-request (modify)'],
    ['an order beyond 32 bits', item("action='allow' order='4294967296'"), 'bad-request (modify)'],
    ['no action', item("order='1'"), 'bad-request (modify)'],
    ['an unknown action', item("action='drop' order='1'"), 'bad-request (modify)'],
    [
      'an unknown type',
      item("type='nick' value='x' action='deny' order='1'"),
      'bad-request (modify)',
    ],
    ['a type without a value', item("type='jid' action='deny' order='1'"), 'bad-request (modify)'],
    [
      'no subscription',
      item("type='subscription' value='ask' action='deny' order='1'"),
      'bad-request (modify)',
    ],
    [
      'a malformed jid',
      item("type='jid' value='@x' action='deny' order='1'"),
      'jid-malformed (modify)',
    ],
    [
      'an unknown group',
      item("type='group' value='Nobody' action='deny' order='1'"),
      'item-not-found (cancel)',
    ],
    [
      'an unknown kind of stanza',
      item("action='deny' order='1'", '<presence/>'),
      'bad-request (modify)',
    ],
    ['something that is no item', '<rule/>', 'bad-request (modify)'],
  ])('refuses %s', (_, items, expected) => {
    const change = ask(context(lists), 'set', `<list name='public'>${items}</list>`);
    expect(condition(change)).toBe(expected);
    expect(change).toMatchObject({ pushes: [] });
    expect(change.policy).toBeUndefined();
  });

  it('refuses a list without a name', () => {
    expect(condition(ask(context(lists), 'set', `<list>${denyTybalt}</list>`))).toBe(
      'bad-request (modify)',
    );
  });

  it('keeps within the limits', () => {
    const one = `<list name='one'>${denyTybalt}</list>`;
    const full = ['one', 'two'].reduce(
      (policy, name) => after(policy, one.replace('one', name)),
      lists,
    );
    expect(condition(ask(context(full), 'set', one.replace('one', 'five')))).toBe(
      'policy-violation (modify)',
    );
    expect(condition(ask(context(full), 'set', one))).toBe('result');
    const six = [1, 2, 3, 4, 5, 6].map((order) => item(`action='allow' order='${order}'`)).join('');
    const many = `<list name='one'>${six}</list>`;
    expect(condition(ask(context(full), 'set', many))).toBe('policy-violation (modify)');
    const wide = one.replace('one', 'ü'.repeat(9));
    expect(condition(ask(context(emptyPolicy), 'set', wide))).toBe('policy-violation (modify)');
  });
});

describe('removing a list (XEP-0016 §2.8)', () => {
  const remove = "<list name='private'/>";

  it('takes it away', () => {
    const change = ask(context(lists), 'set', remove);
    expect([...(change.policy?.lists.keys() ?? [])]).toEqual(['public']);
    expect(change.reply.type).toBe('result');
    expect(change.activeList).toBeUndefined();
  });

  it('ends the use that the asking session made of it', () => {
    const asking = session('orchard', { activeList: 'private' });
    const change = ask(context(lists, { session: asking }), 'set', remove);
    expect(change.activeList).toEqual({ name: undefined });
  });

  it('leaves no default list behind that does not exist', () => {
    const at = context({ ...lists, defaultList: 'private' }, { sessions: [orchard] });
    const { policy } = ask(at, 'set', remove);
    expect(policy?.lists.has('private')).toBe(false);
    expect(policy?.defaultList).toBeUndefined();
  });

  it('keeps the default list where it is another', () => {
    expect(ask(context(withDefaultPublic), 'set', remove).policy?.defaultList).toBe('public');
  });

  it('is a conflict while it is the active list of another resource', () => {
    const busy = session('home', { activeList: 'private' });
    const change = ask(context(lists, { sessions: [orchard, busy] }), 'set', remove);
    expect(condition(change)).toBe('conflict (cancel)');
    expect(change.policy).toBeUndefined();
  });

  it('is a conflict while it applies to another resource as the default list', () => {
    expect(condition(ask(context(withDefaultPublic), 'set', "<list name='public'/>"))).toBe(
      'conflict (cancel)',
    );
  });

  it('is no conflict where the other resource has made another list active', () => {
    const busy = session('home', { activeList: 'private' });
    const at = context(withDefaultPublic, { sessions: [orchard, busy] });
    expect(condition(ask(at, 'set', "<list name='public'/>"))).toBe('result');
  });

  it('must exist', () => {
    expect(condition(ask(context(lists), 'set', "<list name='gone'/>"))).toBe(
      'item-not-found (cancel)',
    );
  });

  it('goes one by one', () => {
    const both = "<list name='private'/><list name='public'/>";
    expect(condition(ask(context(lists), 'set', both))).toBe('bad-request (modify)');
  });
});

describe('a set (XEP-0016 §2.1)', () => {
  it.each([
    ['nothing', ''],
    ['two kinds', "<active name='public'/><default name='public'/>"],
    ['something else', '<enable/>'],
    ['another namespace', "<active xmlns='urn:x' name='public'/>"],
  ])('with %s is refused', (_, query) => {
    expect(condition(ask(context(lists), 'set', query))).toBe('bad-request (modify)');
  });

  it('whose payload is not a query is refused', () => {
    const list = { ...iq('set', ''), content: `<list xmlns='${NS.privacy}'/>` };
    expect(condition(handlePrivacyIq(context(lists), list))).toBe('bad-request (modify)');
  });
});

describe('the block list behind privacy lists (XEP-0191 §5)', () => {
  const watching = session('home', { wantsBlockPushes: true });
  const blocking = withBlocked(emptyPolicy, []);

  it('hears of a JID that an edit of the default list blocks or unblocks (implication 2)', () => {
    const at = context(withDefaultPublic, { sessions: [orchard, watching] });
    const query = `<list name='public'>${denyTybalt.replace('tybalt', 'paris')}</list>`;
    const { pushes } = ask(at, 'set', query);
    expect(pushes.map(({ to, stanza }) => [to, stanza.content])).toEqual([
      [
        [orchard.ref, watching.ref],
        "<query xmlns='jabber:iq:privacy'><list name='public'/></query>",
      ],
      [
        [watching.ref],
        "<unblock xmlns='urn:xmpp:blocking'><item jid='tybalt@example.com'/></unblock>",
      ],
      [[watching.ref], "<block xmlns='urn:xmpp:blocking'><item jid='paris@example.com'/></block>"],
    ]);
    expect(new Set(pushes.map(({ stanza }) => stanza.id)).size).toBe(3);
  });

  it('hears of another default list (implication 4)', () => {
    const at = context(lists, { sessions: [orchard, watching] });
    const { pushes } = ask(at, 'set', "<default name='private'/>");
    expect(pushes.map(({ stanza }) => stanza.content)).toEqual([
      "<block xmlns='urn:xmpp:blocking'><item jid='tybalt@example.com'/></block>",
    ]);
  });

  it('does not hear of edits to other lists', () => {
    const at = context(blocking, { sessions: [orchard, watching] });
    expect(ask(at, 'set', publicList).pushes).toHaveLength(1);
  });
});
