import { expect, test } from 'vitest';
import { parseDomain } from './domain.ts';

test.each([
  ['example.org', 'example.org', 'as it is'],
  ['localhost', 'localhost', 'a single label'],
  ['Example.ORG', 'example.org', 'lower case (RFC 7622 §3.2)'],
  ['example.org.', 'example.org', 'without the dot of the root'],
  ['1.example', '1.example', 'labels of digits'],
  ['ab--cd.example', 'ab--cd.example', 'hyphens within'],
  ['MÜLLER.example', 'müller.example', 'U-labels (RFC 7622 §3.2.2)'],
  ['xn--mller-kva.example', 'müller.example', 'A-labels become U-labels'],
  ['XN--MLLER-KVA.example', 'müller.example', 'A-labels of any case'],
  ['faß.example', 'faß.example', 'ß is kept (IDNA2008)'],
  ['日本語。ｊｐ', '日本語.jp', 'other full stops and widths (RFC 5895 §2)'],
  ['пример.рф', 'пример.рф', 'another script'],
  ['א1.example', 'א1.example', 'from right to left'],
  ['192.0.2.1', '192.0.2.1', 'an IPv4 address'],
  ['[2001:DB8:0:0::1]', '[2001:db8::1]', 'an IPv6 address in its shortest form (RFC 5952)'],
])('%s is prepared as %s: %s', (text, prepared) => {
  expect(parseDomain(text)).toEqual({ ok: true, value: prepared });
});

test.each([
  ['', 'it is empty'],
  ['.', 'it is the root'],
  ['a..b', 'an empty label'],
  ['.a', 'an empty label in front'],
  ['-a.example', 'a hyphen in front'],
  ['a-.example', 'a hyphen at the end'],
  ['a_b.example', 'an underscore is not for hosts'],
  ['a b', 'a space'],
  ['a\tb', 'a tab, which URLs would drop'],
  ['a%41', 'percent-encoding, which URLs would undo'],
  ['a/b', 'a slash'],
  ['a:80', 'a port'],
  ['a@b', 'an at sign'],
  ['a\\b', 'a backslash'],
  ['a#b', 'a fragment'],
  [`${'a'.repeat(64)}.example`, 'a label of more than 63 octets (RFC 1035)'],
  [`${'a.'.repeat(127)}aa`, 'more than 253 octets'],
  ['❤.example', 'a symbol (IDNA2008)'],
  ['a\u00adb', 'a soft hyphen (IDNA2008)'],
  ['a\u200db', 'a joiner out of place'],
  ['ﷺ.example', 'a compatibility character'],
  ['1א.example', 'the Bidi Rule (RFC 5893)'],
  ['xn--a', 'an A-label that is none'],
  ['xn--zzzz----', 'an A-label that is none'],
  ['xn--qei.example', 'an A-label of a symbol'],
  ['127.1', 'an address in short'],
  ['0x7f.0.0.1', 'an address with hexadecimal digits'],
  ['192.0.2.01', 'an address with a leading zero'],
  ['256.0.0.1', 'an address that is none'],
  ['example.1', 'a name that ends in a number'],
  ['::1', 'an IPv6 address without brackets'],
  ['[::1', 'half of the brackets'],
  ['[192.0.2.1]', 'an IPv4 address in brackets'],
  ['[::1%eth0]', 'a zone'],
  ['\ud800', 'half of a surrogate pair'],
])('%j is refused: %s', (text) => {
  expect(parseDomain(text).ok).toBe(false);
});
