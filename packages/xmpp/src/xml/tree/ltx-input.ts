import { escapeText } from '../escape.ts';

/**
 * A well-formed element in the form in which ltx 3.1 reads it right. By itself it loses the text
 * after a CDATA section, and does not normalise line ends (XML 1.0 §2.11) or white space in
 * attribute values (§3.3.3).
 */
export function ltxInput(source: string): string {
  return source.replace(unusual, (match, section: string | undefined) => {
    if (section !== undefined) return escapeText(section.replace(/\r\n?/g, '\n'));
    return match.startsWith('<') ? match.replace(/\r\n|[\t\n\r]/g, ' ') : '\n';
  });
}

/** A CDATA section, a tag (an attribute value in it may hold a `>`), or a line end with a CR. */
const unusual = /<!\[CDATA\[([^]*?)\]\]>|<(?:"[^"]*"|'[^']*'|[^>"'])*>|\r\n?/g;
