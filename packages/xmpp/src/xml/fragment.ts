import { parsed, unparsable, type Parsed } from '../parsed.ts';
import type { XmlElement } from './element.ts';
import { escapeAttribute } from './escape.ts';
import { readElement } from './tree/read-element.ts';

const unlimited = {
  stanzaBytes: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
  childrenPerElement: Number.POSITIVE_INFINITY,
  attributesPerElement: Number.POSITIVE_INFINITY,
  headerBytes: Number.POSITIVE_INFINITY,
  nameLength: Number.POSITIVE_INFINITY,
};

/**
 * Reads the content of an element whose namespace is `defaultNs`. For content that a stream's parser
 * has let in: it is held to the same rules again, but not to limits.
 */
export function parseFragment(
  text: string,
  defaultNs = '',
): Parsed<readonly (XmlElement | string)[]> {
  const wrapper = `<content xmlns='${escapeAttribute(defaultNs)}'>${text}</content>`;
  const element = readElement(wrapper, unlimited);
  return 'condition' in element ? unparsable(element.text) : parsed(element.children);
}
