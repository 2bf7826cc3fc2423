/**
 * Properties of the parser over generated streams, held against `saxes`, a parser that has nothing
 * in common with ours.
 */
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { NS } from '../namespaces.ts';
import type { XmlElement } from '../xml/element.ts';
import { escapeAttribute } from '../xml/escape.ts';
import { parseFragment } from '../xml/fragment.ts';
import { serializeElement } from '../xml/serialize.ts';
import { unauthenticatedLimits } from '../xml/strict/limits.ts';
import type { StreamEvent } from './events.ts';
import { ReaderPool } from './reader-pool.ts';
import { StreamParser } from './stream-parser.ts';

const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='${NS.stream}' xmlns:p='urn:outer'>`;
const footer = '</stream:stream>';

// Generated XML, in every spelling that the grammar allows.

const name = fc.constantFrom('a', 'b', 'show', 'x-y.z_1', 'é', '名前', 'constructor');
const prefix = fc.constantFrom('', '', '', 'p:', 'q:', 'stream:');
const space = fc.constantFrom('', '', ' ', '\n', '\t\r\n ');
const namespace = fc.constantFrom('', 'jabber:client', 'urn:one', 'urn:two', "urn:it's?a=b&c");
const piece = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', ' ', '/', '=', ']', 'ж', '日', '\u{1f600}', '\n', '\r', '\t'),
  }),
  fc.constantFrom('&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#65;', '&#xe9;', '&#10;', '&#13;'),
);
const data = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
const text = fc.oneof(
  data,
  data.map((value) => value.replaceAll(']', '').concat('>"\'')),
  data.map((value) => `<![CDATA[${value.replaceAll(']]', '')}<&"]]>`),
);
const value = fc
  .tuple(data, fc.constantFrom("'", '"'))
  .map(([characters, quote]) => `${quote}${characters}>${quote}`);
const attributes = fc
  .uniqueArray(fc.tuple(prefix, name, value), { maxLength: 3, selector: ([, local]) => local })
  .map((list) => list.map(([before, local, quoted]) => ` ${before}${local}=${quoted}`).join(' '));
const declarations = fc.record(
  { '': namespace, p: namespace, q: namespace },
  { requiredKeys: ['q'] },
);

function startOf(declared: Readonly<Record<string, string>>): string {
  return Object.entries(declared)
    .map(([key, ns]) =>
      key === ''
        ? ` xmlns='${escapeAttribute(ns)}'`
        : ` xmlns:${key}='${escapeAttribute(ns || 'urn:three')}'`,
    )
    .join('');
}

/** `]]>` is not allowed in text, so nothing may come right behind a bracket. */
function joined(parts: readonly string[]): string {
  return parts.reduce((whole, part) => whole + (whole.endsWith(']') ? ' ' : '') + part, '');
}

const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  content: fc.array(fc.oneof({ maxDepth: 4 }, text, tie('element')), { maxLength: 4 }).map(joined),
  element: fc
    .record({
      prefix,
      name,
      declarations: fc.option(declarations),
      attributes,
      space,
      content: tie('content'),
    })
    .map((parts) => {
      const tag = `${parts.prefix}${parts.name}`;
      const declared = parts.declarations ? startOf(parts.declarations) : '';
      const start = `<${tag}${declared}${parts.attributes}${parts.space}`;
      return parts.content === ''
        ? `${start}/>`
        : `${start}>${parts.content}</${tag}${parts.space}>`;
    }),
}));
/** The outermost declares what those within may use without declaring it. */
const topLevel = fc
  .tuple(
    fc.constantFrom('presence', 'p:message', 'stream:iq'),
    declarations,
    attributes,
    fc.array(element),
  )
  .map(
    ([tag, declared, attrs, within]) =>
      `<${tag}${startOf(declared)}${attrs}>${within.join('')}</${tag}>`,
  );
const stream = fc
  .array(fc.tuple(topLevel, space), { minLength: 1, maxLength: 3 })
  .map((items) => Buffer.from(header + items.flat().join('') + footer));

// What the parser gives.

function eventsOf(chunks: readonly Uint8Array[]): StreamEvent[] {
  const parser = new StreamParser({ limits: { ...unauthenticatedLimits, depth: 12 } });
  const events = chunks.flatMap((chunk) => parser.write(chunk));
  return events.filter(({ kind }) => kind !== 'whitespace');
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const cuts = [0, ...at.map((cutAt) => cutAt % bytes.length), bytes.length].sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

function elementsOf(events: readonly StreamEvent[]): XmlElement[] {
  return events.flatMap((event) => (event.kind === 'element' ? [event.element] : []));
}

/** An element as its expanded names and text alone. */
interface Tree {
  readonly name: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: (Tree | string)[];
}

function treeOf(element: XmlElement): Tree {
  const prefixes: Readonly<Record<string, string>> = { xml: NS.xml, ...element.attrPrefixes };
  const attrs = Object.entries(element.attrs).map(([key, attribute]) => {
    const [local = '', before] = key.split(':').reverse();
    return [`{${before === undefined ? '' : prefixes[before]}}${local}`, attribute];
  });
  return {
    name: `{${element.ns}}${element.name}`,
    attrs: Object.fromEntries(attrs) as Record<string, string>,
    children: element.children.map((child) => (typeof child === 'string' ? child : treeOf(child))),
  };
}

/** The top-level elements of a stream as saxes reads them. It throws where that is not well-formed. */
function treesBySaxes(document: string): Tree[] {
  const parser = new SaxesParser({ xmlns: true });
  const open: Tree[] = [];
  const finished: Tree[] = [];
  const addText = (characters: string) => {
    const children = open.at(-1)?.children ?? [];
    const last = children.at(-1);
    if (typeof last === 'string') children[children.length - 1] = last + characters;
    else if (characters !== '') children.push(characters);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', (tag) => {
    const attrs = Object.values(tag.attributes).filter(({ uri }) => uri !== NS.xmlns);
    const named = attrs.map(({ uri, local, value: characters }) => [
      `{${uri}}${local}`,
      characters,
    ]);
    const tree = {
      name: `{${tag.uri}}${tag.local}`,
      attrs: Object.fromEntries(named) as Tree['attrs'],
      children: [],
    };
    open.at(-1)?.children.push(tree);
    open.push(tree);
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed && open.length === 1) finished.push(closed);
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(document).close();
  return finished;
}

describe('generated streams', () => {
  test('are read as another parser reads them', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const events = eventsOf([bytes]);
        expect(events.at(-1)).toEqual({ kind: 'streamClosed' });
        expect(elementsOf(events).map(treeOf)).toEqual(treesBySaxes(bytes.toString()));
      }),
      { numRuns: 200 },
    );
  });

  test('are read alike however they are cut into chunks', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, at) => {
        const whole = eventsOf([bytes]);
        expect(eventsOf(cut(bytes, at))).toEqual(whole);
        expect(eventsOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
      }),
      { numRuns: 80 },
    );
  });

  test('hold content that reads the same in another stream', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        for (const { ns, children, content, ...original } of elementsOf(eventsOf([bytes]))) {
          const spliced = `<stream:stream xmlns:stream='${NS.stream}' xmlns='${escapeAttribute(ns)}'><${original.name}>${content}</${original.name}>${footer}`;
          const [received] = elementsOf(eventsOf([Buffer.from(spliced)]));
          const expected = treeOf({ ...original, ns, children, content }).children;
          expect(received && treeOf(received).children).toEqual(expected);
          expect(treesBySaxes(spliced)[0]?.children).toEqual(expected);
          const fragment = parseFragment(content, ns);
          expect(fragment.ok && fragment.value).toEqual(received?.children);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('hold elements that read the same once serialised', () => {
    const everyElement = (parent: XmlElement): XmlElement[] => [
      parent,
      ...parent.children.flatMap((child) => (typeof child === 'string' ? [] : everyElement(child))),
    ];
    fc.assert(
      fc.property(stream, (bytes) => {
        for (const original of elementsOf(eventsOf([bytes])).flatMap(everyElement)) {
          const again = parseFragment(serializeElement(original));
          expect(again.ok && again.value.map((node) => node as XmlElement).map(treeOf)).toEqual([
            treeOf(original),
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

// Streams with mistakes in them.

const junk = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 4 }),
  fc
    .constantFrom(
      '<',
      '>',
      '/',
      '&',
      ';',
      "'",
      '"',
      ']]>',
      '<!--',
      '<?x?>',
      '</a>',
      '<a>',
      '&#0;',
      ':',
      ' ',
      '\u0000',
      '\ufffe',
      'xmlns=',
      '<![CDATA[',
    )
    .map((characters) => Buffer.from(characters)),
);
const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 5 }), insert: fc.option(junk) });

function edited(
  bytes: Uint8Array,
  { at, length, insert }: { at: number; length: number; insert: Uint8Array | null },
) {
  const start = at % bytes.length;
  return Buffer.concat([
    bytes.subarray(0, start),
    insert ?? Buffer.of(),
    bytes.subarray(start + length),
  ]);
}

const damaged = fc
  .tuple(stream, fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([bytes, edits]) => edits.reduce(edited, bytes));

describe('damaged streams', () => {
  test('are refused at the same place however they are cut into chunks, and nothing comes after', () => {
    fc.assert(
      fc.property(damaged, cuts, (bytes, at) => {
        const whole = eventsOf([bytes]);
        expect(whole.slice(0, -1).some(({ kind }) => kind === 'violation')).toBe(false);
        expect(eventsOf(cut(bytes, at))).toEqual(whole);
        expect(eventsOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  test('are never accepted where another strict parser refuses them', () => {
    fc.assert(
      fc.property(damaged, (bytes) => {
        const events = eventsOf([bytes]);
        const end = events.at(-1)?.kind;
        const accepted = elementsOf(events).map((received) => serializeElement(received));
        const expected = elementsOf(events).map(treeOf);
        expect(treesBySaxes(`<x>${accepted.join('')}</x>`)).toEqual(expected);
        if (end === 'streamClosed') {
          const document = bytes.toString();
          const root = document.slice(0, document.lastIndexOf('</stream:stream') + footer.length);
          expect(() => treesBySaxes(root)).not.toThrow();
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of nothing but noise never make the parser throw', () => {
    const noise = fc.array(
      fc.oneof(
        junk,
        element.map((whole) => Buffer.from(whole)),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(noise, fc.boolean(), (chunks, isOpen) => {
        const parser = new StreamParser({ limits: unauthenticatedLimits });
        if (isOpen) parser.write(Buffer.from(header));
        const events = chunks.flatMap((chunk) => parser.write(chunk));
        expect(events.findIndex(({ kind }) => kind === 'violation')).toBeOneOf([
          -1,
          events.length - 1,
        ]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('streams that share readers', () => {
  const namespaces = fc.constantFrom('urn:outer', 'urn:another');
  const anyStream = fc
    .tuple(fc.oneof(stream, damaged), cuts, namespaces)
    .map(([bytes, at, outer]) =>
      cut(Buffer.from(bytes.toString('latin1').replace('urn:outer', outer), 'latin1'), at),
    );

  test('are each read as if it were alone, whatever is read of the others in between', () => {
    fc.assert(
      fc.property(
        fc.array(anyStream, { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (streams, dice) => {
          const readers = new ReaderPool();
          const limits = { ...unauthenticatedLimits, depth: 12 };
          const peers = streams.map((chunks) => ({
            parser: new StreamParser({ limits, readers }),
            left: [...chunks],
            events: [] as StreamEvent[],
          }));
          for (const die of dice) {
            const talking = peers.filter(({ left }) => left.length > 0);
            const peer = talking[die % talking.length];
            if (!peer) break;
            peer.events.push(...peer.parser.write(peer.left.shift() ?? Buffer.of()));
          }
          const together = peers.map(({ events }) =>
            events.filter(({ kind }) => kind !== 'whitespace'),
          );
          expect(together).toEqual(streams.map(eventsOf));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('cost', () => {
  /** CPU time, since others may be using the machine. The best of some runs, for the same reason. */
  function cpuMs(work: () => void): number {
    const runs = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    return Math.min(...runs);
  }

  function readByBytes(body: Uint8Array): void {
    const parser = new StreamParser({
      limits: { ...unauthenticatedLimits, stanzaBytes: 2 ** 22, childrenPerElement: 2 ** 22 },
    });
    parser.write(Buffer.from(header));
    for (let at = 0; at < body.length; at++) parser.write(body.subarray(at, at + 1));
  }

  test.each([
    ['one long text', (size: number) => `<a>${'x'.repeat(size)}</a>`],
    ['one long value', (size: number) => `<a b='${'x'.repeat(size)}'/>`],
    ['one long CDATA section', (size: number) => `<a><![CDATA[${']'.repeat(size)}]]></a>`],
    ['many elements in one', (size: number) => `<a>${'<b/>'.repeat(size / 4)}</a>`],
    ['many elements', (size: number) => '<b/>'.repeat(size / 4)],
    ['many references', (size: number) => `<a>${'&amp;'.repeat(size / 5)}</a>`],
    ['one long reference', (size: number) => `<a>&#${'0'.repeat(size)}65;</a>`],
    ['a use of an outer prefix', (size: number) => `<a>${'<p:b/>'.repeat(size / 6)}</a>`],
  ])('of %s, byte by byte, grows with its length and no faster', (_name, write) => {
    const small = Buffer.from(write(2 ** 13));
    const large = Buffer.from(write(2 ** 16));
    readByBytes(small);
    // Eight times the bytes. Quadratic would be 64 times the work.
    expect(cpuMs(() => readByBytes(large)) / cpuMs(() => readByBytes(small))).toBeLessThan(24);
  });
});
