import { describe, expect, test } from 'vitest';
import { message, presence, rosterGet, startStamp, TestUser, iq } from '../../test/test-user.ts';

const away = presence({ content: '<show>away</show>' });
const bye = presence({ type: 'unavailable', content: '<status>bye</status>' });

function juliet(rules = {}) {
  return new TestUser('juliet@x', {
    rules,
    contacts: { 'romeo@x': 'Both', 'nurse@x': 'From', 'paris@x': 'To', 'tybalt@x': 'None' },
  });
}

describe('initial presence (RFC 6121 §4.2)', () => {
  test('goes to subscribers, and probes those the user is subscribed to, in one message', () => {
    const [first, ...rest] = juliet().comes('balcony', '<show>chat</show>');
    const text = `<presence from='juliet@x/balcony'><show>chat</show></presence>`;
    expect(first).toBe(`balcony < ${text}`);
    expect(rest).toEqual([`broadcast ${text} to romeo@x, nurse@x probing romeo@x, paris@x`]);
  });

  test('is shown to the other resources, and theirs to the new one', () => {
    const user = juliet();
    user.comes('balcony');
    const effects = user.comes('chamber');
    expect(effects[0]).toBe(`balcony, chamber < <presence from='juliet@x/chamber'/>`);
    expect(effects.at(-1)).toBe(`chamber < <presence from='juliet@x/balcony'/>`);
  });

  test('comes before anything is broadcast: a bound session is nobody’s news', () => {
    const user = juliet();
    user.bind('balcony');
    expect(user.sends('balcony', rosterGet()).join()).not.toContain('broadcast');
    expect(user.ends('balcony')).toEqual([]);
  });

  test('is passed on byte for byte, in any language, with unknown extensions', () => {
    const content = `<status xml:lang='cs'>Dvořím se</status><x xmlns='a:b'><y/></x>`;
    expect(juliet().comes('balcony', content).at(-1)).toContain(`>${content}</presence> to`);
  });
});

describe('later presence (RFC 6121 §4.4)', () => {
  test('goes to subscribers without probing again', () => {
    const user = juliet();
    user.comes('balcony');
    const text = `<presence from='juliet@x/balcony'><show>away</show></presence>`;
    expect(user.sends('balcony', away)).toEqual([
      `balcony < ${text}`,
      `broadcast ${text} to romeo@x, nurse@x`,
    ]);
  });
});

describe('unavailable presence (RFC 6121 §4.5)', () => {
  const gone = `<presence type='unavailable' from='juliet@x/balcony'/>`;

  test('is told with what the client says', () => {
    const user = juliet();
    user.comes('balcony');
    const text = `<presence type='unavailable' from='juliet@x/balcony'><status>bye</status></presence>`;
    expect(user.sends('balcony', bye)).toEqual([`broadcast ${text} to romeo@x, nurse@x`]);
  });

  test('is told for a stream that was lost, and once', () => {
    const user = juliet();
    user.comes('balcony');
    user.comes('chamber');
    expect(user.ends('balcony')).toEqual([
      `chamber < ${gone}`,
      `broadcast ${gone} to romeo@x, nurse@x`,
    ]);
  });

  test('is not told again when the stream ends after it', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', bye);
    expect(user.ends('balcony')).toEqual([]);
  });

  test('is not told for a session that ended before: the same fact twice', () => {
    const user = juliet();
    user.comes('balcony');
    const ended = {
      kind: 'sessionEnded',
      session: user.ref('balcony'),
      resource: 'balcony',
      seq: 5,
    } as const;
    expect(user.tell(ended)).not.toEqual([]);
    expect(user.tell(ended)).toEqual([]);
  });
});

describe('the last presence (XEP-0318 §3.1)', () => {
  test('is that of the last resource, and is stored before long', () => {
    const user = juliet();
    user.comes('balcony');
    user.comes('chamber');
    user.sends('chamber', bye);
    expect(user.state.lastPresence).toBeUndefined();
    user.sends('balcony', bye);
    expect(user.state.lastPresence).toMatchObject({ content: '<status>bye</status>' });
    expect(user.effects).toContainEqual({
      kind: 'wakeAt',
      atMs: user.nowMs + user.state.rules.writeBehindMs,
    });
    expect(user.waits(user.state.rules.writeBehindMs)).toEqual(['save head']);
  });

  test('is answered to a subscriber from the bare JID, with the time and the resource', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', bye);
    user.ends('balcony');
    expect(user.isProbedBy('romeo@x/orchard')).toEqual([
      `answer romeo@x/orchard (client): <presence type='unavailable' from='juliet@x'><status>bye</status>` +
        `<delay xmlns='urn:xmpp:delay' from='juliet@x/balcony' stamp='${startStamp}'/></presence>`,
    ]);
  });

  test('of a client whose stream was lost says when that was, and nothing else', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', bye);
    user.sends('balcony', presence());
    user.ends('balcony');
    expect(user.isProbedBy('romeo@x/orchard')).toEqual([
      `answer romeo@x/orchard (client): <presence type='unavailable' from='juliet@x'>` +
        `<delay xmlns='urn:xmpp:delay' from='juliet@x/balcony' stamp='${startStamp}'/></presence>`,
    ]);
    expect(user.waits(user.state.rules.writeBehindMs)).toEqual(['save head']);
  });

  test('too long to be stored is kept without its content', () => {
    const user = juliet({ storedContentLength: 10 });
    user.comes('balcony');
    user.sends('balcony', bye);
    expect(user.state.lastPresence?.content).toBe('');
  });
});

describe('a client that flaps (scenario 16)', () => {
  const rules = { presenceBurst: 2, presencesPerSecond: 1 };
  const show = (value: number) => presence({ content: `<status>${value}</status>` });

  test('is told as it was last, once its turn has come', () => {
    const user = juliet(rules);
    user.comes('balcony');
    expect(user.sends('balcony', show(1))).toHaveLength(2);
    for (const value of [2, 3, 4]) expect(user.sends('balcony', show(value))).toEqual([]);
    expect(user.effects).not.toContainEqual(expect.objectContaining({ kind: 'wakeAt' }));
    const effects = user.waits(1_000);
    expect(effects.at(-1)).toContain('broadcast');
    expect(effects.at(-1)).toContain('<status>4</status>');
    expect(user.waits(5_000)).toEqual([]);
  });

  test('asks to be woken when the first is held', () => {
    const user = juliet({ ...rules, arrivalWindowMs: 60_000 });
    user.comes('balcony');
    user.sends('balcony', show(1));
    user.sends('balcony', show(2));
    expect(user.effects).toContainEqual({ kind: 'wakeAt', atMs: user.nowMs + 1_000 });
  });

  test('that has come back is probing for what it has missed', () => {
    const user = juliet(rules);
    user.comes('balcony');
    user.sends('balcony', bye);
    expect(user.sends('balcony', presence())).toEqual([]);
    expect(user.sends('balcony', away)).toEqual([]);
    const last = user.waits(1_000).at(-1);
    expect(last).toContain('<show>away</show>');
    expect(last).toContain('probing romeo@x, paris@x');
  });

  test('that goes before it was told to be back is told to be gone: who has probed it has seen it', () => {
    const user = juliet(rules);
    user.comes('balcony');
    user.sends('balcony', bye);
    user.sends('balcony', presence());
    expect(user.isProbedBy('romeo@x/orchard', 'arrival').join()).toContain('juliet@x/balcony');
    expect(user.ends('balcony')).toEqual([
      `broadcast <presence type='unavailable' from='juliet@x/balcony'/> to romeo@x, nurse@x`,
    ]);
    expect(user.waits(1_000)).not.toContainEqual(expect.stringContaining('broadcast'));
  });

  test('is told by its last word, though it was told to be gone before', () => {
    const user = juliet(rules);
    user.comes('balcony');
    user.sends('balcony', bye);
    user.sends('balcony', presence());
    user.sends('balcony', presence({ type: 'unavailable', content: '<status>end</status>' }));
    const last = user.waits(1_000).at(-1);
    expect(last).toContain('<status>end</status>');
    expect(last, 'whoever goes asks for nobody').not.toContain('probing');
  });

  test('whose stream is lost is gone at once, whatever is held', () => {
    const user = juliet(rules);
    user.comes('balcony');
    user.sends('balcony', show(1));
    user.sends('balcony', show(2));
    expect(user.ends('balcony')).toEqual([
      `broadcast <presence type='unavailable' from='juliet@x/balcony'/> to romeo@x, nurse@x`,
    ]);
  });

  test('is probed as it is, not as it was told', () => {
    const user = juliet(rules);
    user.comes('balcony');
    user.sends('balcony', show(1));
    user.sends('balcony', show(2));
    expect(user.isProbedBy('romeo@x/orchard').join()).toContain('<status>2</status>');
  });
});

describe('errors of contacts (RFC 6121 §4.2.2)', () => {
  const error = presence({
    type: 'error',
    from: 'romeo@x',
    to: 'juliet@x/balcony',
    content: `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
  });

  test('stop broadcasts to that contact until it is heard from', () => {
    const user = juliet();
    user.comes('balcony');
    user.tell({ kind: 'stanzaArrived', stanza: error });
    expect(user.sends('balcony', away).at(-1)).toMatch(/to nurse@x$/);
    user.sees('romeo@x/orchard');
    expect(user.sends('balcony', away).at(-1)).toMatch(/to romeo@x, nurse@x$/);
  });

  test('of strangers are not remembered', () => {
    const user = juliet();
    user.comes('balcony');
    user.tell({ kind: 'stanzaArrived', stanza: { ...error, from: 'stranger@x' as never } });
    expect(user.state.sessions.get('balcony')?.silenced.size).toBe(0);
  });
});

describe('what arrives for the user', () => {
  test('a message with nobody to take it goes to the offline port', () => {
    const user = juliet();
    const stanza = { ...message('juliet@x'), from: 'romeo@x/orchard' as never };
    const effects = user.tell({ kind: 'stanzaArrived', stanza });
    expect(effects).toEqual([expect.stringMatching(/^offline <message/)]);
  });

  test('an iq to a resource that does not know the sender is refused', () => {
    const user = juliet();
    user.comes('balcony');
    const stanza = {
      ...iq('get', `<query xmlns='jabber:iq:version'/>`, 'juliet@x/balcony'),
      from: 'stranger@x/r' as never,
    };
    const effects = user.tell({ kind: 'stanzaArrived', stanza });
    expect(effects).toEqual([
      expect.stringMatching(/^route <iq type='error'.*service-unavailable/),
    ]);
  });
});
