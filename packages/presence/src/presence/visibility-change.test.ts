import { describe, expect, test } from 'vitest';
import { iq, presence, rosterSet, TestUser } from '../../test/test-user.ts';

const block = (jid: string) =>
  iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='${jid}'/></block>`);
const unblock = (jid: string) =>
  iq('set', `<unblock xmlns='urn:xmpp:blocking'><item jid='${jid}'/></unblock>`);
const privacy = (content: string) =>
  iq('set', `<query xmlns='jabber:iq:privacy'>${content}</query>`);
const list = (name: string, item: string) => privacy(`<list name='${name}'>${item}</list>`);

const hideFromRomeo = `<item type='jid' value='romeo@x' action='deny' order='1'><presence-out/></item>`;
const hideFromGroup = `<item type='group' value='Foes' action='deny' order='1'><presence-out/></item>`;

const here = `<presence from='juliet@x/balcony'/>`;
const gone = `<presence type='unavailable' from='juliet@x/balcony'/>`;

function juliet() {
  const user = new TestUser('juliet@x', {
    contacts: { 'romeo@x': 'Both', 'nurse@x': 'Both', 'paris@x': 'None' },
  });
  user.comes('balcony');
  return user;
}

describe('blocking (XEP-0191 §3.3, scenario 22)', () => {
  test('is stored first, then tells those who saw the user and the user’s session, then answers', () => {
    const effects = juliet().sends('balcony', block('romeo@x'));
    expect(effects.slice(0, 4)).toEqual([
      'save head',
      `broadcast ${gone} to romeo@x`,
      `balcony < <presence type='unavailable' from='romeo@x'/>`,
      `broadcast ${here} probing romeo@x`,
    ]);
    expect(effects[4]).toContain(`<iq type='result'`);
  });

  test('tells nobody of a user who is not available', () => {
    const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'Both' } });
    user.bind('balcony');
    expect(user.sends('balcony', block('romeo@x')).join()).not.toContain('<presence');
  });

  test('tells no strangers', () => {
    expect(juliet().sends('balcony', block('paris@x')).join()).not.toContain('broadcast');
  });

  test('ends directed presence to the one who is blocked, once', () => {
    const user = juliet();
    user.sends('balcony', presence({ to: 'paris@x/hall' }));
    expect(user.sends('balcony', block('paris@x'))).toContain(
      `route <presence type='unavailable' from='juliet@x/balcony' to='paris@x/hall'/>`,
    );
    expect(user.ends('balcony').join()).not.toContain('paris@x');
  });

  test('shows one as gone who is no contact: what it directs to the user is heard no more', () => {
    const effects = juliet().sends('balcony', block('paris@x'));
    expect(effects).toContain(`balcony < <presence type='unavailable' from='paris@x'/>`);
  });

  test('later broadcasts leave the blocked out', () => {
    const user = juliet();
    user.sends('balcony', block('romeo@x'));
    expect(user.sends('balcony', presence()).at(-1)).toBe(`broadcast ${here} to nurse@x`);
    expect(user.ends('balcony')).toEqual([`broadcast ${gone} to nurse@x`]);
  });

  test('the other resources are hidden too, each by its own name', () => {
    const user = juliet();
    user.comes('chamber');
    const effects = user.sends('balcony', block('romeo@x'));
    expect(effects).toContain(`broadcast ${gone} to romeo@x`);
    expect(effects).toContain(`broadcast ${gone.replace('balcony', 'chamber')} to romeo@x`);
  });
});

describe('unblocking (XEP-0191 §3.4)', () => {
  test('shows current presence, and asks for theirs', () => {
    const user = juliet();
    user.sends('balcony', block('romeo@x'));
    const effects = user.sends('balcony', unblock('romeo@x'));
    expect(effects.slice(0, 3)).toEqual([
      'save head',
      `broadcast ${here} to romeo@x`,
      `broadcast ${here} probing romeo@x`,
    ]);
  });
});

describe('privacy lists (XEP-0016 §2.11)', () => {
  test('an active list hides that session alone', () => {
    const user = juliet();
    user.comes('chamber');
    user.sends('balcony', list('hide', hideFromRomeo));
    const effects = user.sends('balcony', privacy(`<active name='hide'/>`));
    expect(effects[0]).toBe(`broadcast ${gone} to romeo@x`);
    expect(effects.join()).not.toContain('chamber < <presence');
    expect(user.isProbedBy('romeo@x/orchard').join()).not.toContain('juliet@x/balcony');
    expect(user.isProbedBy('romeo@x/orchard').join()).toContain('juliet@x/chamber');
  });

  test('declining it shows the session again', () => {
    const user = juliet();
    user.sends('balcony', list('hide', hideFromRomeo));
    user.sends('balcony', privacy(`<active name='hide'/>`));
    expect(user.sends('balcony', privacy('<active/>'))[0]).toBe(`broadcast ${here} to romeo@x`);
  });

  test('a list that is edited while it is in force counts at once', () => {
    const user = juliet();
    user.sends('balcony', list('mine', `<item action='allow' order='9'/>`));
    user.sends('balcony', privacy(`<default name='mine'/>`));
    const effects = user.sends('balcony', list('mine', hideFromRomeo));
    expect(effects).toContain(`broadcast ${gone} to romeo@x`);
  });

  test('moving a contact into a group that is hidden from hides the user from it', () => {
    const user = juliet();
    user.sends('balcony', rosterSet(`<item jid='nurse@x'><group>Foes</group></item>`));
    user.sends('balcony', list('foes', hideFromGroup));
    user.sends('balcony', privacy(`<default name='foes'/>`));
    const into = rosterSet(`<item jid='romeo@x'><group>Foes</group></item>`);
    expect(user.sends('balcony', into)).toContain(`broadcast ${gone} to romeo@x`);
    const out = rosterSet(`<item jid='romeo@x'/>`);
    expect(user.sends('balcony', out)).toContain(`broadcast ${here} to romeo@x`);
  });
});
