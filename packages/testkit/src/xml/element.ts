// XML as the test client sees it: plain values with their names resolved. On purpose not the type of `@rollcall/xmpp`:
// what reads a server's answers in tests shares no code with the server.

export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** Namespace name; '' if there is none. */
  readonly ns: string;
  /** By name; those of a namespace by `{urn:example}name`, except `xml:lang` and the like. No declarations. */
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}

export type XmlNode = XmlElement | string;

export const clientNamespace = 'jabber:client';

export function elements(parent: XmlElement): readonly XmlElement[] {
  return parent.children.filter((child) => typeof child !== 'string');
}

/** The child elements of that name, in any namespace unless one is given. */
export function children(parent: XmlElement, name: string, ns?: string): readonly XmlElement[] {
  return elements(parent).filter(
    (candidate) => candidate.name === name && (ns === undefined || candidate.ns === ns),
  );
}

/** The first child element of that name, in any namespace unless one is given. */
export function child(parent: XmlElement, name: string, ns?: string): XmlElement | undefined {
  return children(parent, name, ns)[0];
}

/** Character data directly within. */
export function text(element: XmlElement): string {
  return element.children.filter((node) => typeof node === 'string').join('');
}

/** The text of the first child of that name; undefined if there is no such child. */
export function childText(parent: XmlElement, name: string, ns?: string): string | undefined {
  const found = child(parent, name, ns);
  return found === undefined ? undefined : text(found);
}

/** For values that a test puts into XML text, as content or between quotes. */
export function escapeXml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** One line of XML; namespaces are declared where they change. */
export function render(element: XmlElement, outerNs: string = clientNamespace): string {
  const declared = element.ns === outerNs ? '' : ` xmlns='${escapeXml(element.ns)}'`;
  const attrs = Object.entries(element.attrs).map(
    ([key, value]) => ` ${key}='${escapeXml(value)}'`,
  );
  const start = `<${element.name}${declared}${attrs.join('')}`;
  const content = element.children
    .map((node) => (typeof node === 'string' ? escapeXml(node) : render(node, element.ns)))
    .join('');
  return content === '' ? `${start}/>` : `${start}>${content}</${element.name}>`;
}
