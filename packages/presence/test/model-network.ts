// Two users and what lies between them: a durable queue that may deliver late, twice and again, soft messages that are
// late but in order, and a store that survives what an actor does not. Or, where both are in one process, a queue in its
// memory, which confirms a handshake when the other half has it, and is lost with both.

import { bareOf, type BareJid, type Jid, type Stanza } from '@rollcall/xmpp';
import {
  adoptRecord,
  decide,
  decodeRecord,
  defaultRules,
  emptyState,
  encodePart,
  layoutOf,
  pagesOf,
  unnumbered,
  type Effect,
  type Handshake,
  type Input,
  type RecordPart,
  type SessionRef,
  type UserState,
} from '../src/index.ts';
import { checkContract, startMs } from './test-user.ts';

interface Half {
  state: UserState;
  readonly stored: Map<string, string>;
  /** On its way into the queue. */
  readonly publishing: { readonly contact: BareJid; readonly handshake: Handshake }[];
  /** In the queue for this user, by the one who sent it: nothing overtakes in a first delivery. */
  readonly queue: Handshake[];
  /** Delivered at least once; may come again at any time. */
  readonly delivered: Handshake[];
  /** What others have acknowledged of the user's handshakes, as far as the user has not heard of it. */
  readonly confirmed: { readonly contact: BareJid; readonly id: string }[];
  /** Soft messages for this user, in order. */
  readonly soft: Input[];
  sessions: number;
  /** What each session's client believes of others' resources, by the number of the session. */
  readonly views: Map<number, Set<string>>;
  /** All that was delivered to the user's clients, in order. */
  readonly shown: Stanza[];
}

export interface NetworkOptions {
  /** Both are in one process. */
  readonly together?: boolean;
}

export class ModelNetwork {
  readonly #halves: ReadonlyMap<BareJid, Half>;
  readonly #together: boolean;
  #nowMs = startMs;

  constructor(users: readonly BareJid[], { together = false }: NetworkOptions = {}) {
    this.#together = together;
    this.#halves = new Map(users.map((jid) => [jid, newHalf(jid)]));
  }

  stateOf(user: BareJid): UserState {
    return this.#half(user).state;
  }

  get users(): readonly BareJid[] {
    return [...this.#halves.keys()];
  }

  tell(user: BareJid, input: Input): readonly Effect[] {
    const half = this.#half(user);
    // An answer may overtake the confirmation of what it answers, nothing else may.
    if (input.kind !== 'handshakeArrived') this.#confirm(user);
    this.#nowMs += 1;
    const { state, effects } = decide(half.state, input, this.#nowMs);
    checkContract(input, effects);
    half.state = state;
    for (const effect of effects) this.#carryOut(half, effect);
    return effects;
  }

  /** Time passes, and all are told. */
  pass(ms: number): void {
    this.#nowMs += ms;
    for (const user of this.users) this.tell(user, { kind: 'timeCame' });
  }

  /** The resources of others that the session's client believes to be available. */
  viewOf(user: BareJid, session: SessionRef): ReadonlySet<string> {
    return this.#half(user).views.get(session.id) ?? new Set();
  }

  /** All that the user's clients were shown, in order. */
  shownTo(user: BareJid): readonly Stanza[] {
    return this.#half(user).shown;
  }

  /** A client that goes offline forgets what it has seen. */
  forgetView(user: BareJid, session: SessionRef): void {
    this.#half(user).views.delete(session.id);
  }

  nextSession(user: BareJid): { readonly frontEnd: string; readonly id: number } {
    const half = this.#half(user);
    half.sessions += 1;
    return { frontEnd: 'f', id: half.sessions };
  }

  /** One handshake reaches the queue. */
  publishOne(user: BareJid): void {
    const half = this.#half(user);
    const next = half.publishing.shift();
    if (next === undefined) return;
    this.#halves.get(next.contact)?.queue.push(next.handshake);
    const { contact, handshake } = next;
    if (this.#isWritten(handshake))
      this.tell(user, { kind: 'handshakePublished', contact, id: handshake.id });
  }

  /** What has no number is in nobody's outbox. */
  #isWritten({ number }: Handshake): boolean {
    return !this.#together || number === unnumbered;
  }

  #confirm(user: BareJid): void {
    for (const published of this.#half(user).confirmed.splice(0))
      this.tell(user, { kind: 'handshakePublished', ...published });
  }

  deliverOne(user: BareJid): void {
    const half = this.#half(user);
    const handshake = half.queue.shift();
    if (handshake === undefined) return;
    half.delivered.push(handshake);
    this.tell(user, { kind: 'handshakeArrived', delivery: handshake.id, handshake });
    this.#confirm(user);
  }

  /** One that was delivered before is delivered again; `choice` picks it. */
  redeliver(user: BareJid, choice: number): void {
    const { delivered } = this.#half(user);
    const handshake = delivered[choice % Math.max(1, delivered.length)];
    if (handshake === undefined) return;
    this.tell(user, { kind: 'handshakeArrived', delivery: handshake.id, handshake });
  }

  /** What the queue had for the user is lost, though it was acknowledged. */
  loseQueue(user: BareJid): void {
    this.#half(user).queue.length = 0;
  }

  deliverSoft(user: BareJid): void {
    const input = this.#half(user).soft.shift();
    if (input !== undefined) this.tell(user, input);
  }

  /**
   * The actor is lost with its sessions and all it had not stored. What it was publishing may be there or not. With it
   * are lost those who are in the same process, and what was on its way between them.
   */
  crash(user: BareJid): void {
    const lost = this.#together ? this.users : [user];
    for (const half of lost.map((each) => this.#half(each))) {
      half.publishing.length = 0;
      half.confirmed.length = 0;
      const written = half.queue.filter((handshake) => this.#isWritten(handshake));
      half.queue.splice(0, half.queue.length, ...written);
      half.state = reread(half);
    }
    for (const each of lost) this.tell(each, { kind: 'woken' });
  }

  /** Until nothing is on its way any more. */
  settle(): void {
    for (let round = 0; round < 1_000; round += 1) {
      if ([...this.#halves.values()].every(isQuiet)) return;
      for (const user of this.users) {
        this.publishOne(user);
        this.deliverOne(user);
        this.deliverSoft(user);
        this.#confirm(user);
      }
    }
    throw new Error('the two never come to rest');
  }

  #half(user: BareJid): Half {
    const half = this.#halves.get(user);
    if (half === undefined) throw new Error(`no user ${user}`);
    return half;
  }

  #carryOut(half: Half, effect: Effect): void {
    switch (effect.kind) {
      case 'save':
        for (const { part } of effect.parts) {
          half.stored.set(keyOf(half.state, part), encodePart(half.state, part));
        }
        return;
      case 'erase':
        return half.stored.clear();
      case 'deliver':
        for (const { id } of effect.to) {
          half.shown.push(effect.stanza);
          const view = half.views.get(id) ?? new Set();
          half.views.set(id, view);
          look(view, effect.stanza);
        }
        return;
      case 'publish':
        half.publishing.push({ contact: effect.contact, handshake: effect.handshake });
        return;
      case 'acknowledge':
        return this.#acknowledged(half, effect.delivery);
      case 'broadcast': {
        const { stanza } = effect.presence;
        const from = stanza.from ?? half.state.jid;
        this.#soft(effect.to.flat(), { kind: 'broadcastArrived', presence: effect.presence });
        for (const to of effect.probe.flat()) {
          this.#soft([to], { kind: 'probeArrived', probe: { from, to, reason: 'arrival' } });
        }
        return;
      }
      case 'probe':
        return this.#soft([bareOf(effect.probe.to)], { kind: 'probeArrived', probe: effect.probe });
      case 'answerProbe':
        return this.#soft([bareOf(effect.answer.to)], {
          kind: 'probeAnswered',
          answer: effect.answer,
        });
      case 'route':
        if (effect.stanza.to === undefined) return;
        return this.#soft([bareOf(effect.stanza.to)], {
          kind: 'stanzaArrived',
          stanza: effect.stanza,
          ...(effect.stamp === undefined ? {} : { stamp: effect.stamp }),
        });
      default:
        return;
    }
  }

  #acknowledged({ state, delivered }: Half, delivery: string): void {
    const handshake = delivered.find(({ id }) => id === delivery);
    const sender = handshake?.stanza.from;
    if (handshake === undefined || sender === undefined || this.#isWritten(handshake)) return;
    this.#half(bareOf(sender)).confirmed.push({ contact: state.jid, id: delivery });
  }

  #soft(users: readonly BareJid[], input: Input): void {
    for (const user of users) this.#halves.get(user)?.soft.push(input);
  }
}

function newHalf(jid: BareJid): Half {
  return {
    state: emptyState({ jid, exists: true, rules: defaultRules }),
    stored: new Map(),
    publishing: [],
    confirmed: [],
    queue: [],
    delivered: [],
    soft: [],
    sessions: 0,
    views: new Map(),
    shown: [],
  };
}

/** What a client makes of presence (RFC 6121 §4.7.1): unavailable from a bare JID is of all its resources. */
function look(view: Set<string>, { kind, type, from }: Stanza): void {
  if (kind !== 'presence' || from === undefined) return;
  if (type === undefined) view.add(from);
  if (type !== 'unavailable') return;
  for (const seen of view) if (seen === from || bareOf(seen as Jid) === from) view.delete(seen);
}

function isQuiet({ publishing, confirmed, queue, soft }: Half): boolean {
  return [publishing, confirmed, queue, soft].every(({ length }) => length === 0);
}

function keyOf(state: UserState, part: RecordPart): string {
  return part === 'head' ? 'h' : `g${layoutOf(state).generation}p${part}`;
}

function reread({ state, stored }: Half): UserState {
  const { jid, exists, rules } = state;
  const head = stored.get('h');
  const layout = head === undefined ? undefined : pagesOf(head);
  if (layout?.ok === false) throw new Error(layout.problem);
  const pages = new Map<number, string>();
  for (const page of layout?.value.pages ?? []) {
    const text = stored.get(`g${layout?.value.generation ?? 0}p${page}`);
    if (text !== undefined) pages.set(page, text);
  }
  return adoptRecord(emptyState({ jid, exists, rules }), decodeRecord(jid, head, pages));
}
