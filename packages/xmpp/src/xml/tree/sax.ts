import LtxSax from 'ltx/src/parsers/ltx.js';

export interface SaxListener {
  onStart(qualifiedName: string, attrs: Record<string, string>): void;
  onText(text: string): void;
  onEnd(): void;
}

export interface Sax {
  write(text: string): void;
}

interface EmittingSax extends Sax {
  on(event: 'startElement', listener: SaxListener['onStart']): void;
  on(event: 'text', listener: SaxListener['onText']): void;
  on(event: 'endElement', listener: SaxListener['onEnd']): void;
}

// The published types take this ECMAScript module for a CommonJS one.
const Ltx = LtxSax as unknown as new () => EmittingSax;

/** ltx's reader, which knows names, attributes and text but neither namespaces nor mistakes. */
export function createSax(listener: SaxListener): Sax {
  const sax = new Ltx();
  sax.on('startElement', (name, attrs) => listener.onStart(name, attrs));
  sax.on('text', (text) => listener.onText(text));
  sax.on('endElement', () => listener.onEnd());
  return sax;
}
