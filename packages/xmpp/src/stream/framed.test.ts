import { describe, expect, test } from 'vitest';
import { unauthenticatedLimits } from '../xml/strict/limits.ts';
import { parseFramed } from './framed.ts';

const framing = 'urn:ietf:params:xml:ns:xmpp-framing';

function conditionOf(text: string): string {
  const event = parseFramed(text, { ...unauthenticatedLimits, stanzaBytes: 200 });
  return event.kind === 'violation' ? event.condition : event.kind;
}

describe('a WebSocket message', () => {
  test('opens a stream (RFC 7395 §3.4)', () => {
    const text = `<open xmlns="${framing}" to="example.com" version="1.0" xml:lang='en'/>`;
    expect(parseFramed(text, unauthenticatedLimits)).toEqual({
      kind: 'streamOpened',
      header: {
        ns: framing,
        defaultNs: framing,
        to: 'example.com',
        version: '1.0',
        lang: 'en',
        prefixes: {},
      },
    });
  });

  test('closes a stream (RFC 7395 §3.6)', () => {
    expect(conditionOf(`<close xmlns='${framing}'/>`)).toBe('streamClosed');
  });

  test('carries one element that declares its own namespace (RFC 7395 §3.3)', () => {
    const text = `<presence xmlns='jabber:client'><status>ж</status></presence>`;
    expect(parseFramed(text, unauthenticatedLimits)).toMatchObject({
      kind: 'element',
      bytes: text.length + 1,
      element: { name: 'presence', ns: 'jabber:client', content: '<status>ж</status>' },
    });
  });

  test.each([
    ['no element', '', 'not-well-formed'],
    ['white space alone', ' ', 'not-well-formed'],
    ['white space in front', ' <a/>', 'not-well-formed'],
    ['white space behind', '<a/>\n', 'not-well-formed'],
    ['text', 'hello', 'bad-format'],
    ['two elements', '<a/><b/>', 'not-well-formed'],
    ['half an element', '<a>', 'not-well-formed'],
    ['an end tag', '</a>', 'not-well-formed'],
    ['an XML declaration', "<?xml version='1.0'?><a/>", 'restricted-xml'],
    ['an undeclared prefix', '<stream:features/>', 'bad-namespace-prefix'],
    ['half of a surrogate pair', '<a>\ud800</a>', 'unsupported-encoding'],
    ['too many bytes', `<a>${'ж'.repeat(100)}</a>`, 'policy-violation'],
  ])('is refused with %s', (_name, text, condition) => {
    expect(conditionOf(text)).toBe(condition);
  });
});
