/**
 * Escaping. Text without special characters, the common case, is passed through untouched. Characters
 * that XML has no way to write become U+FFFD, lest an imported name end the streams of those who see it.
 */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A carriage return would be read back as a line feed (XML 1.0 §2.11). */
const specialInText = /[&<>\r\0-\x08\v\f\x0e-\x1f\ufffe\uffff]/;
/** White space would be read back as spaces (XML 1.0 §3.3.3). */
const specialInAttribute = /[&<>"'\t\n\r\0-\x08\v\f\x0e-\x1f\ufffe\uffff]/;

const everyInText = new RegExp(specialInText, 'g');
const everyInAttribute = new RegExp(specialInAttribute, 'g');

/** For character data. */
export function escapeText(text: string): string {
  return specialInText.test(text) ? text.replace(everyInText, escaped) : text;
}

/** For values between either kind of quote. */
export function escapeAttribute(text: string): string {
  return specialInAttribute.test(text) ? text.replace(everyInAttribute, escaped) : text;
}

function escaped(character: string): string {
  return entities[character] ?? '\ufffd';
}
