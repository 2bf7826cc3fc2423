import { NS } from '../namespaces.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';
import { formatTimestamp } from './timestamp.ts';

/** Who held a stanza back, since when, and why. */
export interface Delay {
  /** The JID that stamps: the delaying entity, or in XEP-0318 the resource that went. */
  readonly from: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text?: string;
}

/** The `<delay/>` of XEP-0203, ready to be appended to a stanza's content. */
export function delayXml({ from, at, text = '' }: Delay): string {
  const start = `<delay xmlns='${NS.delay}' from='${escapeAttribute(from)}' stamp='${formatTimestamp(at)}'`;
  return text === '' ? `${start}/>` : `${start}>${escapeText(text)}</delay>`;
}
