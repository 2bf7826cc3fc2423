import type { StreamErrorCondition } from '../errors/stream-error.ts';
import type { XmlElement } from '../xml/element.ts';

/** What the stream's own start tag says. */
export interface StreamHeader {
  /** The namespace of the root element. */
  readonly ns: string;
  /** The default namespace that it declares: that of the stanzas. '' if none. */
  readonly defaultNs: string;
  readonly to?: string;
  readonly from?: string;
  readonly id?: string;
  readonly version?: string;
  readonly lang?: string;
  /** The prefixes that it declares. */
  readonly prefixes: Readonly<Record<string, string>>;
}

/** A breach of XML, of RFC 6120's restrictions or of our limits. It is the last event of its parser. */
export interface StreamViolation {
  readonly kind: 'violation';
  readonly condition: StreamErrorCondition;
  readonly text: string;
}

export type StreamEvent =
  | { readonly kind: 'streamOpened'; readonly header: StreamHeader }
  /** A top-level element, and how many bytes it took. */
  | { readonly kind: 'element'; readonly element: XmlElement; readonly bytes: number }
  | { readonly kind: 'streamClosed' }
  /** White space between stanzas: often a keep-alive (RFC 6120 §4.6.4, §11.7). */
  | { readonly kind: 'whitespace' }
  | StreamViolation;
