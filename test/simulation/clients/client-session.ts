/** What a client needs of its session, whether it is embedded or has a stream that can be resumed. */
import type { EmbeddedSession, RosterChange } from '@rollcall/front-end';
import type { Jid } from '@rollcall/xmpp';

export type ClientEvent =
  | {
      readonly kind: 'presence';
      readonly from: Jid;
      readonly available: boolean;
      readonly presence: { readonly status?: string | undefined };
    }
  | { readonly kind: 'roster'; readonly change: RosterChange }
  | { readonly kind: 'error'; readonly stanza: { readonly id?: string | undefined } }
  /** What clients here do not look at. */
  | { readonly kind: 'subscription' | 'message' };

export interface ClientSession
  extends
    AsyncIterable<ClientEvent>,
    Pick<
      EmbeddedSession,
      | 'address'
      | 'ended'
      | 'send'
      | 'sendPresence'
      | 'probe'
      | 'roster'
      | 'setContact'
      | 'removeContact'
      | 'request'
      | 'close'
    > {}
