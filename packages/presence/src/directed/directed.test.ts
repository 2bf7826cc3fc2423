import { describe, expect, test } from 'vitest';
import { iq, presence, TestUser } from '../../test/test-user.ts';

function juliet(rules = {}) {
  const contacts = { 'romeo@x': 'Both', 'paris@x': 'To' } as const;
  return new TestUser('juliet@x', { contacts, rules });
}

const gone = (to: string) =>
  `route <presence type='unavailable' from='juliet@x/balcony' to='${to}'/>`;

describe('directed presence (RFC 6121 §4.6)', () => {
  test('goes to its addressee, who is told when the session goes', () => {
    const user = juliet();
    user.comes('balcony');
    const content = '<status>only you</status>';
    expect(user.sends('balcony', presence({ to: 'paris@x/hall', content }))).toEqual([
      `route <presence from='juliet@x/balcony' to='paris@x/hall'>${content}</presence>`,
    ]);
    expect(user.ends('balcony')[0]).toBe(gone('paris@x/hall'));
  });

  test('is told to have gone with what the client says at the end', () => {
    const user = juliet();
    user.bind('balcony');
    user.sends('balcony', presence({ to: 'paris@x' }));
    const bye = presence({ type: 'unavailable', content: '<status>bye</status>' });
    expect(user.sends('balcony', bye)).toEqual([
      `route <presence type='unavailable' from='juliet@x/balcony' to='paris@x'><status>bye</status></presence>`,
    ]);
    expect(user.ends('balcony')).toEqual([]);
  });

  test('to one who watches anyway is not told twice to have gone', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', presence({ to: 'romeo@x/orchard' }));
    expect(user.ends('balcony')).toEqual([
      `broadcast <presence type='unavailable' from='juliet@x/balcony'/> to romeo@x`,
    ]);
  });

  test('sent before initial presence to one who watches is told once to have gone', () => {
    const user = juliet();
    user.bind('balcony');
    user.sends('balcony', presence({ to: 'romeo@x/orchard' }));
    user.sends('balcony', presence());
    expect(user.ends('balcony')).toEqual([
      `broadcast <presence type='unavailable' from='juliet@x/balcony'/> to romeo@x`,
    ]);
  });

  test('sent before initial presence to one who watches is told to have gone without it', () => {
    const user = juliet();
    user.bind('balcony');
    user.sends('balcony', presence({ to: 'romeo@x/orchard' }));
    expect(user.ends('balcony')).toEqual([gone('romeo@x/orchard')]);
  });

  test('that was taken back is not told again to have gone', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', presence({ to: 'paris@x' }));
    user.sends('balcony', presence({ type: 'unavailable', to: 'paris@x' }));
    expect(user.ends('balcony').join()).not.toContain('paris@x');
  });

  test('to a user and to one of their resources tells each resource once that the session goes', () => {
    const user = juliet();
    user.bind('balcony');
    user.sends('balcony', presence({ to: 'paris@x/hall' }));
    user.sends('balcony', presence({ to: 'paris@x' }));
    expect(user.ends('balcony')).toEqual([
      gone('paris@x/hall'),
      `broadcast <presence type='unavailable' from='juliet@x/balcony'/> to paris@x without paris@x/hall`,
    ]);
  });

  test('to very many: each is told, and the list is capped (scenario 28)', () => {
    const user = juliet({ directedTargets: 3 });
    user.bind('balcony');
    const to = ['a@y', 'b@y', 'c@y'];
    for (const jid of to) user.sends('balcony', presence({ to: jid }));
    expect(user.sends('balcony', presence({ to: 'd@y' }))).toEqual([
      expect.stringMatching(/^balcony < .*type='wait'><resource-constraint/),
    ]);
    expect(user.sends('balcony', presence({ to: 'a@y' }))).toHaveLength(1);
    expect(user.ends('balcony')).toEqual(to.map(gone));
  });

  test('to somebody blocked is refused', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends(
      'balcony',
      iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='paris@x'/></block>`),
    );
    expect(user.sends('balcony', presence({ to: 'paris@x' }))).toEqual([
      expect.stringContaining('<not-acceptable'),
    ]);
    expect(user.ends('balcony').join()).not.toContain('paris@x');
  });

  test('to another of the user’s own resources is delivered', () => {
    const user = juliet();
    user.comes('chamber');
    user.bind('balcony');
    expect(user.sends('balcony', presence({ to: 'juliet@x/chamber' }))).toEqual([
      `chamber < <presence from='juliet@x/balcony' to='juliet@x/chamber'/>`,
    ]);
    expect(user.ends('balcony')).toEqual([gone('juliet@x/chamber')]);
  });

  test('arrives at the resources that it is for, from strangers too', () => {
    const user = juliet();
    user.comes('balcony');
    const stanza = presence({ from: 'stranger@y/r', to: 'juliet@x' });
    expect(user.tell({ kind: 'stanzaArrived', stanza })).toEqual([
      `balcony < <presence from='stranger@y/r' to='juliet@x'/>`,
    ]);
  });
});
