import { describe, expect, test } from 'vitest';
import { presence, rosterGet, TestUser } from '../../test/test-user.ts';
import { subscriptionStates } from './state.ts';

function alice(contacts = {}, rules = {}) {
  const user = new TestUser('alice@x', { contacts, rules });
  user.comes('balcony');
  user.sends('balcony', rosterGet());
  return user;
}

describe('subscribe (RFC 6121 §3.1.2)', () => {
  test('is stored, pushed and routed from bare to bare JID, in this order', () => {
    const user = alice();
    const effects = user.sends(
      'balcony',
      presence({ type: 'subscribe', to: 'bob@x/phone', id: 's1', content: '<status>hi</status>' }),
    );
    const version = user.state.roster.clock;
    expect(effects).toEqual([
      'save head!',
      `balcony < <iq type='set' id='push-${version - 1}' from='alice@x'><query xmlns='jabber:iq:roster' ver='${version - 1}'>` +
        `<item jid='bob@x' subscription='none' ask='subscribe'/></query></iq>`,
      `publish <presence type='subscribe' id='s1' from='alice@x' to='bob@x'><status>hi</status></presence>`,
    ]);
  });

  test.each(subscriptionStates)('is always routed: in %s', (state) => {
    const effects = alice({ 'bob@x': state }).sends(
      'balcony',
      presence({ type: 'subscribe', to: 'bob@x' }),
    );
    expect(effects.at(-1)).toBe(`publish <presence type='subscribe' from='alice@x' to='bob@x'/>`);
  });

  test('to oneself is ignored', () => {
    expect(alice().sends('balcony', presence({ type: 'subscribe', to: 'alice@x' }))).toEqual([]);
  });
});

describe('subscribed (RFC 6121 §3.1.5)', () => {
  test('makes a stranger who asked a roster item', () => {
    const user = alice();
    user.hears('subscribe', 'bob@x');
    const effects = user.sends('balcony', presence({ type: 'subscribed', to: 'bob@x' }));
    expect(effects[0]).toBe('save head!');
    expect(effects[1]).toContain(`<item jid='bob@x' subscription='from'/>`);
    expect(effects[2]).toBe(`publish <presence type='subscribed' from='alice@x' to='bob@x'/>`);
  });

  test('sent twice is routed once', () => {
    const user = alice({ 'bob@x': 'None + Pending In' });
    user.sends('balcony', presence({ type: 'subscribed', to: 'bob@x' }));
    expect(user.sends('balcony', presence({ type: 'subscribed', to: 'bob@x' }))).toEqual([]);
  });
});

describe('pre-approval (RFC 6121 §3.4)', () => {
  test('is pushed to the user and never told to the contact', () => {
    const user = alice();
    const effects = user.sends('balcony', presence({ type: 'subscribed', to: 'bob@x' }));
    expect(effects).toHaveLength(2);
    expect(effects[0]).toBe('save head');
    expect(effects[1]).toContain(`<item jid='bob@x' subscription='none' approved='true'/>`);
  });

  test('answers the request when it comes, without asking the user', () => {
    const user = alice();
    user.sends('balcony', presence({ type: 'subscribed', to: 'bob@x' }));
    const effects = user.hears('subscribe', 'bob@x');
    expect(effects[0]).toBe('save head!');
    expect(effects[1]).toContain(`<item jid='bob@x' subscription='from' approved='true'/>`);
    expect(effects.slice(2)).toEqual([
      `publish <presence type='subscribed' from='alice@x' to='bob@x'/>`,
      'acknowledge d',
    ]);
  });

  test('is taken back by unsubscribed, silently', () => {
    const user = alice();
    user.sends('balcony', presence({ type: 'subscribed', to: 'bob@x' }));
    const effects = user.sends('balcony', presence({ type: 'unsubscribed', to: 'bob@x' }));
    expect(effects).toHaveLength(2);
    expect(effects[1]).toContain(`<item jid='bob@x' subscription='none'/>`);
    expect(user.hears('subscribe', 'bob@x').join()).toContain(`type='subscribe'`);
    expect(user.halfOf('bob@x')).toBe('None + Pending In');
  });
});

describe('unsubscribed (RFC 6121 §3.2.2)', () => {
  test('carries the resources that the contact can no longer see', () => {
    const user = alice({ 'bob@x': 'Both' });
    user.comes('phone');
    user.bind('hidden');
    const effects = user.sends('balcony', presence({ type: 'unsubscribed', to: 'bob@x' }));
    expect(effects.at(-1)).toBe(
      `publish <presence type='unsubscribed' from='alice@x' to='bob@x'/> and gone: alice@x/balcony, alice@x/phone`,
    );
    expect(user.sends('balcony', presence()).join()).not.toContain('bob@x');
  });

  test('declining a request leaves an item that was there', () => {
    const user = alice({ 'bob@x': 'To' });
    user.hears('subscribe', 'bob@x');
    user.sends('balcony', presence({ type: 'unsubscribed', to: 'bob@x' }));
    expect(user.halfOf('bob@x')).toBe('To');
    expect(user.sends('balcony', rosterGet()).join()).toContain(
      `<item jid='bob@x' subscription='to'/>`,
    );
  });

  test('declining a stranger leaves nothing', () => {
    const user = alice();
    user.hears('subscribe', 'bob@x');
    user.sends('balcony', presence({ type: 'unsubscribed', to: 'bob@x' }));
    user.isPublished('bob@x');
    expect([...user.state.roster.entries()]).toEqual([]);
  });
});

describe('limits', () => {
  test('the roster is full: policy-violation, and nothing is sent', () => {
    const user = alice({ 'bob@x': 'Both' }, { rosterItems: 1 });
    const effects = user.sends('balcony', presence({ type: 'subscribe', to: 'carol@x' }));
    expect(effects).toEqual([expect.stringContaining('<policy-violation')]);
    expect(user.halfOf('carol@x')).toBe('None');
  });

  test('requests that wait for answers are bounded', () => {
    const user = alice({}, { requestsPerRequester: 1 });
    user.sends('balcony', presence({ type: 'subscribe', to: 'bob@x' }));
    const effects = user.sends('balcony', presence({ type: 'subscribe', to: 'carol@x' }));
    expect(effects).toEqual([expect.stringContaining('<resource-constraint')]);
  });

  test('what the queue has not taken is bounded for each contact', () => {
    const user = alice({}, { outboxPerContact: 2 });
    user.sends('balcony', presence({ type: 'subscribe', to: 'bob@x' }));
    user.sends('balcony', presence({ type: 'unsubscribe', to: 'bob@x' }));
    const effects = user.sends('balcony', presence({ type: 'subscribe', to: 'bob@x' }));
    expect(effects).toEqual([expect.stringContaining(`type='wait'><resource-constraint`)]);
  });

  test('content that would have to be stored is bounded', () => {
    const user = alice({}, { storedContentLength: 10 });
    const content = '<status>too long</status>';
    const effects = user.sends('balcony', presence({ type: 'subscribe', to: 'bob@x', content }));
    expect(effects).toEqual([expect.stringContaining('<policy-violation')]);
  });
});
