import { escapeAttribute } from '../xml/escape.ts';
import type { Stanza } from './stanza.ts';

/** A stanza cut where its `to` belongs. */
export interface SplitStanza {
  readonly head: string;
  readonly tail: string;
}

/** The stanza as text. It declares no namespace: the stream that it goes into has it as the default. */
export function serializeStanza(stanza: Stanza): string {
  const { head, tail } = splitAtTo(stanza);
  return stanza.to === undefined
    ? head + tail
    : `${head} to='${escapeAttribute(stanza.to)}'${tail}`;
}

/**
 * The two halves around `to`, so that fan-out serialises once:
 * `head + " to='" + escapeAttribute(jid) + "'" + tail` is the stanza addressed to `jid`.
 */
export function splitAtTo(stanza: Stanza): SplitStanza {
  const { kind, type, id, from, lang, content } = stanza;
  let head = `<${kind}`;
  if (type !== undefined) head += ` type='${type}'`;
  if (id !== undefined) head += ` id='${escapeAttribute(id)}'`;
  if (lang !== undefined) head += ` xml:lang='${escapeAttribute(lang)}'`;
  if (from !== undefined) head += ` from='${escapeAttribute(from)}'`;
  return { head, tail: content === '' ? '/>' : `>${content}</${kind}>` };
}
