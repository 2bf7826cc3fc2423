import { describe, expect, test } from 'vitest';
import { reread } from '../../test/records.ts';
import { iq, presence, rosterGet, TestUser } from '../../test/test-user.ts';
import { adoptRecord } from '../user-state.ts';
import { subscriptionStates } from './state.ts';

function juliet(contacts = {}, rules = {}) {
  const user = new TestUser('juliet@x', { contacts, rules });
  user.comes('balcony');
  return user;
}

const request = `<presence type='subscribe' from='romeo@x' to='juliet@x'/>`;
const block = iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='romeo@x'/></block>`);

describe('a request (RFC 6121 §3.1.3)', () => {
  test('is stored, shown to available resources and acknowledged, in this order', () => {
    const user = juliet();
    user.bind('silent');
    expect(user.hears('subscribe', 'romeo@x')).toEqual([
      'save head',
      `balcony < ${request}`,
      'acknowledge d',
    ]);
    expect(user.sends('balcony', rosterGet())[0]).not.toContain('romeo@x');
  });

  test('is shown at each login until it is answered, whole', () => {
    const user = new TestUser('juliet@x');
    const stanza = presence({
      type: 'subscribe',
      from: 'romeo@x',
      to: 'juliet@x',
      id: 's',
      content: `<status>art thou not</status><nick xmlns='http://jabber.org/protocol/nick'>R</nick>`,
    });
    user.hears('subscribe', 'romeo@x', { stanza });
    const whole = `balcony < <presence type='subscribe' id='s' from='romeo@x' to='juliet@x'>${stanza.content}</presence>`;
    expect(user.comes('balcony')).toContain(whole);
    user.ends('balcony');
    expect(user.comes('balcony')).toContain(whole);
    user.sends('balcony', presence({ type: 'unsubscribed', to: 'romeo@x' }));
    user.ends('balcony');
    expect(user.comes('balcony').join()).not.toContain('subscribe');
  });

  test('sent again is not shown again; that it has come is kept, for the answer to say', () => {
    const user = juliet();
    user.hears('subscribe', 'romeo@x');
    user.nowMs += 1;
    expect(user.hears('subscribe', 'romeo@x')).toEqual(['save head', 'acknowledge d']);
  });

  test('that was withdrawn is not shown any more', () => {
    const user = new TestUser('juliet@x');
    user.hears('subscribe', 'romeo@x');
    user.nowMs += 1;
    user.hears('unsubscribe', 'romeo@x');
    expect(user.comes('balcony').join()).not.toContain('romeo@x');
  });

  test('of one who is subscribed already is answered for the user', () => {
    const effects = juliet({ 'romeo@x': 'Both' }).hears('subscribe', 'romeo@x');
    expect(effects).toEqual([
      'save head!',
      `publish <presence type='subscribed' from='juliet@x' to='romeo@x'/>`,
      'acknowledge d',
    ]);
  });

  test.each(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'] as const)(
    '%s to nobody is silently ignored (§8.5.1)',
    (type) => {
      const user = new TestUser('nobody@x', { exists: false });
      expect(user.hears(type, 'romeo@x')).toEqual(['acknowledge d']);
      expect(user.halfOf('romeo@x')).toBe('None');
    },
  );

  test('of too many who wait is denied (scenario 26)', () => {
    const user = juliet({}, { storedRequestsPerUser: 1 });
    user.hears('subscribe', 'romeo@x');
    expect(user.hears('subscribe', 'paris@x')).toEqual([
      `publish <presence type='unsubscribed' from='juliet@x' to='paris@x'/>`,
    ]);
    expect(user.halfOf('paris@x')).toBe('None');
  });

  test('of somebody blocked is as if it had never come (XEP-0191 §3.3)', () => {
    const user = juliet();
    user.sends('balcony', block);
    expect(user.hears('subscribe', 'romeo@x')).toEqual(['acknowledge d']);
    expect(user.halfOf('romeo@x')).toBe('None');
  });

  test('that an audit has sent again is answered even so by one who has approved it', () => {
    const user = juliet({ 'romeo@x': 'From' });
    user.sends('balcony', block);
    expect(user.hears('subscribe', 'romeo@x')).toEqual(['save head', 'acknowledge d']);
    user.nowMs += 1;
    expect(user.hears('subscribe', 'romeo@x', { mends: true })).toEqual([
      'save head!',
      `publish <presence type='subscribed' from='juliet@x' to='romeo@x'/>`,
      'acknowledge d',
    ]);
  });

  test('longer than what is stored is kept without its content', () => {
    const user = new TestUser('juliet@x', { rules: { storedContentLength: 5 } });
    const stanza = presence({ type: 'subscribe', from: 'romeo@x', content: '<status>!</status>' });
    user.hears('subscribe', 'romeo@x', { stanza });
    expect(user.comes('balcony')).toContain(`balcony < ${request}`);
  });
});

describe('an approval (RFC 6121 §3.1.6)', () => {
  test('is shown to interested resources before the push, then presence is asked for', () => {
    const user = juliet({ 'romeo@x': 'None + Pending Out' });
    user.bind('interested');
    user.sends('interested', rosterGet());
    const effects = user.hears('subscribed', 'romeo@x');
    expect(effects[0]).toBe('save head');
    expect(effects[1]).toBe(
      `balcony, interested < <presence type='subscribed' from='romeo@x' to='juliet@x'/>`,
    );
    expect(effects[2]).toContain(`<item jid='romeo@x' subscription='to'/>`);
    expect(effects.slice(3)).toEqual(['probe romeo@x for juliet@x (approval)', 'acknowledge d']);
  });

  test('that comes twice is shown once', () => {
    const user = juliet({ 'romeo@x': 'None + Pending Out' });
    const more = { number: 7 };
    user.hears('subscribed', 'romeo@x', more);
    expect(user.hears('subscribed', 'romeo@x', more)).toEqual(['acknowledge d']);
  });

  test('that nobody asked for is taken back, so that the halves agree', () => {
    const user = juliet();
    expect(user.hears('subscribed', 'romeo@x')).toEqual([
      'save head!',
      `publish <presence type='unsubscribe' from='juliet@x' to='romeo@x'/>`,
      'acknowledge d',
    ]);
    expect(user.halfOf('romeo@x')).toBe('None');
  });

  test('that comes when the request has long been withdrawn is taken back again', () => {
    const user = juliet();
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    const [request] = user.state.roster.get('romeo@x' as never)?.outbox ?? [];
    user.sends('balcony', presence({ type: 'unsubscribe', to: 'romeo@x' }));
    user.isPublished('romeo@x');
    user.isPublished('romeo@x');
    user.nowMs += 1;
    expect(user.hears('subscribed', 'romeo@x', { number: 1, heard: request!.number })).toContain(
      `publish <presence type='unsubscribe' from='juliet@x' to='romeo@x'/>`,
    );
  });

  test('counts even if the contact is blocked meanwhile, but is not shown', () => {
    const user = juliet({ 'romeo@x': 'None + Pending Out' });
    user.sends('balcony', block);
    expect(user.hears('subscribed', 'romeo@x').join()).not.toContain(`<presence type='subscribed'`);
    expect(user.halfOf('romeo@x')).toBe('To');
  });
});

describe('cancellations (RFC 6121 §3.2.3, §3.3.3)', () => {
  test('the end of a subscription is shown with the resources that went, in order', () => {
    const user = juliet({ 'romeo@x': 'Both' });
    const gone = ['romeo@x/orchard', 'romeo@x/phone'] as never;
    expect(user.hears('unsubscribed', 'romeo@x', { gone })).toEqual([
      'save head',
      `balcony < <presence type='unsubscribed' from='romeo@x' to='juliet@x'/>`,
      `balcony < <presence type='unavailable' from='romeo@x/orchard'/>`,
      `balcony < <presence type='unavailable' from='romeo@x/phone'/>`,
      'acknowledge d',
    ]);
  });

  test('a watcher that leaves is sent the resources it loses with the automatic answer', () => {
    const effects = juliet({ 'romeo@x': 'Both' }).hears('unsubscribe', 'romeo@x');
    expect(effects).toEqual([
      'save head!',
      `balcony < <presence type='unsubscribe' from='romeo@x' to='juliet@x'/>`,
      `publish <presence type='unsubscribed' from='juliet@x' to='romeo@x'/> and gone: juliet@x/balcony`,
      'acknowledge d',
    ]);
  });

  test('an automatic answer to what has been asked anew since changes nothing', () => {
    const user = juliet();
    for (const type of ['subscribe', 'unsubscribe', 'subscribe'] as const) {
      user.sends('balcony', presence({ type, to: 'romeo@x' }));
    }
    const [, second, third] = user.state.roster.get('romeo@x' as never)?.outbox ?? [];
    user.hears('unsubscribed', 'romeo@x', { number: 1, answers: second!.number });
    expect(user.halfOf('romeo@x')).toBe('None + Pending Out');
    user.hears('subscribed', 'romeo@x', { number: 2, answers: third!.number });
    expect(user.halfOf('romeo@x')).toBe('To');
  });
});

describe('what the contact says to have heard (promise 2)', () => {
  const sent = (user: TestUser) => user.state.roster.get('romeo@x' as never)?.outbox ?? [];

  test.each(['answers', 'heard'] as const)('by `%s` is not sent again after a crash', (word) => {
    const user = juliet();
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    const [request] = sent(user);
    user.hears('subscribed', 'romeo@x', { [word]: request!.number });
    const record = reread(user.state);
    expect(record.ok && adoptRecord(user.state, record).roster.list('unsettled')).toEqual([]);
  });

  test('lets what follows it go to them at once; what they do not speak of stays', () => {
    const user = juliet();
    for (const type of ['subscribe', 'unsubscribe', 'subscribe'] as const)
      user.sends('balcony', presence({ type, to: 'romeo@x' }));
    const [first, ...others] = sent(user);
    const effects = user.hears('unsubscribed', 'romeo@x', { answers: first!.number });
    expect(effects).toContain(
      `publish <presence type='unsubscribe' from='juliet@x' to='romeo@x'/>`,
    );
    expect(sent(user)).toEqual(others);
  });
});

describe('news for a user who is not there (RFC 3921 §9.4)', () => {
  test.each([
    ['subscribed', 'None + Pending Out'],
    ['unsubscribed', 'Both'],
    ['unsubscribe', 'Both'],
  ] as const)('%s is shown at the next login, once', (type, state) => {
    const user = new TestUser('juliet@x', { contacts: { 'romeo@x': state } });
    user.hears(type, 'romeo@x');
    const news = `balcony < <presence type='${type}' from='romeo@x' to='juliet@x'/>`;
    expect(user.comes('balcony')).toContain(news);
    user.ends('balcony');
    expect(user.comes('balcony')).not.toContain(news);
  });

  test('is not kept for strangers, who could fill the record with it', () => {
    const user = new TestUser('juliet@x');
    user.hears('subscribe', 'romeo@x');
    user.nowMs += 1;
    user.hears('unsubscribe', 'romeo@x');
    user.isPublished('romeo@x');
    expect([...user.state.roster.entries()]).toEqual([]);
  });
});

describe('handshakes', () => {
  test.each(subscriptionStates)(
    'both ask at the same moment: no ask is left over in %s',
    (state) => {
      const user = juliet({ 'romeo@x': state });
      user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
      user.hears('subscribe', 'romeo@x');
      user.sends('balcony', presence({ type: 'subscribed', to: 'romeo@x' }));
      user.nowMs += 1;
      user.hears('subscribed', 'romeo@x');
      expect(user.halfOf('romeo@x')).toBe('Both');
    },
  );

  test('go out one at a time for each contact, and are forgotten when the queue has them', () => {
    const user = juliet({ 'romeo@x': 'Both' });
    user.sends('balcony', presence({ type: 'unsubscribe', to: 'romeo@x' }));
    expect(
      user.sends('balcony', presence({ type: 'unsubscribed', to: 'romeo@x' })).join(),
    ).not.toContain('publish');
    expect(user.isPublished('romeo@x')).toEqual([
      expect.stringContaining(`publish <presence type='unsubscribed'`),
    ]);
    expect(user.isPublished('romeo@x')).toEqual([]);
    expect(user.tell({ kind: 'idle' })).toEqual(['save head']);
    expect(user.tell({ kind: 'idle' })).toEqual([]);
  });

  test('that come again after later ones change nothing (scenario 11)', () => {
    const user = juliet({ 'romeo@x': 'To' });
    user.hears('unsubscribed', 'romeo@x', { number: 1 });
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    user.hears('subscribed', 'romeo@x', { number: 2 });
    expect(user.hears('unsubscribed', 'romeo@x', { number: 1 })).toEqual(['acknowledge d']);
    expect(user.halfOf('romeo@x')).toBe('To');
  });

  test('that were answers by themselves and come again after later ones change nothing, either', () => {
    const user = juliet();
    for (const type of ['subscribe', 'unsubscribe', 'subscribe'] as const) {
      user.sends('balcony', presence({ type, to: 'romeo@x' }));
    }
    const [, second, third] = user.state.roster.get('romeo@x' as never)?.outbox ?? [];
    const denial = { number: 1, answers: second!.number };
    const approval = { number: 2, answers: third!.number };
    user.hears('unsubscribed', 'romeo@x', denial);
    user.hears('subscribed', 'romeo@x', approval);
    expect(user.hears('unsubscribed', 'romeo@x', denial)).toEqual(['acknowledge d']);
    expect(user.halfOf('romeo@x')).toBe('To');
    user.hears('unsubscribed', 'romeo@x', { number: 3, heard: third!.number });
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    expect(user.hears('subscribed', 'romeo@x', approval)).toEqual(['acknowledge d']);
    expect(user.halfOf('romeo@x')).toBe('None + Pending Out');
  });

  test('of those who keep no record of them count for what they answer, once or again', () => {
    const user = juliet();
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    const [request] = user.state.roster.get('romeo@x' as never)?.outbox ?? [];
    const denial = { number: 0, answers: request!.number };
    user.hears('unsubscribed', 'romeo@x', denial);
    expect(user.halfOf('romeo@x')).toBe('None');
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    user.hears('subscribed', 'romeo@x', { number: 1, heard: user.nowMs * 2_000 });
    expect(user.halfOf('romeo@x')).toBe('To');
    expect(user.hears('unsubscribed', 'romeo@x', denial)).toEqual(['acknowledge d']);
    expect(user.halfOf('romeo@x')).toBe('To');
  });

  test('that come again do so after a restart, too', () => {
    const user = juliet({ 'romeo@x': 'To' });
    user.hears('unsubscribed', 'romeo@x', { number: 2 });
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    user.state = adoptRecord({ ...user.state, heard: new Map() }, reread(user.state));
    user.hears('unsubscribed', 'romeo@x', { number: 2 });
    expect(user.halfOf('romeo@x')).toBe('None + Pending Out');
  });

  test('that were not confirmed are sent again on waking', () => {
    const user = juliet();
    user.sends('balcony', presence({ type: 'subscribe', to: 'romeo@x' }));
    expect(user.tell({ kind: 'woken' })).toEqual([
      `publish <presence type='subscribe' from='juliet@x' to='romeo@x'/>`,
    ]);
  });
});
