// Reads what a server writes: a stream's root, then the root's children one by one.

import * as ltxSax from 'ltx/src/parsers/ltx.js';
import { clientNamespace } from './element.ts';
import type { XmlElement, XmlNode } from './element.ts';

// The published types take the module for CommonJS; it is not.
const LtxSax = ltxSax.default as unknown as typeof ltxSax.default.default;

export interface XmlReaderEvents {
  rootOpened(root: XmlElement): void;
  /** A child of the root is complete. */
  elementRead(element: XmlElement): void;
  rootClosed(): void;
}

interface OpenElement {
  /** As written, prefix included. */
  readonly tag: string;
  readonly element: XmlElement & { readonly children: XmlNode[] };
  /** Prefix to namespace name, all that are in force; '' is the default namespace. */
  readonly scope: Readonly<Record<string, string>>;
}

/** Throws on what a server must never write: end tags that do not match, prefixes that nobody declared. */
export class XmlReader {
  readonly #sax = new LtxSax();
  readonly #open: OpenElement[] = [];
  readonly #events: XmlReaderEvents;

  constructor(events: XmlReaderEvents) {
    this.#events = events;
    this.#sax.on('startElement', (tag: string, attrs: Record<string, string>) => {
      this.#startTag(tag, attrs);
    });
    this.#sax.on('endElement', (tag: string) => this.#endTag(tag));
    this.#sax.on('text', (characters: string) => {
      this.#open.at(-1)?.element.children.push(characters);
    });
  }

  write(chunk: string): void {
    this.#sax.write(chunk);
  }

  #startTag(tag: string, written: Record<string, string>): void {
    const scope = { ...(this.#open.at(-1)?.scope ?? { '': '', xml: 'xml' }) };
    for (const [key, value] of Object.entries(written)) {
      if (key === 'xmlns') scope[''] = value;
      if (key.startsWith('xmlns:')) scope[key.slice('xmlns:'.length)] = value;
    }
    const attrs = resolvedAttributes(written, scope);
    const ns = namespaceOf(prefixOf(tag), scope, tag);
    const name = tag.slice(tag.indexOf(':') + 1);
    this.#open.push({ tag, element: { name, ns, attrs, children: [] }, scope });
    if (this.#open.length === 1) this.#events.rootOpened({ name, ns, attrs, children: [] });
  }

  #endTag(tag: string): void {
    const ended = this.#open.pop();
    if (ended?.tag !== tag) throw new Error(`</${tag}> ends <${ended?.tag ?? 'nothing'}>`);
    const parent = this.#open.at(-1);
    // The root lives as long as the stream: what it has had is not kept.
    if (parent === undefined) this.#events.rootClosed();
    else if (this.#open.length === 1) this.#events.elementRead(ended.element);
    else parent.element.children.push(ended.element);
  }
}

/** Reads one whole element from text; without a declaration it is in `jabber:client`. */
export function parseXml(source: string): XmlElement {
  const found: XmlElement[] = [];
  const reader = new XmlReader({
    rootOpened: () => undefined,
    elementRead: (element) => found.push(element),
    rootClosed: () => undefined,
  });
  reader.write(`<root xmlns='${clientNamespace}'>${source}</root>`);
  const [element] = found;
  if (element === undefined || found.length > 1) throw new Error(`not one element: ${source}`);
  return element;
}

/** Without declarations; servers may change prefixes, so that these are put by what they stand for. */
function resolvedAttributes(
  written: Readonly<Record<string, string>>,
  scope: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const attrs: Record<string, string> = {};
  for (const [key, value] of Object.entries(written)) {
    const prefix = prefixOf(key);
    if (key === 'xmlns' || prefix === 'xmlns') continue;
    const local = key.slice(key.indexOf(':') + 1);
    const plain = prefix === '' || prefix === 'xml';
    attrs[plain ? key : `{${namespaceOf(prefix, scope, key)}}${local}`] = value;
  }
  return attrs;
}

function prefixOf(name: string): string {
  return name.includes(':') ? name.slice(0, name.indexOf(':')) : '';
}

function namespaceOf(
  prefix: string,
  scope: Readonly<Record<string, string>>,
  name: string,
): string {
  const ns = scope[prefix];
  if (ns === undefined) throw new Error(`the prefix of ${name} was not declared`);
  return ns;
}
