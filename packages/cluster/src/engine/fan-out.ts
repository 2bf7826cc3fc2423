/**
 * The recipients' side of a broadcast: looks up who is here, asks each actor's state who may see it, and sends one
 * envelope per front-end. The hottest path of the engine: nothing is serialised or woken per recipient.
 */
import type { PresenceStamp, ProbeAnswer, SessionRef, StampedPresence } from '@rollcall/presence';
import {
  bareOf,
  isFullJid,
  splitAtTo,
  type BareJid,
  type FullJid,
  type Jid,
  type Stanza,
} from '@rollcall/xmpp';
import type { Actor } from '../actor/actor.ts';
import type { ToOwner } from '../envelope/envelope.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import { shardOf } from '../shard/shard-of.ts';
import type { Residents } from './residents.ts';
import type { Served } from './served.ts';
import type { FrequentSpeakers } from './frequent-speakers.ts';
import { SessionGroups, type SessionsByFrontEnd } from './sessions-by-front-end.ts';

type BroadcastEnvelope = Extract<ToOwner, { readonly kind: 'broadcast' }>;

export interface FanOutOptions {
  readonly residents: Residents;
  readonly speakers: FrequentSpeakers;
  readonly served: Served;
  readonly post: Post;
  readonly metrics: Metrics;
}

const nobody: ReadonlySet<BareJid> = new Set();

export class FanOut {
  readonly #residents: Residents;
  readonly #speakers: FrequentSpeakers;
  readonly #served: Served;
  readonly #post: Post;
  readonly #metrics: Metrics;
  /** Answers to the arrival probes of the envelope that is being dealt with: they leave together. */
  #answers: ProbeAnswer[] | undefined;

  constructor({ residents, speakers, served, post, metrics }: FanOutOptions) {
    this.#residents = residents;
    this.#speakers = speakers;
    this.#served = served;
    this.#post = post;
    this.#metrics = metrics;
  }

  spread(envelope: BroadcastEnvelope): void {
    const { presence, to, probe, except = [] } = envelope;
    const again = envelope.again === true;
    if (to.length > 0) this.#show(presence, to, except, again);
    const { from } = presence.stanza;
    if (probe.length > 0 && from !== undefined) this.#probe(from, probe, again);
  }

  /** One stanza to some sessions, wherever their streams are. */
  deliver(
    sessions: readonly SessionRef[],
    stanza: Stanza,
    stamp: PresenceStamp | undefined,
    again: boolean,
  ): void {
    const groups = new SessionGroups();
    groups.addAll(sessions);
    this.#send(groups.byFrontEnd, stanza, stamp, again);
  }

  /** Takes an answer to go with others to the same user; false if it has to go by itself. */
  collect(answer: ProbeAnswer): boolean {
    if (this.#answers === undefined || answer.reason !== 'arrival') return false;
    this.#answers.push(answer);
    return true;
  }

  #show(
    presence: StampedPresence,
    to: readonly BareJid[],
    except: readonly FullJid[],
    again: boolean,
  ): void {
    const from = presence.stanza.from as FullJid;
    const isPlain = except.length === 0 && !again;
    if (!isPlain) this.#speakers.forget(from);
    const hearers = isPlain ? this.#speakers.hearersOf(presence, to) : undefined;
    const decide = (actor: Actor) => {
      const limited = except.length === 0 ? {} : { except };
      actor.post({ input: { kind: 'broadcastArrived', presence, ...limited }, again });
    };
    const sessionsOf =
      hearers?.hear(presence, decide) ?? this.#lookUp(presence, to, except, decide);
    this.#send(sessionsOf, presence.stanza, presence.stamp, again);
  }

  #lookUp(
    presence: StampedPresence,
    to: readonly BareJid[],
    except: readonly FullJid[],
    decide: (actor: Actor) => void,
  ): SessionsByFrontEnd {
    const hidden = except.length === 0 ? nobody : new Set(except.map((jid) => bareOf(jid)));
    const contact = bareOf(presence.stanza.from as FullJid);
    const groups = new SessionGroups();
    for (const user of to) {
      const actor = this.#residents.find(user);
      if (actor === undefined) continue;
      const receivers = hidden.has(user) ? 'decide' : actor.overhear(presence, contact);
      if (receivers === 'decide') {
        decide(actor);
        continue;
      }
      groups.addAll(receivers);
    }
    return groups.byFrontEnd;
  }

  /** Users who are not here are offline; they owe no answer (RFC 6121 §4.3.2 rule 3). A domain is always up. */
  #probe(from: Jid, users: readonly BareJid[], again: boolean): void {
    const answers: ProbeAnswer[] = (this.#answers = []);
    for (const user of users) {
      const probe = { from, to: user, reason: 'arrival' } as const;
      this.#whoAnswers(user)?.post({ input: { kind: 'probeArrived', probe }, again });
    }
    this.#answers = undefined;
    if (answers.length === 0) return;
    const asker = bareOf(from);
    const envelope = { kind: 'answers', user: asker, answers, ...(again && { again }) } as const;
    this.#post.toShard(shardOf(asker), envelope);
  }

  #whoAnswers(user: BareJid): Actor | undefined {
    const actor = this.#residents.find(user);
    if (actor !== undefined || !this.#served.isServedDomain(user)) return actor;
    return this.#residents.wake(user);
  }

  #send(
    sessionsOf: SessionsByFrontEnd,
    stanza: Stanza,
    stamp: PresenceStamp | undefined,
    again: boolean,
  ): void {
    if (sessionsOf.size === 0) return;
    const { head, tail } = splitAtTo(stanza);
    const { from, to } = stanza;
    const isPresence = stanza.kind === 'presence' && from !== undefined;
    const gone = isPresence && stanza.type === 'unavailable' && isFullJid(from);
    // Without a stamp: the end of a subscription says that what it let see is gone (RFC 6121 §3.2.2, §3.3.3).
    const presenceOf = isPresence && (stamp !== undefined || gone) ? from : undefined;
    for (const [frontEnd, sessions] of sessionsOf) {
      this.#metrics.count('deliveries', sessions.length);
      this.#post.toGate(frontEnd, {
        kind: 'deliver',
        sessions,
        head,
        tail,
        to,
        presenceOf,
        gone: gone || undefined,
        stamp,
        again: again || undefined,
      });
    }
  }
}
