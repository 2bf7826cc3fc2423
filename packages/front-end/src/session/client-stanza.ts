/** What a bound client's stanza is, once its addresses have been checked and its sender is written on it. */
import {
  bareOf,
  childElements,
  errorReply,
  isBareJid,
  stanzaFromElement,
  type BareJid,
  type FullJid,
  type Iq,
  type Stanza,
  type XmlElement,
} from '@rollcall/xmpp';

export interface Sender {
  readonly address: FullJid;
  readonly user: BareJid;
  /** The `xml:lang` of the sender's stream. */
  readonly lang?: string;
}

export type ClientStanza =
  /** For the engine. */
  | { readonly kind: 'forward'; readonly stanza: Stanza }
  /** A request to a served domain or to the user's own account. */
  | {
      readonly kind: 'ask';
      readonly iq: Iq;
      readonly payload: XmlElement;
      readonly ofAccount: boolean;
    }
  /** Not a good stanza; the stream goes on. There is no answer to an error. */
  | { readonly kind: 'fault'; readonly reply: Stanza | undefined }
  /** The stream cannot go on. */
  | {
      readonly kind: 'breach';
      readonly condition: 'invalid-from' | 'unsupported-stanza-type';
      readonly text: string;
    };

export function readClientStanza(
  element: XmlElement,
  sender: Sender,
  domains: readonly string[],
): ClientStanza {
  const read = stanzaFromElement(element);
  if (!read.ok) {
    if (read.kind === 'none') {
      return { kind: 'breach', condition: 'unsupported-stanza-type', text: read.problem };
    }
    return { kind: 'fault', reply: errorReply({ ...read, from: sender.address }) };
  }
  const { from } = read.value;
  // RFC 6120 §8.1.2.1: the client's own address, full or bare, or none.
  if (from !== undefined && from !== sender.address && from !== sender.user) {
    return { kind: 'breach', condition: 'invalid-from', text: "that 'from' is not yours" };
  }
  const stanza = stamp(read.value, sender);
  return question(stanza, element, sender, domains) ?? { kind: 'forward', stanza };
}

/** RFC 6120 §8.1.5: a stanza without a language speaks that of its stream. */
function stamp(stanza: Stanza, { address, lang }: Sender): Stanza {
  return lang === undefined || stanza.lang !== undefined
    ? { ...stanza, from: address }
    : { ...stanza, from: address, lang };
}

function question(
  stanza: Stanza,
  element: XmlElement,
  { user }: Sender,
  domains: readonly string[],
): ClientStanza | undefined {
  if (stanza.kind !== 'iq' || (stanza.type !== 'get' && stanza.type !== 'set')) return undefined;
  const { to } = stanza;
  const ofAccount = to === undefined || to === user;
  if (!ofAccount && !(isBareJid(to) && domains.includes(bareOf(to)))) return undefined;
  const [payload] = childElements(element);
  return payload && { kind: 'ask', iq: stanza, payload, ofAccount };
}
