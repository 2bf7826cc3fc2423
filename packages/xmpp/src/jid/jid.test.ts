import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bareOf,
  domainOf,
  isBareJid,
  isFullJid,
  localOf,
  parseBareJid,
  parseFullJid,
  parseJid,
  resourceOf,
  withResource,
  type BareJid,
  type Jid,
} from './jid.ts';

function jid(text: string): Jid {
  const result = parseJid(text);
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

describe('a JID', () => {
  test.each([
    ['juliet@example.com', 'juliet', 'example.com', undefined],
    ['juliet@example.com/foo', 'juliet', 'example.com', 'foo'],
    ['juliet@example.com/foo bar', 'juliet', 'example.com', 'foo bar'],
    ['juliet@example.com/ foo', 'juliet', 'example.com', ' foo'],
    ['juliet@example.com/foo@bar', 'juliet', 'example.com', 'foo@bar'],
    ['foo\\20bar@example.com', 'foo\\20bar', 'example.com', undefined],
    ['fußball@example.com', 'fußball', 'example.com', undefined],
    ['π@example.com', 'π', 'example.com', undefined],
    ['Σ@example.com/foo', 'σ', 'example.com', 'foo'],
    ['σ@example.com/foo', 'σ', 'example.com', 'foo'],
    ['ς@example.com/foo', 'ς', 'example.com', 'foo'],
    ['king@example.com/♚', 'king', 'example.com', '♚'],
    ['example.com', undefined, 'example.com', undefined],
    ['example.com/foobar', undefined, 'example.com', 'foobar'],
    ['a.example.com/b@example.net', undefined, 'a.example.com', 'b@example.net'],
  ])('is taken apart as RFC 7622 §3.5 lists it: %s', (text, local, domain, resource) => {
    const parsed = jid(text);
    expect([localOf(parsed), domainOf(parsed), resourceOf(parsed)]).toEqual([
      local,
      domain,
      resource,
    ]);
    expect(isFullJid(parsed)).toBe(resource !== undefined);
    expect(isBareJid(parsed)).toBe(resource === undefined);
    expect(bareOf(parsed)).toBe(local === undefined ? domain : `${local}@${domain}`);
  });

  test.each([
    '"juliet"@example.com',
    'foo bar@example.com',
    '@example.com/',
    'henry\u2163@example.com',
    '♚@example.com',
    'juliet@',
    '/foobar',
    '',
    '@',
    '/',
    '@example.com',
    'juliet@example.com/',
    'juliet@@example.com',
    'juliet@capulet@example.com',
    'juliet@/foo',
    ' juliet@example.com',
    'juliet@example.com ',
    'juliet@example.com\n',
    'juliet\u0000@example.com',
  ])('is none: %j (RFC 7622 §3.5)', (text) => {
    expect(parseJid(text).ok).toBe(false);
  });

  test('compares by its text however it was written (RFC 7622 §3.2, §3.3)', () => {
    expect(jid('ＡＬＩＣＥ@EXAMPLE.org./Phone')).toBe('alice@example.org/Phone');
    expect(jid('e\u0301@xn--mller-kva.example')).toBe('é@müller.example');
  });

  test('keeps the case of its resource (RFC 7622 §3.4)', () => {
    expect(jid('a@b/Phone')).not.toBe(jid('a@b/phone'));
  });

  test('has parts of at most 1023 octets (RFC 7622 §3.1)', () => {
    const long = 'a'.repeat(1023);
    expect(jid(`${long}@b/${long}`)).toBe(`${long}@b/${long}`);
    expect(parseJid(`${long}a@b`).ok).toBe(false);
    expect(parseJid(`a@b/${long}a`).ok).toBe(false);
    expect(jid(`${'é'.repeat(511)}@b`)).toHaveLength(513);
    expect(parseJid(`${'é'.repeat(512)}@b`).ok).toBe(false);
    expect(parseJid(`a@b/${'日'.repeat(342)}`).ok).toBe(false);
  });

  test('is prepared but once: what comes out goes in unchanged', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
    const letters = fc.string({
      unit: fc.constantFrom(
        'a',
        'Z',
        'ß',
        'Σ',
        'ς',
        'é',
        'ﬀ',
        'Ⅳ',
        'ｱ',
        'ガ',
        'א',
        '1',
        '١',
        '.',
        'İ',
        'ǅ',
        '-',
      ),
      minLength: 1,
      maxLength: 6,
    });
    const anything = fc.oneof(part, letters);
    fc.assert(
      fc.property(anything, anything, anything, (local, domain, resource) => {
        const first = parseJid(`${local}@${domain}/${resource}`);
        if (first.ok) expect(parseJid(first.value)).toEqual(first);
      }),
      { numRuns: 3000 },
    );
  });

  test('is never thrown over', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseJid(text).ok).toBeTypeOf('boolean');
      }),
    );
  });
});

describe('kinds of JIDs', () => {
  test('are told apart when read', () => {
    expect(parseBareJid('a@b')).toEqual({ ok: true, value: 'a@b' });
    expect(parseBareJid('a@b/c').ok).toBe(false);
    expect(parseFullJid('a@b/c')).toEqual({ ok: true, value: 'a@b/c' });
    expect(parseFullJid('a@b').ok).toBe(false);
    expect(parseFullJid('@').ok).toBe(false);
  });

  test('are joined from a bare JID and a resource, which must be one', () => {
    const bare = jid('a@b') as BareJid;
    expect(withResource(bare, 'c d')).toBe('a@b/c d');
    expect(() => withResource(bare, '')).toThrow();
    expect(() => withResource(bare, '\u0000')).toThrow();
  });
});
