/** Escaping. Both pass text without special characters through untouched, the common case. */

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

/** For character data. A bare CR would be read back as a line feed (XML 1.0 §2.11), so it is escaped. */
export function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, entityOf) : text;
}

/** For values between either kind of quote. White space survives normalisation (XML 1.0 §3.3.3). */
export function escapeAttribute(text: string): string {
  return /[&<>"'\t\n\r]/.test(text) ? text.replace(/[&<>"'\t\n\r]/g, entityOf) : text;
}

function entityOf(character: string): string {
  return entities[character] ?? character;
}
