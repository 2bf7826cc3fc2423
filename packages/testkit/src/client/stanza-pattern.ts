// Stanzas as a test expects them, written as XML: `<presence from='bob@localhost/a'><show>away</show></presence>`.

import { elements, text } from '../xml/element.ts';
import type { XmlElement } from '../xml/element.ts';
import { parseXml } from '../xml/xml-reader.ts';

/** A pattern, or any test of a stanza. */
export type StanzaMatcher = string | ((stanza: XmlElement) => boolean);

export function stanzaMatcher(wanted: StanzaMatcher): (stanza: XmlElement) => boolean {
  if (typeof wanted !== 'string') return wanted;
  const pattern = parseXml(wanted);
  return (stanza) => matchesPattern(pattern, stanza);
}

/**
 * What the pattern holds, the stanza must hold: the same name and namespace, the attributes (the value `*` stands for
 * any), the text, each child, in any order. The stanza may hold more, except for `type`: a pattern without a type wants
 * a stanza without.
 */
export function matchesPattern(pattern: XmlElement, stanza: XmlElement): boolean {
  const sameType = pattern.attrs['type'] === '*' || pattern.attrs['type'] === stanza.attrs['type'];
  return sameType && holds(pattern, stanza);
}

function holds(pattern: XmlElement, element: XmlElement): boolean {
  return (
    pattern.name === element.name &&
    pattern.ns === element.ns &&
    holdsAttributes(pattern, element) &&
    holdsText(pattern, element) &&
    holdsChildren(pattern, element)
  );
}

function holdsAttributes(pattern: XmlElement, element: XmlElement): boolean {
  return Object.entries(pattern.attrs).every(([name, value]) =>
    value === '*' ? element.attrs[name] !== undefined : element.attrs[name] === value,
  );
}

/** White space between a pattern's children is layout; in an element that has no children it is content. */
function holdsText(pattern: XmlElement, element: XmlElement): boolean {
  const wanted = text(pattern);
  if (elements(pattern).length > 0 && wanted.trim() === '') return true;
  return wanted === '' || wanted === text(element);
}

function holdsChildren(pattern: XmlElement, element: XmlElement): boolean {
  const remaining = [...elements(element)];
  return elements(pattern).every((wanted) => {
    const index = remaining.findIndex((candidate) => holds(wanted, candidate));
    if (index === -1) return false;
    remaining.splice(index, 1);
    return true;
  });
}
