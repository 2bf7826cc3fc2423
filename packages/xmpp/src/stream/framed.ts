import { NS } from '../namespaces.ts';
import type { XmlLimits } from '../xml/strict/limits.ts';
import { readElement } from '../xml/tree/read-element.ts';
import { Buffer } from 'node:buffer';
import type { StreamEvent } from './events.ts';
import { streamHeader } from './header.ts';

/**
 * Reads one message of XMPP over WebSocket (RFC 7395 §3.3): exactly one element that declares its
 * own namespaces. `<open/>` and `<close/>` come out as the opening and closing of a stream.
 */
export function parseFramed(text: string, limits: XmlLimits): StreamEvent {
  const element = readElement(text, limits);
  if ('condition' in element) return { kind: 'violation', ...element };
  const { ns, name, attrs } = element;
  if (ns === NS.framing && name === 'close') return { kind: 'streamClosed' };
  if (ns === NS.framing && name === 'open') {
    return {
      kind: 'streamOpened',
      header: streamHeader({ ns, attrs, defaultNs: ns, prefixes: {} }),
    };
  }
  return { kind: 'element', element, bytes: Buffer.byteLength(text) };
}
