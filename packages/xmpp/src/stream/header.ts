import { NS } from '../namespaces.ts';
import type { Violation } from '../xml/strict/violation.ts';
import type { RootTag } from '../xml/tree/tree-builder.ts';
import type { StreamHeader } from './events.ts';

/** What is wrong with a root as the root of an XMPP stream (RFC 6120 §4.8.1). */
export function rootViolation({ name, ns }: RootTag): Violation | undefined {
  if (ns !== NS.stream) {
    return { condition: 'invalid-namespace', text: `streams are in the namespace ${NS.stream}` };
  }
  return name === 'stream'
    ? undefined
    : { condition: 'bad-format', text: 'the root of a stream is named stream' };
}

/** Picks the attributes of RFC 6120 §4.7. */
export function streamHeader(root: Pick<RootTag, 'ns' | 'attrs' | 'defaultNs' | 'prefixes'>) {
  const { ns, defaultNs, prefixes, attrs } = root;
  const { to, from, id, version, 'xml:lang': lang } = attrs;
  const header: StreamHeader = {
    ns,
    defaultNs,
    prefixes,
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(id === undefined ? {} : { id }),
    ...(version === undefined ? {} : { version }),
    ...(lang === undefined ? {} : { lang }),
  };
  return header;
}
