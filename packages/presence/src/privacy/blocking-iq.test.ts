import { NS, serializeStanza } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { fullJid, jid } from '../../test/jids.ts';
import type { IqRequest } from '../routing/iq-reply.ts';
import { blockedJids, withBlocked } from './block-list.ts';
import { handleBlockingIq } from './blocking-iq.ts';
import type { PolicyChange, PolicyContext, PolicySession } from './policy-change.ts';
import { allows, emptyPolicy, type PrivacyPolicy } from './policy.ts';
import { privacyList } from './privacy-list.ts';

const chamber: PolicySession = {
  ref: { frontEnd: 'fe', id: 1 },
  resource: 'chamber',
  wantsBlockPushes: true,
  activeList: undefined,
};
const balcony: PolicySession = { ...chamber, ref: { frontEnd: 'fe', id: 2 }, resource: 'balcony' };
const deaf: PolicySession = {
  ref: { frontEnd: 'fe', id: 3 },
  resource: 'garden',
  wantsBlockPushes: false,
  activeList: undefined,
};

function context(policy: PrivacyPolicy): PolicyContext {
  return {
    policy,
    limits: { privacyLists: 2, privacyItems: 2, blockedItems: 3, nameBytes: 16 },
    session: chamber,
    sessions: [chamber, balcony, deaf],
    hasGroup: () => false,
    pushId: 'p1',
  };
}

function iq(type: 'get' | 'set', content: string): IqRequest {
  return { kind: 'iq', type, id: 'b1', from: fullJid('juliet@capulet.example/chamber'), content };
}

function command(name: string, ...jids: readonly string[]): string {
  const items = jids.map((each) => `<item jid='${each}'/>`).join('');
  return `<${name} xmlns='${NS.blocking}'>${items}</${name}>`;
}

function ask(policy: PrivacyPolicy, type: 'get' | 'set', content: string): PolicyChange {
  return handleBlockingIq(context(policy), iq(type, content));
}

function condition({ reply }: PolicyChange): string {
  return /<error type='\w+'><([\w-]+) /.exec(reply.content)?.[1] ?? reply.type;
}

const romeo = jid('romeo@montague.example');
const blocked = withBlocked(emptyPolicy, [romeo, jid('iago@shakespeare.example')]);

describe('retrieving the block list (XEP-0191 §3.2)', () => {
  it('gives an item for each JID, and from then on pushes', () => {
    const change = ask(blocked, 'get', command('blocklist'));
    expect(serializeStanza(change.reply)).toBe(
      `<iq type='result' id='b1' to='juliet@capulet.example/chamber'>` +
        `<blocklist xmlns='urn:xmpp:blocking'><item jid='romeo@montague.example'/>` +
        `<item jid='iago@shakespeare.example'/></blocklist></iq>`,
    );
    expect(change.wantsBlockPushes).toBe(true);
    expect(change.policy).toBeUndefined();
  });

  it('gives an empty one where nobody is blocked', () => {
    const { reply } = ask(emptyPolicy, 'get', command('blocklist'));
    expect(reply.content).toBe("<blocklist xmlns='urn:xmpp:blocking'/>");
  });
});

describe('blocking (XEP-0191 §3.3)', () => {
  it('answers with an empty result and pushes the items to those who asked for the list', () => {
    const change = ask(emptyPolicy, 'set', command('block', 'Romeo@Montague.example', 'x.example'));
    expect(change.reply).toMatchObject({ type: 'result', content: '' });
    expect(blockedJids(change.policy ?? emptyPolicy)).toEqual([romeo, 'x.example']);
    expect(change.pushes).toEqual([
      {
        to: [chamber.ref, balcony.ref],
        stanza: {
          kind: 'iq',
          type: 'set',
          id: 'p1-block',
          content:
            `<block xmlns='urn:xmpp:blocking'>` +
            `<item jid='romeo@montague.example'/><item jid='x.example'/></block>`,
        },
      },
    ]);
  });

  it.each([
    ['a@x.example/r', ['a@x.example/r']],
    ['a@x.example', ['a@x.example/r', 'a@x.example']],
    ['x.example/r', ['x.example/r']],
    ['x.example', ['a@x.example/r', 'a@x.example', 'x.example/r', 'x.example']],
  ])('of %s reaches whom JID matching says (§6)', (whom, expected) => {
    const { policy = emptyPolicy } = ask(emptyPolicy, 'set', command('block', whom));
    const parties = ['a@x.example/r', 'a@x.example', 'x.example/r', 'x.example', 'b@y.example'];
    const hit = parties.filter((address) => {
      const party = { jid: jid(address), subscription: 'both', groups: [] } as const;
      return !allows(policy, undefined, 'message', party);
    });
    expect(hit).toEqual(expected);
  });

  it('again changes nothing but is told again', () => {
    const change = ask(blocked, 'set', command('block', romeo));
    expect(change.policy).toBeUndefined();
    expect(change.pushes).toHaveLength(1);
  });

  it.each([
    ['nothing', command('block'), 'bad-request'],
    ['an item without a jid', `<block xmlns='${NS.blocking}'><item/></block>`, 'bad-request'],
    ['something else', `<block xmlns='${NS.blocking}'><jid jid='a@x'/></block>`, 'bad-request'],
    ['no JID', command('block', 'a@x.example', '@'), 'jid-malformed'],
    ['more than the limit', command('block', 'a@x', 'b@x', 'c@x', 'd@x'), 'policy-violation'],
  ])('of %s is refused whole', (_, content, expected) => {
    const change = ask(emptyPolicy, 'set', content);
    expect(condition(change)).toBe(expected);
    expect(change.policy).toBeUndefined();
    expect(change.pushes).toEqual([]);
  });

  it('finds no room for a default list where all lists are taken', () => {
    const lists = new Map(['a', 'b'].map((name) => [name, privacyList(name, [])]));
    expect(condition(ask({ lists }, 'set', command('block', romeo)))).toBe('policy-violation');
    const change = ask({ lists, defaultList: 'a' }, 'set', command('block', romeo));
    expect(condition(change)).toBe('result');
  });

  it('pushes the name of the default list too, where clients made that (XEP-0016 §2.2 rule 10)', () => {
    const lists = new Map([['mine', privacyList('mine', [])]]);
    const { pushes } = ask({ lists, defaultList: 'mine' }, 'set', command('block', romeo));
    expect(pushes.map(({ to, stanza }) => [to.length, stanza.content])).toEqual([
      [2, "<block xmlns='urn:xmpp:blocking'><item jid='romeo@montague.example'/></block>"],
      [3, "<query xmlns='jabber:iq:privacy'><list name='mine'/></query>"],
    ]);
  });
});

describe('unblocking (XEP-0191 §3.4, §3.5)', () => {
  it('of some leaves the others', () => {
    const change = ask(blocked, 'set', command('unblock', romeo));
    expect(blockedJids(change.policy ?? blocked)).toEqual(['iago@shakespeare.example']);
    expect(change.reply).toMatchObject({ type: 'result', content: '' });
    expect(change.pushes.map(({ to, stanza }) => [to, stanza.content])).toEqual([
      [
        [chamber.ref, balcony.ref],
        "<unblock xmlns='urn:xmpp:blocking'><item jid='romeo@montague.example'/></unblock>",
      ],
    ]);
  });

  it('without items is of all, and pushed as such', () => {
    const change = ask(blocked, 'set', command('unblock'));
    expect(blockedJids(change.policy ?? blocked)).toEqual([]);
    expect(change.pushes.map(({ stanza }) => stanza.content)).toEqual([
      "<unblock xmlns='urn:xmpp:blocking'/>",
    ]);
  });

  it('of somebody who was not blocked is fine', () => {
    const change = ask(blocked, 'set', command('unblock', 'paris@example.com'));
    expect(change.reply.type).toBe('result');
    expect(change.policy).toBeUndefined();
  });

  it('of no JID is refused', () => {
    expect(condition(ask(blocked, 'set', command('unblock', '@')))).toBe('jid-malformed');
  });
});

describe('other requests in the namespace', () => {
  it.each([
    ['get', command('block', romeo)],
    ['set', command('blocklist')],
    ['set', command('mute', romeo)],
    ['set', "<block xmlns='urn:x'/>"],
  ] as const)('are bad requests: %s of %s', (type, content) => {
    expect(condition(ask(blocked, type, content))).toBe('bad-request');
  });
});
