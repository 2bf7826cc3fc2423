/** Turns ltx's SAX events into elements with their namespaces resolved. */
import { Parser } from 'ltx';
import { NS } from '../namespaces.ts';
import type { XmlElement } from '../xml/element.ts';
import { serializeChildren } from '../xml/serialize.ts';

interface OpenElement {
  readonly prefix: string;
  readonly name: string;
  readonly ns: string;
  readonly attrs: Record<string, string>;
  readonly scope: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

interface Sax {
  on(event: string, listener: (...args: never[]) => void): void;
  write(text: string): void;
}

export class TreeReader {
  readonly open: OpenElement[] = [];
  readonly #sax: Sax;

  constructor(onOpen: (open: OpenElement) => void, onClose: (element: XmlElement) => void) {
    this.#sax = (new Parser() as unknown as { parser: Sax }).parser;
    (this.#sax as unknown as { removeAllListeners(): void }).removeAllListeners();
    this.#sax.on('startElement', (qname: string, written: Record<string, string>) => {
      const scope = { ...(this.open.at(-1)?.scope ?? { xml: NS.xml, '': '' }) };
      const attrs: Record<string, string> = {};
      for (const [key, value] of Object.entries(written)) {
        if (key === 'xmlns') scope[''] = value;
        else if (key.startsWith('xmlns:')) scope[key.slice(6)] = value;
        else attrs[key] = value;
      }
      const colon = qname.indexOf(':');
      const prefix = colon < 0 ? '' : qname.slice(0, colon);
      const open = {
        prefix,
        name: qname.slice(colon + 1),
        ns: scope[prefix] ?? '',
        attrs,
        scope,
        children: [],
      };
      this.open.push(open);
      onOpen(open);
    });
    this.#sax.on('text', (text: string) => this.open.at(-1)?.children.push(text));
    this.#sax.on('endElement', () => {
      const closed = this.open.pop();
      if (!closed) return;
      const { prefix, name, ns, attrs, children } = closed;
      const element = {
        prefix,
        name,
        ns,
        attrs,
        children,
        content: serializeChildren(children, ns),
      };
      this.open.at(-1)?.children.push(element);
      onClose(element);
    });
  }

  write(text: string): void {
    this.#sax.write(text);
  }
}
