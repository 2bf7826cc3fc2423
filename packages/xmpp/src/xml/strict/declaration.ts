import type { Violation } from './violation.ts';

const declaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:'1\.\d+'|"1\.\d+")(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:'([\w.-]+)'|"([\w.-]+)"))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:'(?:yes|no)'|"(?:yes|no)"))?[ \t\r\n]*\?>$/;

/** What is wrong with the XML declaration (XML 1.0 §2.8) before a stream, given whole. */
export function declarationViolation(text: string): Violation | undefined {
  const match = declaration.exec(text);
  if (!match) {
    return /^<\?xml[ \t\r\n]/.test(text)
      ? { condition: 'not-well-formed', text: 'a malformed XML declaration' }
      : { condition: 'restricted-xml', text: 'processing instructions are not allowed' };
  }
  // RFC 6120 §11.6: UTF-8 and nothing else.
  const encoding = match[1] ?? match[2] ?? 'UTF-8';
  return encoding.toUpperCase() === 'UTF-8'
    ? undefined
    : { condition: 'unsupported-encoding', text: 'streams are encoded in UTF-8' };
}
