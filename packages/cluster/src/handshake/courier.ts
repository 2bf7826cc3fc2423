/**
 * Carries what components say of subscriptions: they keep no half of one that would say it again after a crash, so that
 * it becomes a handshake here, as durable from now on as any.
 */
import type { SubscriptionStanza } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Publisher } from './publisher.ts';

export class Courier {
  readonly #publisher: Publisher;
  readonly #timers: Timers;
  #lastNumber = 0;

  constructor(publisher: Publisher, timers: Timers) {
    this.#publisher = publisher;
    this.#timers = timers;
  }

  /** From one who has no actor to one who has. Both addresses become bare (RFC 6121 §3.1.2). */
  send(stanza: SubscriptionStanza, from: BareJid, to: BareJid): void {
    // Numbers follow the time, as users' do, so that they grow over restarts.
    this.#lastNumber = Math.max(this.#lastNumber + 1, Math.floor(this.#timers.now()) * 1000);
    const number = this.#lastNumber;
    const handshake = {
      id: `${from}/${to}/${number}`,
      number,
      stanza: { ...stanza, from, to },
      gone: [],
    };
    void this.#publisher.deliver(to, handshake, { isWanted: () => true, kept: false });
  }
}
