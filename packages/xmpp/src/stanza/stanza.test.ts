import { describe, expect, test } from 'vitest';
import type { Jid } from '../jid/jid.ts';
import { escapeAttribute } from '../xml/escape.ts';
import { parseFragment } from '../xml/fragment.ts';
import { stanzaFromElement, type ParsedStanza } from './from-element.ts';
import { readPresence } from './presence-content.ts';
import { serializeStanza, splitAtTo } from './serialize.ts';
import { appendContent, type Presence, type Stanza } from './stanza.ts';

function read(text: string, ns = 'jabber:client'): ParsedStanza {
  const fragment = parseFragment(text, ns);
  const [element] = fragment.ok ? fragment.value : [];
  if (!element || typeof element === 'string') throw new Error(`no element in ${text}`);
  return stanzaFromElement(element);
}

function outcome(text: string): string {
  const result = read(text);
  return result.ok ? result.value.kind : result.condition;
}

describe('a stanza', () => {
  test('is read with prepared addresses and untouched content (RFC 6120 §8.1)', () => {
    const content = `<status>x</status><x:y xmlns:x='urn:x' a = "1"/>`;
    expect(
      read(
        `<presence type='unavailable' id='1' from='A@B/C' to='B.' xml:lang='en'>${content}</presence>`,
      ),
    ).toEqual({
      ok: true,
      value: {
        kind: 'presence',
        type: 'unavailable',
        id: '1',
        from: 'a@b/C',
        to: 'b',
        lang: 'en',
        content,
      },
    });
    expect(read('<message/>')).toEqual({ ok: true, value: { kind: 'message', content: '' } });
  });

  test.each(['jabber:client', 'jabber:server', 'jabber:component:accept'])(
    'is in the namespace of a stream: %s (RFC 6120 §4.8.2, XEP-0114)',
    (ns) => {
      expect(read('<presence/>', ns).ok).toBe(true);
    },
  );

  test.each(['<features/>', "<presence xmlns='urn:x'/>", "<presence xmlns=''/>"])(
    'is nothing else: %s (RFC 6120 §4.9.3.24)',
    (text) => {
      expect(read(text)).toMatchObject({ ok: false, kind: 'none' });
    },
  );

  test('that is faulty keeps what an answer needs', () => {
    expect(read(`<iq type='get' id='1' from='a@b' to='@'><x xmlns='urn:x'/></iq>`)).toEqual({
      ok: false,
      kind: 'iq',
      condition: 'jid-malformed',
      problem: "'to' is not a JID",
      type: 'get',
      id: '1',
      from: 'a@b',
      to: '@',
      content: "<x xmlns='urn:x'/>",
    });
  });

  test.each([
    ["<presence to=''/>", 'jid-malformed'],
    ["<presence from='a@b@c'/>", 'jid-malformed'],
    ["<message to='a b@c'/>", 'jid-malformed'],
    ["<presence type='available'/>", 'bad-request'],
    ["<presence type=''/>", 'bad-request'],
    ["<presence type='Probe'/>", 'bad-request'],
    ["<message type='talk'/>", 'bad-request'],
    ["<iq type='get'><a xmlns='u'/></iq>", 'bad-request'],
    ["<iq type='get' id=''><a xmlns='u'/></iq>", 'bad-request'],
    ["<iq id='1'><a xmlns='u'/></iq>", 'bad-request'],
    ["<iq id='1' type='ask'><a xmlns='u'/></iq>", 'bad-request'],
    ["<iq id='1' type='get'/>", 'bad-request'],
    ["<iq id='1' type='set'>text</iq>", 'bad-request'],
    ["<iq id='1' type='set'><a xmlns='u'/><b xmlns='u'/></iq>", 'bad-request'],
    ["<iq id='1' type='result'><a xmlns='u'/><b xmlns='u'/></iq>", 'bad-request'],
    ["<iq id='1' type='result'/>", 'iq'],
    ["<iq id='1' type='error'><a xmlns='u'/><error/></iq>", 'iq'],
    ["<iq id='1' type='set'> <a xmlns='u'/> </iq>", 'iq'],
  ])('%s: %s (RFC 6120 §8.1, §8.2.3, RFC 6121 §4.7.1, §5.2.2)', (text, expected) => {
    expect(outcome(text)).toBe(expected);
  });
});

describe('presence', () => {
  test.each([
    ['<show>away</show>', 'presence'],
    ['<show> dnd\n</show>', 'presence'],
    ['<show>Away</show>', 'bad-request'],
    ['<show>online</show>', 'bad-request'],
    ['<show/>', 'bad-request'],
    ['<show>away</show><show>away</show>', 'bad-request'],
    ['<show>a<b/>way</show>', 'bad-request'],
    ["<show xmlns='urn:x'>anything</show>", 'presence'],
  ])(
    'shows one of four values: %s: %s (RFC 3921 §2.2.2.1, RFC 6121 §4.7.2.1)',
    (content, expected) => {
      expect(outcome(`<presence>${content}</presence>`)).toBe(expected);
    },
  );

  test.each([
    ['<priority>-128</priority>', 'presence'],
    ['<priority>127</priority>', 'presence'],
    ['<priority> +1 </priority>', 'presence'],
    ['<priority>128</priority>', 'bad-request'],
    ['<priority>-129</priority>', 'bad-request'],
    ['<priority>1.0</priority>', 'bad-request'],
    ['<priority>0x1</priority>', 'bad-request'],
    ['<priority>1e1</priority>', 'bad-request'],
    ['<priority>high</priority>', 'bad-request'],
    ['<priority></priority>', 'bad-request'],
    ['<priority>1</priority><priority>1</priority>', 'bad-request'],
    ["<priority xmlns='urn:x'>high</priority>", 'presence'],
  ])(
    'has one integer as its priority: %s: %s (RFC 3921 §2.2.2.3, RFC 6121 §4.7.2.3)',
    (content, expected) => {
      expect(outcome(`<presence>${content}</presence>`)).toBe(expected);
    },
  );

  test.each([
    ["<status>a</status><status xml:lang='de'>b</status>", 'presence'],
    ['<status>a</status><status>b</status>', 'bad-request'],
    ["<status xml:lang='de'>a</status><status xml:lang='DE'>b</status>", 'bad-request'],
    ["<status xml:lang='en'>a</status><status>b</status>", 'bad-request'],
  ])('has one status for each language: %s: %s (RFC 3921 §2.2.2.2)', (content, expected) => {
    expect(outcome(`<presence xml:lang='en'>${content}</presence>`)).toBe(expected);
  });

  test.each([
    ['', { priority: 0 }],
    [
      '<show>away</show><status>show priority</status><priority>5</priority>',
      { priority: 5, show: 'away' },
    ],
    ['<priority>-7</priority><c xmlns="urn:x"/>', { priority: -7 }],
    ['<priority>-0</priority>', { priority: 0 }],
    ['<c xmlns="urn:x"/><priority>5</priority>', { priority: 5 }],
    ['<priority >5</priority >', { priority: 5 }],
    ['<priority>&#53;</priority>', { priority: 5 }],
    ['<priority><![CDATA[5]]></priority>', { priority: 5 }],
    ["<c:show xmlns:c='jabber:client'>xa</c:show>", { priority: 0, show: 'xa' }],
    ["<priority xmlns='urn:x'>5</priority>", { priority: 0 }],
    ["<x xmlns='urn:x'><priority xmlns='jabber:client'>5</priority></x>", { priority: 0 }],
    ['<status>&lt;priority&gt;5&lt;/priority&gt;</status>', { priority: 0 }],
    ['<status><![CDATA[<priority>5</priority>]]></status>', { priority: 0 }],
  ])('is summed up in whatever guise it comes: %s', (content, summary) => {
    const presence = read(`<presence>${content}</presence>`);
    if (!presence.ok) throw new Error(presence.problem);
    expect(readPresence(presence.value.content)).toEqual(summary);
  });
});

describe('a serialised stanza', () => {
  const presence: Presence = {
    kind: 'presence',
    type: 'subscribe',
    id: `1'<`,
    from: `a@b/c"d'&<e>` as Jid,
    to: 'b@c' as Jid,
    lang: 'en',
    content: '<status>x</status>',
  };

  test('reads as the stanza', () => {
    expect(read(serializeStanza(presence))).toEqual({ ok: true, value: presence });
    const iq: Stanza = { kind: 'iq', type: 'result', id: '1', content: '' };
    expect(serializeStanza(iq)).toBe("<iq type='result' id='1'/>");
  });

  test('is cut where another recipient can be put in', () => {
    const { head, tail } = splitAtTo(presence);
    const to = `x@y/'"&` as Jid;
    expect(read(`${head} to='${escapeAttribute(to)}'${tail}`)).toEqual({
      ok: true,
      value: { ...presence, to },
    });
    const { to: _to, ...unaddressed } = presence;
    expect(head + tail).toBe(serializeStanza(unaddressed));
  });

  test('holds what was appended, which changes no other', () => {
    const stamped = appendContent(presence, "<delay xmlns='urn:xmpp:delay'/>");
    expect(stamped.content).toBe("<status>x</status><delay xmlns='urn:xmpp:delay'/>");
    expect(presence.content).toBe('<status>x</status>');
  });
});
