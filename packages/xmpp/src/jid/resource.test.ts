import { expect, test } from 'vitest';
import { prepareResource } from './resource.ts';

test.each([
  ['Phone', 'Phone', 'case is kept (RFC 8265 §4.2.2)'],
  ['a/b@c "d" <e>', 'a/b@c "d" <e>', 'any ASCII that can be seen, and spaces'],
  ['a\u00a0b\u3000c', 'a b c', 'other spaces become spaces'],
  [' a ', ' a ', 'spaces in front and behind, too'],
  ['e\u0301', 'é', 'NFC'],
  ['♚ «Ⅳ» ＡＢ', '♚ «Ⅳ» ＡＢ', 'symbols, punctuation and compatibility characters stay'],
  ['ש1a', 'ש1a', 'directions may mix'],
])('%s is prepared as %s: %s', (text, prepared) => {
  expect(prepareResource(text)).toEqual({ ok: true, value: prepared });
});

test.each([
  ['', 'it is empty'],
  ['a\nb', 'a control character (RFC 8264 §4.3.3)'],
  ['a\u200db', 'a joiner between letters that it does not join'],
  ['a\u00ad', 'an ignorable character'],
  ['\u0378', 'an unassigned code point'],
  ['\ue000', 'a private code point'],
  ['\udc00', 'half of a surrogate pair'],
])('%j is refused: %s', (text) => {
  expect(prepareResource(text).ok).toBe(false);
});
