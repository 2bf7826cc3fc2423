// RFC 3921 §10.1 to §10.8 (XEP-0016 §2.1 to §2.8): making lists, and saying which one counts.

import { child, children, elements } from '@rollcall/testkit';
import { expect } from 'vitest';
import { online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { message, messageFrom } from '../conversation/stanzas.ts';
import { active, byDefault, getList, getNames, item, list, privacy } from './lists.ts';

const denyAll = item('deny', 1);
const allowAll = item('allow', 1);

export const listEditing: readonly Rule[] = [
  rule(
    'RFC 3921 §10.3',
    'names are told: of the active list, the default list and all lists',
    async ({ alice }) => {
      await online(alice);
      expect(children(child(await alice.gets(getNames), 'query')!, 'list')).toEqual([]);
      for (const name of ['one', 'two']) await alice.sets(list(name, allowAll));
      await alice.sets(active('one'));
      await alice.sets(byDefault('two'));
      const query = child(await alice.gets(getNames), 'query')!;
      expect(child(query, 'active')?.attrs['name']).toBe('one');
      expect(child(query, 'default')?.attrs['name']).toBe('two');
      expect(
        children(query, 'list')
          .map(({ attrs }) => attrs['name'])
          .sort(),
      ).toEqual(['one', 'two']);
    },
  ),
  rule('RFC 3921 §10.3', 'a list is told item by item', async ({ alice, bob }) => {
    await online(alice);
    await alice.sets(
      list(
        'one',
        item('deny', 3, `type='jid' value='${bob.bare}'`, '<message/><iq/>'),
        item('allow', 7),
      ),
    );
    const [one] = children(child(await alice.gets(getList('one')), 'query')!, 'list');
    const items = children(one!, 'item').map(({ attrs, children: kinds }) => [
      attrs,
      kinds.map((kind) => (typeof kind === 'string' ? kind : kind.name)).sort(),
    ]);
    expect(items).toEqual([
      [{ action: 'deny', order: '3', type: 'jid', value: bob.bare }, ['iq', 'message']],
      [{ action: 'allow', order: '7' }, []],
    ]);
  }),
  rule('RFC 3921 §10.3', 'a list that does not exist: item-not-found', async ({ alice }) => {
    await online(alice);
    await alice.isRefused('get', getList('none'), ['item-not-found']);
  }),
  rule('RFC 3921 §10.3', 'two lists at once: bad-request', async ({ alice }) => {
    await online(alice);
    for (const name of ['one', 'two']) await alice.sets(list(name, allowAll));
    await alice.isRefused('get', privacy(`<list name='one'/><list name='two'/>`), ['bad-request']);
  }),
  rule(
    'RFC 3921 §10.4',
    'a list that is made active applies before the result comes, and no more when it is declined',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.sets(list('closed', item('deny', 1, '', '<message/>')));
      await alice.sets(active('closed'));
      bob.sends(message(alice.bare, 'one'));
      await alice.receivesNo(`<message/>`);
      await alice.sets(active());
      bob.sends(message(alice.bare, 'two'));
      await alice.receives(messageFrom(bob.full, 'two'));
    },
  ),
  rule(
    'RFC 3921 §10.4',
    'to activate a list that does not exist: item-not-found',
    async ({ alice }) => {
      await online(alice);
      await alice.isRefused('set', active('none'), ['item-not-found']);
    },
  ),
  rule(
    'RFC 3921 §10.5',
    'the default list applies to every resource, at every login, until it is declined',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.sets(list('closed', item('deny', 1, '', '<message/>')));
      await alice.sets(byDefault('closed'));
      await alice.leaves();
      await alice.comesOnline('later');
      await alice.conversation.quiets();
      bob.sends(message(alice.bare, 'one'));
      await alice.receivesNothing();
      await alice.sets(byDefault());
      bob.sends(message(alice.bare, 'two'));
      await alice.receives(messageFrom(bob.full, 'two'));
    },
  ),
  rule(
    'RFC 3921 §10.5',
    'a default list that does not exist: item-not-found',
    async ({ alice }) => {
      await online(alice);
      await alice.isRefused('set', byDefault('none'), ['item-not-found']);
    },
  ),
  rule(
    'RFC 3921 §10.5; RFC 3921 §10.2',
    'the default list that applies to another resource is neither changed nor declined: conflict',
    async ({ alice }) => {
      await online(alice);
      const phone = await alice.comesOnline('phone');
      for (const name of ['one', 'two']) await alice.sets(list(name, allowAll));
      await alice.sets(byDefault('one'));
      await phone.isRefused('set', byDefault('two'), ['conflict']);
      await phone.isRefused('set', byDefault(), ['conflict']);
      await alice.sets(active('two'));
      await phone.sets(byDefault('two'));
    },
  ),
  rule(
    'RFC 3921 §10.6; RFC 3921 §10.2',
    'to edit a list replaces it, and what it applies to feels it at once',
    async ({ alice, bob }) => {
      await online(alice, bob);
      await alice.sets(
        list('one', item('deny', 1, `type='jid' value='${bob.bare}'`, '<message/>')),
      );
      await alice.sets(active('one'));
      bob.sends(message(alice.bare, 'one'));
      await alice.receivesNo(`<message/>`);
      await alice.sets(list('one', item('deny', 1, '', '<iq/>')));
      bob.sends(message(alice.bare, 'two'));
      await alice.receives(messageFrom(bob.full, 'two'));
      const [one] = children(child(await alice.gets(getList('one')), 'query')!, 'list');
      expect(children(one!, 'item')).toHaveLength(1);
    },
  ),
  rule(
    'RFC 3921 §10.6; RFC 3921 §10.7; RFC 3921 §10.2',
    'a change is pushed to every connected resource, with the name of the list alone',
    async ({ alice }) => {
      await online(alice);
      const connected = await alice.logsIn('connected');
      await alice.conversation.quiets();
      await alice.sets(list('one', denyAll));
      for (const device of [alice.device, connected]) {
        const push = await device.receives(
          `<iq type='set'><query xmlns='jabber:iq:privacy'><list name='one'/></query></iq>`,
        );
        const query = child(push, 'query')!;
        expect(elements(query)).toHaveLength(1);
        expect(elements(child(query, 'list')!)).toEqual([]);
        device.sends(`<iq type='result' id='${push.attrs['id'] ?? ''}'/>`);
      }
    },
  ),
  rule('RFC 3921 §10.8', 'a list without items is removed', async ({ alice }) => {
    await online(alice);
    await alice.sets(list('one', allowAll));
    await alice.sets(list('one'));
    await alice.isRefused('get', getList('one'), ['item-not-found']);
  }),
  rule(
    'RFC 3921 §10.8',
    'to remove a list that does not exist: item-not-found',
    async ({ alice }) => {
      await online(alice);
      await alice.isRefused('set', list('none'), ['item-not-found']);
    },
  ),
  rule(
    'RFC 3921 §10.8; RFC 3921 §10.2',
    'a list that applies to another resource is not removed: conflict',
    async ({ alice }) => {
      await online(alice);
      const phone = await alice.comesOnline('phone');
      await alice.sets(list('one', allowAll));
      await alice.sets(active('one'));
      await phone.isRefused('set', list('one'), ['conflict']);
      await alice.gets(getList('one'));
    },
  ),
  rule(
    'RFC 3921 §10.1',
    'one thing at a time: two children in a set are a bad-request',
    async ({ alice }) => {
      await online(alice);
      await alice.sets(list('one', allowAll));
      await alice.isRefused('set', privacy(`<active name='one'/><default name='one'/>`), [
        'bad-request',
      ]);
    },
  ),
  ...[
    ['no action', `<item order='1'/>`],
    ['an unknown action', `<item action='maybe' order='1'/>`],
    ['no order', `<item action='deny'/>`],
    ['a negative order', `<item action='deny' order='-1'/>`],
    ['an order that is no number', `<item action='deny' order='first'/>`],
    ['an unknown type', `<item action='deny' order='1' type='colour' value='red'/>`],
    ['an unknown subscription', `<item action='deny' order='1' type='subscription' value='half'/>`],
    ['the order of another', `<item action='deny' order='1'/><item action='allow' order='1'/>`],
  ].map(([what = '', items = '']) =>
    rule('RFC 3921 §10.1', `an item with ${what} is a bad-request`, async ({ alice }) => {
      await online(alice);
      await alice.isRefused('set', list('one', items), ['bad-request']);
      await alice.isRefused('get', getList('one'), ['item-not-found']);
    }),
  ),
  rule('RFC 3921 §10.1', 'an item with a JID that is none is refused', async ({ alice }) => {
    await online(alice);
    await alice.isRefused('set', list('one', item('deny', 1, `type='jid' value='@@'`)), [
      'bad-request',
      'jid-malformed',
    ]);
  }),
  rule('RFC 3921 §10.1', 'a group that is not in the roster: item-not-found', async ({ alice }) => {
    await online(alice);
    await alice.isRefused('set', list('one', item('deny', 1, `type='group' value='Nobody'`)), [
      'item-not-found',
    ]);
  }),
];
