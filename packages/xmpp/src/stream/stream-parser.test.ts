import { describe, expect, test } from 'vitest';
import { textOf } from '../xml/element.ts';
import { unauthenticatedLimits, type XmlLimits } from '../xml/strict/limits.ts';
import type { StreamEvent } from './events.ts';
import { ReaderPool } from './reader-pool.ts';
import { StreamParser } from './stream-parser.ts';

const header =
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

function parse(
  input: string | Uint8Array,
  limits: Partial<XmlLimits> = {},
): readonly StreamEvent[] {
  const parser = new StreamParser({ limits: { ...unauthenticatedLimits, ...limits } });
  return parser.write(Buffer.from(input));
}

/** What comes after the stream has been opened. */
function within(input: string | Uint8Array, limits: Partial<XmlLimits> = {}) {
  const parser = new StreamParser({ limits: { ...unauthenticatedLimits, ...limits } });
  parser.write(Buffer.from(header));
  return parser.write(Buffer.from(input));
}

function kinds(events: readonly StreamEvent[]): string[] {
  return events.map((event) => (event.kind === 'violation' ? event.condition : event.kind));
}

function onlyElement(events: readonly StreamEvent[]) {
  const [event] = events;
  if (events.length !== 1 || event?.kind !== 'element') {
    throw new Error(`expected one element, not ${JSON.stringify(events)}`);
  }
  return event.element;
}

describe('a stream is opened', () => {
  test('with its attributes and namespaces (RFC 6120 §4.7)', () => {
    const [event] = parse(
      `<?xml version='1.0'?><s:stream from='a@x.org' to="x.org" id='1' version='1.0' xml:lang='de'
        xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback'>`,
    );
    expect(event).toEqual({
      kind: 'streamOpened',
      header: {
        ns: 'http://etherx.jabber.org/streams',
        defaultNs: 'jabber:client',
        from: 'a@x.org',
        to: 'x.org',
        id: '1',
        version: '1.0',
        lang: 'de',
        prefixes: { s: 'http://etherx.jabber.org/streams', db: 'jabber:server:dialback' },
      },
    });
  });

  test.each([
    "<?xml version='1.0'?>",
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    "<?xml version = '1.0' encoding='utf-8' standalone='yes' ?>",
    ' \r\n\t',
    '',
  ])('after the prolog %j (XML 1.0 §2.8)', (prolog) => {
    expect(kinds(parse(prolog + header))).toEqual(['streamOpened']);
  });

  test.each([
    ["<?xml version='1.0' encoding='ISO-8859-1'?>", 'unsupported-encoding', '§4.9.3.22'],
    ["<?xml encoding='UTF-8'?>", 'not-well-formed', '§4.9.3.13'],
    ["<?xml version='2.0'?>", 'not-well-formed', '§4.9.3.13'],
    [" <?xml version='1.0'?>", 'restricted-xml', '§4.9.3.18'],
    ["<?xml version='1.0'?><?xml version='1.0'?>", 'restricted-xml', '§4.9.3.18'],
    ["<?xml-stylesheet href='x'?>", 'restricted-xml', '§11.1'],
    [`<?xml version='1.0'${' '.repeat(300)}?>`, 'policy-violation', '§4.9.3.14'],
    ['<!DOCTYPE stream>', 'restricted-xml', '§11.1'],
    ['<!-- hello -->', 'restricted-xml', '§11.1'],
    ['GET / HTTP/1.1\r\n', 'not-well-formed', '§4.9.3.13'],
    ['\ufeff', 'not-well-formed', '§11.6'],
    ['<![CDATA[ ]]>', 'not-well-formed', '§4.9.3.13'],
    ['</stream:stream>', 'not-well-formed', '§4.9.3.13'],
  ])('never after the prolog %j: %s (RFC 6120 %s)', (prolog, condition) => {
    expect(kinds(parse(prolog + header))).toEqual([condition]);
  });

  test.each([
    ["<stream xmlns='jabber:client'>", 'invalid-namespace', '§4.9.3.10'],
    ["<s:stream xmlns:s='http://example.org/'>", 'invalid-namespace', '§4.9.3.10'],
    ['<stream:stream>', 'bad-namespace-prefix', '§4.9.3.2'],
    ["<s:flow xmlns:s='http://etherx.jabber.org/streams'>", 'bad-format', '§4.9.3.1'],
    ["<s:stream xmlns:s='http://etherx.jabber.org/streams'/>", 'bad-format', '§4.9.3.1'],
  ])('never by %s: %s (RFC 6120 %s)', (root, condition) => {
    expect(kinds(parse(root))).toEqual([condition]);
  });

  test('never by a header beyond its limit (RFC 6120 §4.9.3.14)', () => {
    const padded = (length: number) => header.replace('>', ` id='${'x'.repeat(length)}'>`);
    const room = 500 - padded(0).length;
    expect(kinds(parse(padded(room), { headerBytes: 500 }))).toEqual(['streamOpened']);
    expect(kinds(parse(padded(room + 1), { headerBytes: 500 }))).toEqual(['policy-violation']);
    expect(kinds(parse(' '.repeat(501), { headerBytes: 500 }))).toEqual(['policy-violation']);
  });
});

describe('a top-level element', () => {
  test('comes out with its names resolved, and its content as it was written', () => {
    const content = `<show>away</show>\n<x:y xmlns:x='urn:x' x:z = "1"><a xmlns='urn:a'/></x:y >`;
    const [event] = within(`<presence to='b@x.org' xml:lang='en'>${content}</presence>`);
    expect(event).toEqual({
      kind: 'element',
      bytes: 48 + content.length,
      element: {
        name: 'presence',
        ns: 'jabber:client',
        prefix: '',
        attrs: { to: 'b@x.org', 'xml:lang': 'en' },
        content,
        children: [
          {
            name: 'show',
            ns: 'jabber:client',
            prefix: '',
            attrs: {},
            children: ['away'],
            content: 'away',
          },
          '\n',
          {
            name: 'y',
            ns: 'urn:x',
            prefix: 'x',
            attrs: { 'x:z': '1' },
            attrPrefixes: { x: 'urn:x' },
            content: "<a xmlns='urn:a'/>",
            children: [
              { name: 'a', ns: 'urn:a', prefix: '', attrs: {}, children: [], content: '' },
            ],
          },
        ],
      },
    });
  });

  test.each([
    ["<a b='&lt;&#65;&#x1F600;&quot;'/>", { b: '<A\u{1f600}"' }],
    ["<a b='1\t2\n3\r\n4&#10;5'/>", { b: '1 2 3 4\n5' }],
    ['<a b=">"/>', { b: '>' }],
    ["<a\tb\n=\r' '\n/>", { b: ' ' }],
    ["<a hasOwnProperty='1' constructor='2'/>", { hasOwnProperty: '1', constructor: '2' }],
    ["<a é='ß'/>", { é: 'ß' }],
  ])('has attributes as XML reads them (XML 1.0 §3.3.3): %j', (text, attrs) => {
    expect(onlyElement(within(text)).attrs).toEqual(attrs);
  });

  test.each([
    ['<a>&amp;&#38;&gt;]]</a>', '&&>]]'],
    ['<a><![CDATA[<b>&amp;]]]></a>', '<b>&amp;]'],
    ['<a>1<![CDATA[2]]>3<![CDATA[]]>4</a>', '1234'],
    ['<a>1\r\n2\r3\n<![CDATA[\r]]></a>', '1\n2\n3\n\n'],
    ['<a>ж日\u{10ffff}\u{1fffe}</a>', 'ж日\u{10ffff}\u{1fffe}'],
    ["<a><b c='<![CDATA['/></a>", undefined],
  ])('has text as XML reads it (XML 1.0 §2.4, §2.7, §2.11): %j', (text, data) => {
    const events = within(text);
    if (data === undefined) expect(kinds(events)).toEqual(['not-well-formed']);
    else expect(textOf(onlyElement(events))).toBe(data);
  });

  test('has content offsets right behind characters of any length, in names too', () => {
    const element = onlyElement(within('<жы>é日<名>\u{1f600}</名>é<b>1</b></жы>'));
    expect(element.content).toBe('é日<名>\u{1f600}</名>é<b>1</b>');
    expect(
      element.children.map((child) => (typeof child === 'string' ? child : child.content)),
    ).toEqual(['é日', '\u{1f600}', 'é', '1']);
  });

  test('is followed by the next, by white space, and by the end (RFC 6120 §4.4)', () => {
    expect(kinds(within('<a/> \n<b></b></stream:stream>\n<c/>'))).toEqual([
      'element',
      'whitespace',
      'element',
      'streamClosed',
    ]);
  });
});

/** Each with the section of RFC 6120 that names the condition. */
const violations: readonly (readonly [name: string, input: string, condition: string])[] = [
  ['a comment (§11.1)', '<a><!-- --></a>', 'restricted-xml'],
  ['a comment between elements (§11.1)', '<!---->', 'restricted-xml'],
  ['a processing instruction (§11.1)', '<a><?b c?></a>', 'restricted-xml'],
  ['a processing instruction between elements (§11.1)', '<?b?>', 'restricted-xml'],
  ['an XML declaration that is late (§11.1)', "<?xml version='1.0'?>", 'restricted-xml'],
  ['a document type (§11.1)', '<!DOCTYPE a>', 'restricted-xml'],
  ['an entity declaration (§11.1)', '<!ENTITY a "b">', 'restricted-xml'],
  ['a reference to an entity (§11.1)', '<a>&nbsp;</a>', 'restricted-xml'],
  ['a reference to an entity in a value (§11.1)', "<a b='&lol9;'/>", 'restricted-xml'],
  ['an entity in the wrong case (§11.1)', '<a>&AMP;</a>', 'restricted-xml'],

  ['an end tag of another name (§4.9.3.13)', '<a></b>', 'not-well-formed'],
  ['an end tag that goes on (§4.9.3.13)', '<a></ab>', 'not-well-formed'],
  ['an end tag that is cut (§4.9.3.13)', '<ab></a>', 'not-well-formed'],
  ['an end tag with another prefix (§4.9.3.13)', "<p:a xmlns:p='u'></a>", 'not-well-formed'],
  ['an end tag with an attribute (§4.9.3.13)', "<a></a b='c'>", 'not-well-formed'],
  ['an end tag without a start tag (§4.9.3.13)', '</a>', 'not-well-formed'],
  ['an end tag with space in front (§4.9.3.13)', '<a></ a>', 'not-well-formed'],
  ['the end of the stream within (§4.9.3.13)', '<a></stream:stream>', 'not-well-formed'],
  ['the same attribute twice (§4.9.3.13)', "<a b='1' b='1'/>", 'not-well-formed'],
  [
    'the same attribute by two prefixes (§4.9.3.13)',
    "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
    'not-well-formed',
  ],
  ['the same declaration twice (§4.9.3.13)', "<a xmlns='u' xmlns='v'/>", 'not-well-formed'],
  ['a < in a value (§4.9.3.13)', "<a b='<'/>", 'not-well-formed'],
  ['a bare ampersand (§4.9.3.13)', '<a>this & that</a>', 'not-well-formed'],
  ['an ampersand at the end (§4.9.3.13)', '<a>&</a>', 'not-well-formed'],
  ['an empty reference (§4.9.3.13)', '<a>&;</a>', 'not-well-formed'],
  ['a reference to NUL (§4.9.3.13)', '<a>&#0;</a>', 'not-well-formed'],
  ['a reference to a surrogate (§4.9.3.13)', '<a>&#xD800;</a>', 'not-well-formed'],
  ['a reference to U+FFFE (§4.9.3.13)', "<a b='&#xFFFE;'/>", 'not-well-formed'],
  ['a reference past Unicode (§4.9.3.13)', '<a>&#x110000;</a>', 'not-well-formed'],
  ['a reference far past Unicode (§4.9.3.13)', `<a>&#${'9'.repeat(400)};</a>`, 'not-well-formed'],
  ['a reference with a capital X (§4.9.3.13)', '<a>&#X41;</a>', 'not-well-formed'],
  [']]> in text (§4.9.3.13)', '<a>]]></a>', 'not-well-formed'],
  ['a control character in text (§4.9.3.13)', '<a>\u0001</a>', 'not-well-formed'],
  ['NUL in a value (§4.9.3.13)', "<a b='\u0000'/>", 'not-well-formed'],
  ['a control character in CDATA (§4.9.3.13)', '<a><![CDATA[\u001b]]></a>', 'not-well-formed'],
  ['U+FFFF in text (§4.9.3.13)', '<a>\uffff</a>', 'not-well-formed'],
  ['an attribute without a value (§4.9.3.13)', '<a b/>', 'not-well-formed'],
  ['an attribute without quotes (§4.9.3.13)', '<a b=c/>', 'not-well-formed'],
  ['attributes without space between (§4.9.3.13)', "<a b='1'c='2'/>", 'not-well-formed'],
  ['quotes that do not match (§4.9.3.13)', `<a b='1"/><a/>`, 'not-well-formed'],
  ['a slash within a tag (§4.9.3.13)', '<a / >', 'not-well-formed'],
  ['a tag without a name (§4.9.3.13)', '<>', 'not-well-formed'],
  ['space before a name (§4.9.3.13)', '< a/>', 'not-well-formed'],
  ['a name that begins with a digit (§4.9.3.13)', '<1a/>', 'not-well-formed'],
  ['a name that begins with a hyphen (§4.9.3.13)', "<a -b='1'/>", 'not-well-formed'],
  ['a name with a sign in it (§4.9.3.13)', '<a$/>', 'not-well-formed'],
  ['a name with two colons (§4.9.3.13)', "<a:b:c xmlns:a='u'/>", 'not-well-formed'],
  ['a name that begins with a colon (§4.9.3.13)', '<:a/>', 'not-well-formed'],
  ['a name that ends with a colon (§4.9.3.13)', "<a: xmlns:a='u'/>", 'not-well-formed'],
  ['a local name that begins with a digit (§4.9.3.13)', "<a xmlns:1='u'/>", 'not-well-formed'],
  ['a name that only newer parsers know (§4.9.3.13)', '<\u{10000}/>', 'not-well-formed'],
  ['an unknown declaration (§4.9.3.13)', '<a><!b></a>', 'not-well-formed'],
  ['a malformed CDATA section (§4.9.3.13)', '<a><![cdata[]]></a>', 'not-well-formed'],
  ['CDATA between elements (§4.9.3.13)', '<![CDATA[ ]]>', 'not-well-formed'],

  ['an undeclared prefix (§4.9.3.2)', '<x:a/>', 'bad-namespace-prefix'],
  ['an undeclared prefix on an attribute (§4.9.3.2)', "<a x:b=''/>", 'bad-namespace-prefix'],
  ['a prefix out of scope (§4.9.3.2)', "<a><b xmlns:x='u'/><x:c/></a>", 'bad-namespace-prefix'],
  ['an element with the prefix xml (§4.9.3.2)', '<xml:a/>', 'bad-namespace-prefix'],
  ['an element with the prefix xmlns (§4.9.3.2)', '<xmlns:a/>', 'bad-namespace-prefix'],
  ['another namespace for xml (§4.9.3.13)', "<a xmlns:xml='urn:x'/>", 'not-well-formed'],
  [
    'another prefix for the namespace of xml (§4.9.3.13)',
    "<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>",
    'not-well-formed',
  ],
  [
    'the namespace of xml as the default (§4.9.3.13)',
    "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
    'not-well-formed',
  ],
  ['a declaration of xmlns (§4.9.3.13)', "<a xmlns:xmlns='urn:x'/>", 'not-well-formed'],
  [
    'a declaration of the namespace of xmlns (§4.9.3.13)',
    "<a xmlns:x='http://www.w3.org/2000/xmlns/'/>",
    'not-well-formed',
  ],
  ['a prefix that is taken back (§4.9.3.13)', "<a xmlns:x=''/>", 'not-well-formed'],
  ['a namespace that breaks clients on expat (§4.9.3.13)', "<a xmlns='a}b'/>", 'not-well-formed'],

  ['text between elements (§4.9.3.1)', 'hello', 'bad-format'],
  ['a reference between elements (§4.9.3.1)', '&#32;', 'bad-format'],
  ['an attribute named __proto__ (§4.9.3.14)', "<a __proto__='1'/>", 'policy-violation'],
];

describe('a violation ends the stream', () => {
  test.each(violations)('%s', (_name, input, condition) => {
    expect(kinds(within(input))).toEqual([condition]);
  });

  test.each([
    ['a byte that is never in UTF-8', [0xff]],
    ['a continuation without a start', [0x80]],
    ['an overlong form of two bytes', [0xc0, 0xaf]],
    ['an overlong form of three bytes', [0xe0, 0x80, 0xaf]],
    ['an overlong form of four bytes', [0xf0, 0x80, 0x80, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point past the last', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence that is cut off', [0xe2, 0x82, 0x3c]],
  ])('%s (§4.9.3.22)', (_name, bytes) => {
    const around = (open: string, close: string) =>
      Buffer.concat([Buffer.from(open), Buffer.from(bytes), Buffer.from(close)]);
    expect(kinds(within(around('<a>', '</a>')))).toEqual(['unsupported-encoding']);
    expect(kinds(within(around("<a b='", "'/>")))).toEqual(['unsupported-encoding']);
    expect(kinds(within(around('<a', '/>')))).toEqual(['unsupported-encoding']);
  });

  test('and nothing is read after it', () => {
    const parser = new StreamParser({ limits: unauthenticatedLimits });
    parser.write(Buffer.from(header));
    expect(kinds(parser.write(Buffer.from('<a/><b><!-- --></b><c/>')))).toEqual([
      'element',
      'restricted-xml',
    ]);
    expect(parser.write(Buffer.from('<d/>'))).toEqual([]);
  });
});

describe('limits (RFC 6120 §4.9.3.14, §13.12)', () => {
  const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  const children = (count: number) => `<a>${'<b/>'.repeat(count)}</a>`;
  const attributes = (count: number) =>
    `<a ${Array.from({ length: count }, (_, index) => `b${index}=''`).join(' ')}/>`;
  const named = (length: number) => `<${'a'.repeat(length)}/>`;
  const attributeNamed = (length: number) => `<a ${'b'.repeat(length)}=''/>`;
  const namespaced = (length: number) => `<a xmlns='${'u'.repeat(length)}'/>`;
  const bytes = (count: number) => `<a>${'é'.repeat((count - 8) / 2)}</a>`;

  test.each([
    ['depth', { depth: 5 }, nested(5), nested(6)],
    ['children', { childrenPerElement: 5 }, children(5), children(6)],
    ['attributes', { attributesPerElement: 5 }, attributes(5), attributes(6)],
    ['bytes of an element', { stanzaBytes: 100 }, bytes(100), bytes(102)],
    ['bytes of a name', { nameLength: 40 }, named(40), named(41)],
    ['bytes of a name of an attribute', { nameLength: 40 }, attributeNamed(40), attributeNamed(41)],
    ['bytes of a namespace', { nameLength: 40 }, namespaced(40), namespaced(41)],
  ])('bound the %s', (_name, limits, largest, tooLarge) => {
    expect(kinds(within(largest, limits))).toEqual(['element']);
    expect(kinds(within(tooLarge, limits))).toEqual(['policy-violation']);
  });

  test('count for each element anew', () => {
    const limits = { stanzaBytes: 200, childrenPerElement: 5, depth: 5 };
    const many = `${nested(5)} ${children(5)}`.repeat(20);
    expect(new Set(kinds(within(many, limits)))).toEqual(new Set(['element', 'whitespace']));
  });

  test('hold for a stanza that never ends', () => {
    const parser = new StreamParser({ limits: { ...unauthenticatedLimits, stanzaBytes: 1000 } });
    parser.write(Buffer.from(`${header}<a>`));
    expect(parser.write(Buffer.from('x'.repeat(997)))).toEqual([]);
    expect(kinds(parser.write(Buffer.from('x')))).toEqual(['policy-violation']);
  });

  test('can be changed while the stream is open', () => {
    const parser = new StreamParser({ limits: { ...unauthenticatedLimits, stanzaBytes: 50 } });
    parser.write(Buffer.from(header));
    parser.setLimits({ ...unauthenticatedLimits, stanzaBytes: 100 });
    expect(kinds(parser.write(Buffer.from(bytes(100))))).toEqual(['element']);
  });

  test('hold for what the declaration of prefixes within makes of the content', () => {
    const limits = { stanzaBytes: 1000, nameLength: 500 };
    const declared = `<a xmlns:p='${'u'.repeat(400)}'>${'<p:b/>'.repeat(3)}</a>`;
    expect(kinds(within(declared, limits))).toEqual(['policy-violation']);
  });
});

describe('a stream begins anew', () => {
  test('after SASL, with other limits and without the prefixes of the last (RFC 6120 §6.3.2)', () => {
    const parser = new StreamParser({ limits: unauthenticatedLimits });
    parser.write(Buffer.from(header.replace('>', " xmlns:old='urn:old'>")));
    parser.reset();
    expect(kinds(parser.write(Buffer.from(`<?xml version='1.0'?>${header}<a/>`)))).toEqual([
      'streamOpened',
      'element',
    ]);
    expect(kinds(parser.write(Buffer.from('<old:a/>')))).toEqual(['bad-namespace-prefix']);
  });

  test('after STARTTLS, without what was injected before it (RFC 6120 §5.4.3.3)', () => {
    const parser = new StreamParser({ limits: unauthenticatedLimits });
    parser.write(Buffer.from(`${header}<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><evil`));
    parser.reset();
    expect(kinds(parser.write(Buffer.from(header)))).toEqual(['streamOpened']);
  });
});

test('a chunk may be reused by its owner', () => {
  const parser = new StreamParser({ limits: unauthenticatedLimits });
  const chunk = Buffer.from(`${header}<a>1`);
  parser.write(chunk);
  chunk.fill(0);
  expect(textOf(onlyElement(parser.write(Buffer.from('2</a>'))))).toBe('12');
  expect(kinds(parser.write(Buffer.from('</stream:stream>')))).toEqual(['streamClosed']);
});

describe('of the streams that share a reader', () => {
  const limits = unauthenticatedLimits;
  const closing = Buffer.from('</stream:stream>');

  test('one that is closed leaves it to the others, whatever comes behind its end', () => {
    const readers = new ReaderPool();
    const reader = readers.take(undefined, limits);
    readers.giveBack(reader);
    const parser = new StreamParser({ limits, readers });
    parser.write(Buffer.from(header));
    expect(kinds(parser.write(Buffer.from('</stream:str')))).toEqual([]);
    expect(kinds(parser.write(Buffer.from('eam> <a>')))).toEqual(['streamClosed']);
    expect(readers.take(undefined, limits)).toBe(reader);
    readers.giveBack(reader);
    const next = new StreamParser({ limits, readers });
    const events = next.write(Buffer.from(`${header}<a/>`));
    expect(kinds(events)).toEqual(['streamOpened', 'element']);
    expect(kinds(next.write(closing))).toEqual(['streamClosed']);
  });

  test('one that is broken takes it along', () => {
    const readers = new ReaderPool();
    const reader = readers.take(undefined, limits);
    readers.giveBack(reader);
    const parser = new StreamParser({ limits, readers });
    parser.write(Buffer.from(`${header}</a>`));
    expect(readers.take(undefined, limits)).not.toBe(reader);
  });
});

test('after its end a parser gives nothing', () => {
  const parser = new StreamParser({ limits: unauthenticatedLimits });
  parser.write(Buffer.from(header));
  parser.end();
  expect(parser.write(Buffer.from('<a/>'))).toEqual([]);
});
