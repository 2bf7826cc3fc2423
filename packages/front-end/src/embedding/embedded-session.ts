/** A session without a stream: a gateway speaks for a user in objects. */
import type { FullJid, XmlElement } from '@rollcall/xmpp';
import type { PresenceContent } from './presence-content.ts';
import type { ContactDetails, Roster } from './roster.ts';
import type { SessionEnd, SessionEvent } from './session-event.ts';

/**
 * Iterate over it for its events; while they are not taken, presence coalesces, and past the session's bound it is
 * ended with `resource-constraint`. Every method throws `front_end_session_over` once it has ended. Addresses are
 * JIDs as text; one that is none comes back as an `error` event, as does whatever else is refused.
 */
export interface EmbeddedSession extends AsyncIterable<SessionEvent> {
  readonly address: FullJid;
  /** Resolves when the session is over, whoever ended it. */
  readonly ended: Promise<SessionEnd>;
  /** Tells all who may see it that the user is there (RFC 6121 §4.2, §4.4). */
  setPresence(content?: PresenceContent): void;
  /** Tells them that the user has gone; the session stays. */
  setUnavailable(status?: string): void;
  /** Directed presence (RFC 6121 §4.6). */
  sendPresence(to: string, content?: PresenceContent & { readonly available?: boolean }): void;
  /** Asks for a contact's presence (XEP-0318); the answer is a `presence` event. */
  probe(contact: string): void;
  /** Asks to see them. */
  subscribe(contact: string, status?: string): void;
  /** Lets them see us: in answer to their request or ahead of it. */
  approve(contact: string): void;
  /** No longer wants to see them. */
  unsubscribe(contact: string): void;
  /** Refuses their request, or no longer lets them see us. */
  deny(contact: string): void;
  /** The roster; from then on changes come as events. Rejects with `front_end_request_refused`, `…_timeout`. */
  roster(): Promise<Roster>;
  /** Puts them into the roster, or changes name and groups (RFC 6121 §2.3). Rejects as `roster` does. */
  setContact(contact: string, details: ContactDetails): Promise<void>;
  /** With both subscriptions (RFC 6121 §2.5). Rejects as `roster` does. */
  removeContact(contact: string): Promise<void>;
  /**
   * Any request (RFC 6120 §8.2.3), to the server unless `to` is given; resolves with the whole result. Rejects with
   * `front_end_request_refused` and its `condition`, or `front_end_request_timeout`.
   */
  request(type: 'get' | 'set', payload: XmlElement, to?: string): Promise<XmlElement>;
  /** Any stanza: an element of `jabber:client`. */
  send(stanza: XmlElement): void;
  /** Ends the session; unavailable presence follows from it. Idempotent. */
  close(): Promise<void>;
}
