import { describe, expect, test } from 'vitest';
import { NS } from '../namespaces.ts';
import { unauthenticatedLimits } from '../xml/strict/limits.ts';
import type { StreamEvent } from './events.ts';
import { ReaderPool } from './reader-pool.ts';
import { StreamParser } from './stream-parser.ts';

const limits = unauthenticatedLimits;
const streams = `xmlns:stream='${NS.stream}'`;
const plain = `<stream:stream xmlns='jabber:client' ${streams}>`;

function read(parser: StreamParser, text: string): readonly StreamEvent[] {
  return parser.write(Buffer.from(text));
}

function sharing(count: number): readonly StreamParser[] {
  const readers = new ReaderPool();
  return Array.from({ length: count }, () => new StreamParser({ limits, readers }));
}

describe('streams that share readers', () => {
  test.each([
    [
      'another prefix in the name of the root',
      `<b:stream xmlns='jabber:client' xmlns:a='${NS.stream}' xmlns:b='${NS.stream}'>`,
      `<a:stream xmlns='jabber:client' xmlns:a='${NS.stream}' xmlns:b='${NS.stream}'>`,
    ],
    ['another namespace', plain, plain.replace('jabber:client', 'jabber:server')],
    ['one more prefix', plain, plain.replace('>', ` xmlns:p='urn:p'>`)],
    [
      'another meaning of a prefix',
      plain.replace('>', ` xmlns:p='urn:p'>`),
      plain.replace('>', ` xmlns:p='urn:q'>`),
    ],
  ])('are read by what each has declared: %s', (_, ...headers) => {
    const lasts = [
      () => '<p:x/>',
      (header: string) => `</${header.slice(1, header.indexOf(' '))}>`,
    ];
    for (const order of [headers, headers.toReversed()])
      for (const lastOf of lasts) {
        const texts = order.map((header) => [header, '<presence/>', lastOf(header)]);
        const parsers = sharing(2);
        const together = order.map((): StreamEvent[] => []);
        for (const step of [0, 1, 2])
          for (const [at, parser] of parsers.entries())
            together[at]?.push(...read(parser, texts[at]?.[step] ?? ''));
        const alone = texts.map((text) => read(new StreamParser({ limits }), text.join('')));
        expect(together).toEqual(alone);
      }
  });

  test('know nothing of what another has declared in the middle of an element, be that broken', () => {
    const [one, other, third] = sharing(3) as [StreamParser, StreamParser, StreamParser];
    for (const parser of [one, other, third]) read(parser, plain);
    expect(read(one, `<message xmlns:q='urn:q'><body`)).toEqual([]);
    expect(read(other, '<presence><q:x/></presence>')).toMatchObject([{ kind: 'violation' }]);
    expect(read(one, '/><q:x/><unbound:x/></message>')).toMatchObject([{ kind: 'violation' }]);
    expect(read(third, '<presence><q:x/></presence>')).toMatchObject([{ kind: 'violation' }]);
  });

  test('are held to the limits of their own', () => {
    const [one, other] = sharing(2) as [StreamParser, StreamParser];
    for (const parser of [one, other]) read(parser, plain);
    const long = `<message><body>${'x'.repeat(limits.stanzaBytes)}</body></message>`;
    one.setLimits({ ...limits, stanzaBytes: 2 * limits.stanzaBytes });
    expect(read(one, long)).toMatchObject([{ kind: 'element' }]);
    expect(read(other, long)).toMatchObject([{ kind: 'violation' }]);
    expect(read(one, long)).toMatchObject([{ kind: 'element' }]);
  });

  test('are held to limits that change in the middle of an element from the next byte on', () => {
    const [one] = sharing(1) as [StreamParser];
    read(one, `${plain}<message><body>`);
    one.setLimits({ ...limits, stanzaBytes: 2 * limits.stanzaBytes });
    const rest = `${'x'.repeat(limits.stanzaBytes)}</body></message>`;
    expect(read(one, rest)).toMatchObject([{ kind: 'element' }]);
  });

  test('go on when another has broken off or broken the rules in the middle of an element', () => {
    const [one, other, third] = sharing(3) as [StreamParser, StreamParser, StreamParser];
    for (const parser of [one, other, third]) read(parser, plain);
    read(one, '<message><body>');
    one.end();
    expect(read(other, '<message><body></message>')).toMatchObject([{ kind: 'violation' }]);
    expect(read(third, '<presence/>')).toMatchObject([{ kind: 'element' }]);
  });
});
