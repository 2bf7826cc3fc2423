import type { XmlElement } from './element.ts';
import { escapeAttribute, escapeText } from './escape.ts';

/** The whole element as text, its namespace declared, fit for any place in any document. */
export function serializeElement(element: XmlElement): string {
  return serializeWithin(element, undefined);
}

/** As `serializeElement`, but silent about the namespace that is the default there anyway. */
function serializeWithin(element: XmlElement, defaultNs: string | undefined): string {
  let start = `<${element.name}`;
  if (element.ns !== defaultNs) start += ` xmlns='${escapeAttribute(element.ns)}'`;
  for (const [prefix, ns] of Object.entries(element.attrPrefixes ?? {})) {
    start += ` xmlns:${prefix}='${escapeAttribute(ns)}'`;
  }
  for (const [name, value] of Object.entries(element.attrs)) {
    start += ` ${name}='${escapeAttribute(value)}'`;
  }
  return element.content === '' ? `${start}/>` : `${start}>${element.content}</${element.name}>`;
}

/** The inner XML of an element in `ns` that holds these children. */
export function serializeChildren(
  children: readonly (XmlElement | string)[],
  ns: string | undefined,
): string {
  let content = '';
  for (const child of children) {
    content += typeof child === 'string' ? escapeText(child) : serializeWithin(child, ns);
  }
  return content;
}
