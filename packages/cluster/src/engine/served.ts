/** Which domains have users here, which are answered by something else, and which are nobody's. */
import { domainOf, localOf, type Jid, type Stanza } from '@rollcall/xmpp';

/**
 * Takes what is addressed to a domain: to a served domain itself, or to anything at a component's. A served domain has
 * presence of its own, as users have; for it the handler gets messages and iqs.
 */
export interface DomainHandler {
  /** `send` routes stanzas that come of it, `from` set. Must not throw. */
  handle(stanza: Stanza, send: (stanza: Stanza) => void): void;
}

export type Destination =
  | { readonly kind: 'user' }
  | { readonly kind: 'domain'; readonly handler: DomainHandler | undefined }
  | { readonly kind: 'unserved' };

const user: Destination = { kind: 'user' };
const unserved: Destination = { kind: 'unserved' };

export class Served {
  readonly #domains: ReadonlySet<string>;
  readonly #handlers: ReadonlyMap<string, DomainHandler>;

  constructor(domains: readonly string[], handlers: ReadonlyMap<string, DomainHandler>) {
    this.#domains = new Set(domains);
    this.#handlers = handlers;
  }

  destinationOf(jid: Jid): Destination {
    const domain = domainOf(jid);
    if (!this.#domains.has(domain)) {
      const handler = this.#handlers.get(domain);
      return handler === undefined ? unserved : { kind: 'domain', handler };
    }
    if (localOf(jid) !== undefined) return user;
    return { kind: 'domain', handler: this.#handlers.get(domain) };
  }

  isUser(jid: Jid): boolean {
    return this.destinationOf(jid).kind === 'user';
  }

  /** Whether an actor speaks for that JID's presence: for users, and for the served domains themselves. */
  hasActor(jid: Jid): boolean {
    return this.#domains.has(domainOf(jid));
  }

  isServedDomain(jid: Jid): boolean {
    return this.hasActor(jid) && localOf(jid) === undefined;
  }
}
