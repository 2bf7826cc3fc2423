/**
 * The three stanzas of RFC 6120 §8.2 as plain immutable data: they go over the bus and into records
 * as JSON. What a stanza carries stays text, byte for byte as its sender wrote it.
 */
import type { Jid } from '../jid/jid.ts';

/** RFC 6121 §4.7.1. No type is available presence. */
export type PresenceType =
  'unavailable' | 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed' | 'probe' | 'error';

/** RFC 6121 §5.2.2. No type is `normal`. */
export type MessageType = 'normal' | 'chat' | 'groupchat' | 'headline' | 'error';

/** RFC 6120 §8.2.3. */
export type IqType = 'get' | 'set' | 'result' | 'error';

interface CommonParts {
  readonly from?: Jid;
  readonly to?: Jid;
  /** `xml:lang` of the stanza itself. */
  readonly lang?: string;
  /** The inner XML, which stands by itself where the stanza's namespace is the default. */
  readonly content: string;
}

export interface Presence extends CommonParts {
  readonly kind: 'presence';
  readonly type?: PresenceType;
  readonly id?: string;
}

export interface Message extends CommonParts {
  readonly kind: 'message';
  readonly type?: MessageType;
  readonly id?: string;
}

export interface Iq extends CommonParts {
  readonly kind: 'iq';
  readonly type: IqType;
  readonly id: string;
}

export type Stanza = Presence | Message | Iq;

/** A new stanza with `xml` after what it already carries. */
export function appendContent<S extends Stanza>(stanza: S, xml: string): S {
  return { ...stanza, content: stanza.content + xml };
}
