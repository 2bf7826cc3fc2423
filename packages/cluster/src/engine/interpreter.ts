/** Carries out what the presence core decided, in its order. The one place where effects become envelopes. */
import type { Effect, Handshake, Probe, ProbeAnswer } from '@rollcall/presence';
import type { BareJid, Jid, Stanza } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { Actor } from '../actor/actor.ts';
import type { ToGate } from '../envelope/envelope.ts';
import type { Letter } from '../actor/letter.ts';
import type { Intake } from '../handshake/intake.ts';
import type { Publisher } from '../handshake/publisher.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Post } from '../post/post.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { FanOut } from './fan-out.ts';
import type { OfflineStore } from './offline-store.ts';
import type { Pacer } from './pacer.ts';
import type { Router } from './router.ts';

export interface InterpreterOptions {
  readonly post: Post;
  readonly router: Router;
  readonly broadcaster: Broadcaster;
  readonly fanOut: FanOut;
  readonly pacer: Pacer;
  readonly publisher: Publisher;
  readonly intake: Intake;
  readonly offline: OfflineStore;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class Interpreter {
  readonly #options: InterpreterOptions;

  constructor(options: InterpreterOptions) {
    this.#options = options;
  }

  carryOut(actor: Actor, effects: readonly Effect[], letter: Letter): void {
    for (const effect of effects) this.#do(actor, effect, letter);
  }

  #do(actor: Actor, effect: Effect, { again = false, onlyTo }: Letter): void {
    const { broadcaster, fanOut, intake } = this.#options;
    switch (effect.kind) {
      case 'save':
      case 'erase':
        return; // done: the others are carried out only then
      case 'deliver':
        fanOut.deliver(effect.to, effect.stanza, effect.stamp, again);
        return;
      case 'broadcast':
        broadcaster.send(actor.user, effect, { again, onlyTo });
        return;
      case 'route':
        this.#route(actor, effect, again);
        return;
      case 'probe':
        this.#probe(actor, effect.probe, again);
        return;
      case 'answerProbe':
        this.#answer(actor, effect.answer, again);
        return;
      case 'publish':
        this.#publish(actor, effect.contact, effect.handshake);
        return;
      case 'acknowledge':
        intake.acknowledge(effect.delivery);
        return;
      case 'offline':
        this.#offline(actor, effect, again);
        return;
      case 'wakeAt':
        actor.wakeAt(effect.atMs);
        return;
      case 'note':
        this.#note(actor, effect.event, effect.count);
        return;
      default:
        this.#tellGate(effect);
        return;
    }
  }

  /** After what the user is still saying to a large roster: what one session says is seen in that order. */
  #route(actor: Actor, effect: Extract<Effect, { kind: 'route' }>, again: boolean): void {
    const { stanza, stamp } = effect;
    if (!isAddressed(stanza)) throw new Error('a routed stanza has no address');
    const { pacer, router } = this.#options;
    pacer.inOrder(actor.user, () => router.route(stanza, stamp, again));
  }

  #probe(actor: Actor, probe: Probe, again: boolean): void {
    const { pacer, router } = this.#options;
    pacer.inOrder(actor.user, () => router.probe(probe, again));
  }

  #answer(actor: Actor, answer: ProbeAnswer, again: boolean): void {
    const { fanOut, pacer, router } = this.#options;
    if (!pacer.isSaying(actor.user) && fanOut.collect(answer)) return;
    pacer.inOrder(actor.user, () => router.answer(answer, again));
  }

  /** A contact who is not of ours has no actor that could take it: the component is told, or the user. */
  #publish(actor: Actor, contact: BareJid, handshake: Handshake): void {
    const { publisher, router } = this.#options;
    if (router.hasActor(contact)) {
      publisher.publish(actor, contact, handshake);
      return;
    }
    router.hand(handshake, actor.user, contact);
    actor.post({ input: { kind: 'handshakePublished', contact, id: handshake.id } });
  }

  #offline(actor: Actor, effect: Extract<Effect, { kind: 'offline' }>, again: boolean): void {
    const { offline, router } = this.#options;
    if (offline.take(actor.user, effect.stanza)) return;
    if (effect.otherwise && isAddressed(effect.otherwise))
      router.route(effect.otherwise, undefined, again);
  }

  #note(actor: Actor, event: string, count = 1): void {
    const { metrics, log } = this.#options;
    metrics.count('notes', count);
    log.info({ event, user: actor.user, count });
  }

  #tellGate(
    effect: Extract<Effect, { kind: 'progress' | 'bound' | 'bindRefused' | 'closeSession' }>,
  ): void {
    this.#options.post.toGate(effect.session.frontEnd, gateEnvelope(effect));
  }
}

function gateEnvelope(
  effect: Extract<Effect, { kind: 'progress' | 'bound' | 'bindRefused' | 'closeSession' }>,
): ToGate {
  const { id: session } = effect.session;
  switch (effect.kind) {
    case 'progress': {
      const { seq, memo } = effect;
      return { kind: 'progress', session, seq, ...(memo && { memo }) };
    }
    case 'bound':
      return { kind: 'bound', session, resource: effect.resource, memo: effect.memo };
    case 'bindRefused':
      return { kind: 'bindRefused', session, condition: effect.condition, text: effect.text };
    case 'closeSession': {
      const { condition, text } = effect;
      return { kind: 'close', session, condition, ...(text !== undefined && { text }) };
    }
  }
}

function isAddressed(stanza: Stanza): stanza is Stanza & { readonly to: Jid } {
  return stanza.to !== undefined;
}
