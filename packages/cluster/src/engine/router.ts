/** The way of a single stanza, probe or answer: to a user's owner, to a domain's handler, or back with an error. */
import {
  isSubscriptionStanza,
  type Handshake,
  type PresenceStamp,
  type Probe,
  type ProbeAnswer,
} from '@rollcall/presence';
import {
  bareOf,
  stanzaError,
  type BareJid,
  type Jid,
  type Presence,
  type Stanza,
  type StanzaErrorCondition,
} from '@rollcall/xmpp';
import type { Courier } from '../handshake/courier.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import { shardOf } from '../shard/shard-of.ts';
import type { DomainHandler, Served } from './served.ts';

export type AddressedStanza = Stanza & { readonly to: Jid };

export class Router {
  readonly #post: Post;
  readonly #served: Served;
  readonly #courier: Courier;
  readonly #metrics: Metrics;

  constructor(post: Post, served: Served, courier: Courier, metrics: Metrics) {
    this.#post = post;
    this.#served = served;
    this.#courier = courier;
    this.#metrics = metrics;
  }

  /** As in `Served`. */
  hasActor(jid: Jid): boolean {
    return this.#served.hasActor(jid);
  }

  /**
   * From a component. It keeps no half of a subscription that would say it again, so that what it says of one becomes
   * durable here.
   */
  accept(stanza: Stanza): void {
    const { from, to, id } = stanza;
    if (from === undefined || to === undefined) return;
    if (stanza.kind === 'presence' && this.hasActor(to)) {
      if (isSubscriptionStanza(stanza)) {
        this.#courier.send(stanza, bareOf(from), bareOf(to));
        return;
      }
      if (stanza.type === 'probe') {
        this.probe({ from, to, reason: 'client', ...(id !== undefined && { id }) }, false);
        return;
      }
    }
    this.route({ ...stanza, to }, undefined, false);
  }

  /**
   * A handshake to a component. An actor would show which resources go with a cancellation, and ask for the presence
   * that comes with an approval (RFC 6121 §3.1.5, §3.2.2); for a component it is done here.
   */
  hand({ stanza, gone }: Handshake, user: BareJid, contact: BareJid): void {
    this.route({ ...stanza, to: contact }, undefined, false);
    for (const from of gone) {
      const stanza = { kind: 'presence', type: 'unavailable', from, content: '' } as const;
      this.route({ ...stanza, to: contact }, undefined, false);
    }
    if (stanza.type === 'subscribed')
      this.probe({ from: contact, to: user, reason: 'approval' }, false);
  }

  route(stanza: AddressedStanza, stamp: PresenceStamp | undefined, again: boolean): void {
    const destination = this.#served.destinationOf(stanza.to);
    if (destination.kind === 'unserved') {
      this.#metrics.count('stanzas_unroutable');
      this.refuse(stanza, 'remote-server-not-found');
      return;
    }
    if (destination.kind === 'domain') {
      this.#toDomain(destination.handler, stanza);
      return;
    }
    this.#post.toShard(shardOf(bareOf(stanza.to)), {
      kind: 'route',
      stanza,
      ...(stamp && { stamp }),
      ...(again && { again }),
    });
  }

  probe(probe: Probe, again: boolean): void {
    if (this.hasActor(probe.to)) {
      this.#post.toShard(shardOf(bareOf(probe.to)), {
        kind: 'probe',
        probe,
        ...(again && { again }),
      });
      return;
    }
    const { from, to, id } = probe;
    const stanza = {
      kind: 'presence',
      type: 'probe',
      from,
      to,
      content: '',
      ...(id && { id }),
    } as const;
    this.route(stanza, undefined, false);
  }

  answer(answer: ProbeAnswer, again: boolean): void {
    const user = bareOf(answer.to);
    const destination = this.#served.destinationOf(user);
    if (destination.kind === 'user')
      this.#post.toShard(shardOf(user), {
        kind: 'answers',
        user,
        answers: [answer],
        ...(again && { again }),
      });
    else if (destination.kind === 'domain')
      for (const stanza of presencesOf(answer)) this.#toDomain(destination.handler, stanza);
  }

  /** Tells the sender; errors and results are never answered. */
  refuse(stanza: Stanza, condition: StanzaErrorCondition, text?: string): void {
    const error = stanzaError(stanza, condition, text === undefined ? {} : { text });
    if (error?.to === undefined || !this.#served.isUser(error.to)) return;
    this.#post.toShard(shardOf(bareOf(error.to)), {
      kind: 'route',
      stanza: { ...error, to: error.to },
    });
  }

  #toDomain(handler: DomainHandler | undefined, stanza: Stanza): void {
    if (handler !== undefined) {
      handler.handle(stanza, (answer) => this.accept(answer));
    } else if (stanza.kind !== 'presence') this.refuse(stanza, 'service-unavailable');
  }
}

/** An answer to a component's probe, as the stanzas that the component is to get. */
function presencesOf({ from, to, id, outcome }: ProbeAnswer): readonly Presence[] {
  const addressed = (stanza: Presence) => ({ ...stanza, to, ...(id === undefined ? {} : { id }) });
  switch (outcome.kind) {
    case 'available':
      return outcome.presences.map(({ stanza }) => addressed(stanza));
    case 'unavailable':
      return [addressed(outcome.stanza)];
    case 'unsubscribed':
      return [addressed({ kind: 'presence', type: 'unsubscribed', from, content: '' })];
  }
}
