import { escapeText } from '../escape.ts';

/**
 * A well-formed element in the form in which ltx 3.1 reads it right. By itself it loses the text
 * after a CDATA section, and does not normalise line ends (XML 1.0 §2.11) or white space in
 * attribute values (§3.3.3).
 */
export function ltxInput(source: string): string {
  const lines = source.replace(/\r\n?/g, '\n');
  return lines.replace(sectionOrTag, (match, section: string | undefined) =>
    section === undefined ? match.replace(/[\t\n]/g, ' ') : escapeText(section),
  );
}

/** A CDATA section, or a tag, in which an attribute's value may hold a `>`. */
const sectionOrTag = /<!\[CDATA\[([^]*?)\]\]>|<(?:"[^"]*"|'[^']*'|[^>"'])*>/g;
