/** Stanza errors (RFC 6120 §8.3). Errors are never answered with errors, nor are results. */
import { parseJid, type Jid } from '../jid/jid.ts';
import { NS } from '../namespaces.ts';
import type { StanzaFault } from '../stanza/from-element.ts';
import type { Stanza } from '../stanza/stanza.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';
import {
  stanzaErrorTypes,
  type StanzaErrorCondition,
  type StanzaErrorType,
} from './stanza-error-condition.ts';

export interface StanzaErrorOptions {
  /** Instead of the condition's usual type. */
  readonly type?: StanzaErrorType;
  /** For people, in English. */
  readonly text?: string;
  /** The entity that found the error, where it is not the one that the stanza was sent to. */
  readonly by?: string;
  /** An application-specific condition, as XML that declares its own namespace. */
  readonly extra?: string;
}

/**
 * The answer to `original`: `from` and `to` swapped, its id and content kept, the error after it.
 * Undefined where no answer is allowed.
 */
export function stanzaError(
  original: Stanza,
  condition: StanzaErrorCondition,
  options: StanzaErrorOptions = {},
): Stanza | undefined {
  if (original.type === 'error' || original.type === 'result') return undefined;
  const { from, to, ...rest } = original;
  return {
    ...rest,
    type: 'error',
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
    content: original.content + errorXml(condition, options),
  };
}

/** The answer to a stanza that could not be read; addresses that are no JIDs are left out of it. */
export function errorReply(
  fault: StanzaFault,
  options: StanzaErrorOptions = {},
): Stanza | undefined {
  const { kind, type, id, content } = fault;
  if (kind === 'none' || type === 'error' || (kind === 'iq' && type === 'result')) return undefined;
  const from = jidOrNone(fault.to);
  const to = jidOrNone(fault.from);
  return {
    kind,
    type: 'error',
    ...(kind === 'iq' || id !== undefined ? { id: id ?? '' } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    content: content + errorXml(fault.condition, { text: fault.problem, ...options }),
  } as Stanza;
}

function jidOrNone(text: string | undefined): Jid | undefined {
  if (text === undefined) return undefined;
  const jid = parseJid(text);
  return jid.ok ? jid.value : undefined;
}

function errorXml(condition: StanzaErrorCondition, options: StanzaErrorOptions): string {
  const { type = stanzaErrorTypes[condition], text, by, extra = '' } = options;
  const byAttribute = by === undefined ? '' : ` by='${escapeAttribute(by)}'`;
  const textXml =
    text === undefined
      ? ''
      : `<text xmlns='${NS.stanzas}' xml:lang='en'>${escapeText(text)}</text>`;
  return `<error type='${type}'${byAttribute}><${condition} xmlns='${NS.stanzas}'/>${textXml}${extra}</error>`;
}
