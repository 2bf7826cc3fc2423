import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xml } from './builder.ts';
import { attrOf, childElements, childNamed, textOf, type XmlElement } from './element.ts';
import { escapeAttribute, escapeText } from './escape.ts';
import { parseFragment } from './fragment.ts';
import { serializeElement } from './serialize.ts';

function only(text: string, defaultNs?: string): XmlElement {
  const fragment = parseFragment(text, defaultNs);
  const [element] = fragment.ok ? fragment.value : [];
  if (!element || typeof element === 'string') throw new Error(`no element in ${text}`);
  return element;
}

describe('an element', () => {
  const query = only(
    `<query xmlns='jabber:iq:roster' ver='1'>a<item jid='b@x'/>b<item xmlns='urn:x'/><item jid='c@x'/></query>`,
  );

  test('gives its first child of a name, in its own namespace unless told otherwise', () => {
    expect(childNamed(query, 'item')?.attrs).toEqual({ jid: 'b@x' });
    expect(childNamed(query, 'item', 'urn:x')?.ns).toBe('urn:x');
    expect(childNamed(query, 'group')).toBeUndefined();
  });

  test('gives its children without the text, and the text without them', () => {
    expect(childElements(query)).toHaveLength(3);
    expect(textOf(query)).toBe('ab');
  });

  test('gives its attributes, and none that objects inherit', () => {
    expect(attrOf(query, 'ver')).toBe('1');
    expect(attrOf(query, 'toString')).toBeUndefined();
    expect(attrOf(query, '__proto__')).toBeUndefined();
  });
});

describe('escaped text', () => {
  const anything = fc.string({
    unit: fc.constantFrom('a', '<', '>', '&', '"', "'", '\t', '\n', '\r', 'ж', ']'),
  });

  test('reads back as it was, in content and in attributes', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const element = only(
          `<a b='${escapeAttribute(text)}' c="${escapeAttribute(text)}">${escapeText(text)}</a>`,
        );
        expect(textOf(element)).toBe(text);
        expect(element.attrs).toEqual({ b: text, c: text });
      }),
    );
  });

  test('has nothing in it that XML cannot say (XML 1.0 §2.2)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const element = only(`<a b='${escapeAttribute(text)}'>${escapeText(text)}</a>`);
        expect(textOf(element)).toBe(element.attrs['b'] ?? '');
      }),
    );
    expect(escapeText('a\u0000b\uffff')).toBe('a\ufffdb\ufffd');
  });

  test('is the text itself where nothing needs it', () => {
    expect(escapeText(`it's "fine"\n`)).toBe(`it's "fine"\n`);
    expect(escapeAttribute('alice@example.org/phone')).toBe('alice@example.org/phone');
  });
});

describe('a built element', () => {
  test('is what its text reads as', () => {
    const built = xml(
      'query',
      'jabber:iq:roster',
      { ver: `1'"<`, 'xml:lang': 'en', absent: undefined },
      xml(
        'item',
        'jabber:iq:roster',
        { jid: 'b@x' },
        xml('group', 'jabber:iq:roster', {}, 'A & B'),
      ),
      'text',
      xml('x', 'urn:x'),
      xml('y', ''),
    );
    expect(serializeElement(built)).toBe(
      `<query xmlns='jabber:iq:roster' ver='1&apos;&quot;&lt;' xml:lang='en'>` +
        `<item jid='b@x'><group>A &amp; B</group></item>text<x xmlns='urn:x'/><y xmlns=''/></query>`,
    );
    expect(only(serializeElement(built))).toEqual(built);
  });
});

describe('content that needs declarations from further out', () => {
  test.each([
    [
      'a prefix of its parent',
      `<a xmlns:p='urn:p'><p:b/>1<c p:d='&lt;'/></a>`,
      `<b xmlns='urn:p'/>1<c xmlns:p='urn:p' p:d='&lt;'/>`,
    ],
    [
      'a prefix from further out, deep within',
      `<a xmlns:p='urn:p'><b><p:c>2</p:c></b></a>`,
      `<b><c xmlns='urn:p'>2</c></b>`,
    ],
    [
      'a default namespace that is not that of its parent',
      `<p:a xmlns:p='urn:p' xmlns='urn:d'><b/>3</p:a>`,
      `<b xmlns='urn:d'/>3`,
    ],
    [
      'the absence of a default namespace',
      `<p:a xmlns:p='urn:p' xmlns=''><b/></p:a>`,
      `<b xmlns=''/>`,
    ],
  ])('has them written into it: %s', (_name, text, content) => {
    expect(only(text, 'urn:outer').content).toBe(content);
  });

  test('and all other content is as it came', () => {
    const content = `<p:b xmlns:p = "urn:p"  ><p:c/></p:b ><d xml:lang='en'/>&#65;<![CDATA[x]]>`;
    expect(only(`<a>${content}</a>`).content).toBe(content);
  });
});

describe('a fragment', () => {
  test('is read with the namespace that is the default around it', () => {
    expect(only('<show/>', 'jabber:client').ns).toBe('jabber:client');
    expect(only('<show/>').ns).toBe('');
  });

  test('may be text, or nothing', () => {
    expect(parseFragment('a &amp; b')).toEqual({ ok: true, value: ['a & b'] });
    expect(parseFragment('')).toEqual({ ok: true, value: [] });
  });

  test.each(['<a>', '</content><content>', '<!---->', '&nbsp;', '<p:a/>', '\ud800'])(
    'is refused where a stream would be: %s',
    (text) => {
      expect(parseFragment(text).ok).toBe(false);
    },
  );
});
