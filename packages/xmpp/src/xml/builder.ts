import type { XmlElement } from './element.ts';
import { serializeChildren } from './serialize.ts';

/** Builds an element. Attributes that are undefined are left out; children may be of any namespace. */
export function xml(
  name: string,
  ns: string,
  attrs: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (XmlElement | string)[]
): XmlElement {
  const present: Record<string, string> = {};
  for (const [key, value] of Object.entries(attrs)) if (value !== undefined) present[key] = value;
  return {
    name,
    ns,
    prefix: '',
    attrs: present,
    children,
    content: serializeChildren(children, ns),
  };
}
