import { describe, expect, test } from 'vitest';
import { child, childText, render } from './element.ts';
import type { XmlElement } from './element.ts';
import { XmlReader, parseXml } from './xml-reader.ts';

interface Read {
  readonly reader: XmlReader;
  readonly roots: XmlElement[];
  readonly elements: XmlElement[];
  closed: boolean;
}

function reading(): Read {
  const read: Omit<Read, 'reader'> = { roots: [], elements: [], closed: false };
  const reader = new XmlReader({
    rootOpened: (root) => read.roots.push(root),
    elementRead: (element) => read.elements.push(element),
    rootClosed: () => (read.closed = true),
  });
  return Object.assign(read, { reader });
}

describe('XmlReader', () => {
  test('reads the root, its children as they are complete, and its end', () => {
    const read = reading();
    read.reader.write(
      `<?xml version='1.0'?><s:stream xmlns:s='urn:s' xmlns='jabber:client' id='1'><a`,
    );
    expect(read.roots).toMatchObject([{ name: 'stream', ns: 'urn:s', attrs: { id: '1' } }]);
    expect(read.elements).toEqual([]);
    read.reader.write(`/><b>te`);
    read.reader.write(`xt</b></s:stream>`);
    expect(read.elements.map((element) => render(element))).toEqual(['<a/>', '<b>text</b>']);
    expect(read.closed).toBe(true);
  });

  test('resolves namespaces of elements and attributes, inherited and declared', () => {
    const x = parseXml(
      `<x xmlns='urn:x' xmlns:p='urn:p' p:a='1' b='2' xml:lang='cs'><p:y/><z xmlns=''/></x>`,
    );
    expect(x).toMatchObject({ ns: 'urn:x', attrs: { '{urn:p}a': '1', b: '2', 'xml:lang': 'cs' } });
    expect(child(x, 'y')?.ns).toBe('urn:p');
    expect(child(x, 'z')?.ns).toBe('');
  });

  test('decodes references, and renders what it has read so that it reads the same', () => {
    const message = parseXml(
      `<message a='&lt;&#38;&apos;'><body>&lt;a&gt; &amp; <![CDATA[<b>]]></body></message>`,
    );
    expect(message.attrs['a']).toBe(`<&'`);
    expect(childText(message, 'body')).toBe('<a> & <b>');
    expect(render(parseXml(render(message)))).toBe(render(message));
  });

  test.each([
    ['an end tag that does not match', '<a><b></a></b>'],
    ['a prefix on an element that nobody declared', '<p:a/>'],
    ['a prefix on an attribute that nobody declared', `<a p:b=''/>`],
    ['two elements', '<a/><b/>'],
    ['no element', 'text'],
  ])('refuses %s', (_, source) => {
    expect(() => parseXml(source)).toThrow();
  });
});
