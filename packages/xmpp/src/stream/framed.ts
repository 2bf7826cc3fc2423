import { Buffer } from 'node:buffer';
import { NS } from '../namespaces.ts';
import type { XmlElement } from '../xml/element.ts';
import type { StreamEvent } from './events.ts';
import type { XmlLimits } from '../xml/strict/limits.ts';
import { TreeReader } from './tree.ts';

/** Reads one WebSocket message of RFC 7395: exactly one element, of which `<open/>` and `<close/>` are events of their own. */
export function parseFramed(text: string, limits: XmlLimits): StreamEvent {
  const elements: XmlElement[] = [];
  const reader: TreeReader = new TreeReader(
    () => undefined,
    (element) => {
      if (reader.open.length === 0) elements.push(element);
    },
  );
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.stanzaBytes) {
    return { kind: 'violation', condition: 'policy-violation', text: 'too large' };
  }
  try {
    reader.write(text);
  } catch {
    return { kind: 'violation', condition: 'not-well-formed', text: 'bad XML' };
  }
  const [element] = elements;
  if (!element || elements.length > 1 || reader.open.length > 0) {
    return { kind: 'violation', condition: 'not-well-formed', text: 'not one element' };
  }
  if (element.ns === NS.framing && element.name === 'close') return { kind: 'streamClosed' };
  if (element.ns !== NS.framing || element.name !== 'open') {
    return { kind: 'element', element, bytes };
  }
  const { to, from, id, version, 'xml:lang': lang } = element.attrs;
  const header = {
    ns: NS.framing,
    defaultNs: NS.framing,
    to,
    from,
    id,
    version,
    lang,
    prefixes: {},
  };
  return { kind: 'streamOpened', header: JSON.parse(JSON.stringify(header)) };
}
