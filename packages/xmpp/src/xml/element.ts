/**
 * XML as values. An element is never changed after it was made, and it can be written anywhere:
 * what it needs of its surroundings is only its own namespace.
 */

export interface XmlElement {
  /** The local name. */
  readonly name: string;
  /** The namespace name; '' where none is in force. */
  readonly ns: string;
  /** The prefix it was written with; '' if none. */
  readonly prefix: string;
  /** As written, without namespace declarations; prefixed keys such as `xml:lang` are kept. */
  readonly attrs: Readonly<Record<string, string>>;
  /** What the prefixes in `attrs` stand for, where there are any besides `xml`. */
  readonly attrPrefixes?: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
  /**
   * The inner XML, byte for byte as it came. It stands by itself wherever `ns` is the default
   * namespace: prefixes that were declared further out are declared again within.
   */
  readonly content: string;
}

/** The first child element of that name, in `ns` if given, else in the parent's own namespace. */
export function childNamed(
  element: XmlElement,
  name: string,
  ns: string = element.ns,
): XmlElement | undefined {
  for (const child of element.children) {
    if (typeof child !== 'string' && child.name === name && child.ns === ns) return child;
  }
  return undefined;
}

export function childElements(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** The character data directly within, not that of children. */
export function textOf(element: XmlElement): string {
  let text = '';
  for (const child of element.children) if (typeof child === 'string') text += child;
  return text;
}

/** An attribute's value by its name as written; never what objects inherit. */
export function attrOf(element: XmlElement, name: string): string | undefined {
  return Object.hasOwn(element.attrs, name) ? element.attrs[name] : undefined;
}
