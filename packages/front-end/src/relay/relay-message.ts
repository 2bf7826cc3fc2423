/**
 * What two front-ends say of a stream that one of them holds for a session of the other's. The guest holds the stream
 * and gives it its number; the host holds the session.
 */
import type { PeerMessage } from '@rollcall/cluster';
import type { BareJid, FullJid, StreamErrorCondition } from '@rollcall/xmpp';
import type { ManagementRequest } from '../stream/stream-state.ts';

/** To the host. */
export type ToHost =
  | {
      readonly kind: 'claim';
      readonly token: string;
      readonly user: BareJid;
      readonly handled: number;
      readonly declaration: string;
      readonly lang?: string;
    }
  | { readonly kind: 'stanza'; readonly text: string }
  | { readonly kind: 'manage'; readonly request: ManagementRequest }
  | { readonly kind: 'active'; readonly active: boolean }
  /** The client has taken so much of what was written. */
  | { readonly kind: 'taken'; readonly length: number }
  | { readonly kind: 'probe' }
  | { readonly kind: 'left'; readonly how: 'closed' | 'lost' };

/** To the guest. */
export type ToGuest =
  | { readonly kind: 'claimed'; readonly address: FullJid }
  | { readonly kind: 'refused' }
  | { readonly kind: 'write'; readonly text: string }
  | {
      readonly kind: 'end';
      readonly condition: StreamErrorCondition;
      readonly text?: string;
      readonly extra?: string;
    };

export type RelayMessage = PeerMessage & {
  readonly about: 'stream';
  readonly to: 'host' | 'guest';
  readonly stream: number;
};

export function isRelayMessage(message: PeerMessage): message is RelayMessage {
  return message.about === 'stream' && typeof message['stream'] === 'number';
}
