/** Stream errors (RFC 6120 §4.9). They end the stream. */
import { NS } from '../namespaces.ts';
import { escapeText } from '../xml/escape.ts';

/** Every defined condition of RFC 6120 §4.9.3. */
export type StreamErrorCondition =
  | 'bad-format'
  | 'bad-namespace-prefix'
  | 'conflict'
  | 'connection-timeout'
  | 'host-gone'
  | 'host-unknown'
  | 'improper-addressing'
  | 'internal-server-error'
  | 'invalid-from'
  | 'invalid-namespace'
  | 'invalid-xml'
  | 'not-authorized'
  | 'not-well-formed'
  | 'policy-violation'
  | 'remote-connection-failed'
  | 'reset'
  | 'resource-constraint'
  | 'restricted-xml'
  | 'see-other-host'
  | 'system-shutdown'
  | 'undefined-condition'
  | 'unsupported-encoding'
  | 'unsupported-feature'
  | 'unsupported-stanza-type'
  | 'unsupported-version';

/** `<stream:error/>` with its condition, for a stream whose root declares the `stream` prefix. */
export function streamErrorXml(condition: StreamErrorCondition, text?: string): string {
  const textXml =
    text === undefined
      ? ''
      : `<text xmlns='${NS.streams}' xml:lang='en'>${escapeText(text)}</text>`;
  return `<stream:error><${condition} xmlns='${NS.streams}'/>${textXml}</stream:error>`;
}
