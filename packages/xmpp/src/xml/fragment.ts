import { parsed, unparsable, type Parsed } from '../parsed.ts';
import { TreeReader } from '../stream/tree.ts';
import type { XmlElement } from './element.ts';
import { escapeAttribute } from './escape.ts';

/** Reads content of a stanza whose namespace is `defaultNs`. */
export function parseFragment(
  text: string,
  defaultNs = '',
): Parsed<readonly (XmlElement | string)[]> {
  let root: XmlElement | undefined;
  const reader: TreeReader = new TreeReader(
    () => undefined,
    (element) => {
      if (reader.open.length === 0) root = element;
    },
  );
  try {
    reader.write(`<x xmlns='${escapeAttribute(defaultNs)}'>${text}</x>`);
  } catch {
    return unparsable('bad XML');
  }
  return root ? parsed(root.children) : unparsable('bad XML');
}
