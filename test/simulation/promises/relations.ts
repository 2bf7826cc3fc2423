/** How users have stood to each other over time: who was entitled to see whom, by the records and the blocking lists. */
import type { SubscriptionState } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import { Block } from './block.ts';
import type { Half, Observation, StoredFact } from './observation.ts';

interface Spell {
  readonly fromMs: number;
  /** Undefined while it lasts. */
  untilMs: number | undefined;
}

interface Pair {
  half: Half | undefined;
  /** When the user's record let the contact see them, and the contact was not blocked. */
  readonly spells: Spell[];
  /** As the record has been with the contact, oldest first. */
  readonly history: SubscriptionState[];
  readonly block: Block;
  touchedMs: number;
  /** When it was last as it had been before. */
  lostMs: number;
}

export class Relations {
  readonly #pairs = new Map<BareJid, Map<BareJid, Pair>>();
  /** By users who were removed, whether they have an account again. */
  readonly #returned = new Map<BareJid, boolean>();

  observe(observation: Observation): void {
    const { atMs } = observation;
    switch (observation.kind) {
      case 'stored':
        if (observation.isLoss === true) this.#lost(observation, atMs);
        else this.#stored(observation, atMs);
        return;
      case 'account':
        this.#accountChanged(observation.user, observation.exists, atMs);
        return;
      case 'touched':
        this.#touch(observation.user, observation.contact, atMs);
        return;
      case 'blocking': {
        const { user, contact, phase, askedMs } = observation;
        const pair = this.#pair(user, contact);
        if (phase !== 'liftConfirmed') this.#touch(user, contact, atMs);
        pair.block.observe(phase, askedMs, atMs);
        follow(pair, atMs);
        return;
      }
      default:
    }
  }

  half(user: BareJid, contact: BareJid): Half | undefined {
    return this.#pair(user, contact).half;
  }

  stateOf(user: BareJid, contact: BareJid): SubscriptionState {
    return this.half(user, contact)?.state ?? 'None';
  }

  everBlocked(user: BareJid, contact: BareJid): boolean {
    return this.#pair(user, contact).block.ever;
  }

  /** Whether the user's record blocks the contact, whatever their clients were answered. */
  blocksByRecord(user: BareJid, contact: BareJid): boolean {
    return this.#pair(user, contact).block.isRecorded;
  }

  /** When the user's half was lost last, after it had been acknowledged. */
  lostMs(user: BareJid, contact: BareJid): number {
    return this.#pair(user, contact).lostMs;
  }

  hasAccount(user: BareJid): boolean {
    return this.#returned.get(user) ?? true;
  }

  /** A request that was on its way when there was no such account is answered by nobody (RFC 6121 §8.5.1). */
  wasEverRemoved(user: BareJid): boolean {
    return this.#returned.has(user);
  }

  /** All states that the record has been in with the contact, oldest first. */
  history(user: BareJid, contact: BareJid): readonly SubscriptionState[] {
    return this.#pair(user, contact).history;
  }

  /** Whether neither of the two has wanted to change how they stand to each other since then. */
  untouchedSince(user: BareJid, contact: BareJid, sinceMs: number): boolean {
    return this.#pair(user, contact).touchedMs < sinceMs;
  }

  /** Whether the contact was entitled to see the user at any time in between. */
  entitledWithin(user: BareJid, contact: BareJid, fromMs: number, toMs: number): boolean {
    return this.#pair(user, contact).spells.some(
      (spell) => spell.fromMs <= toMs && (spell.untilMs ?? Infinity) >= fromMs,
    );
  }

  /** If the contact was not entitled at that time: since when. */
  barredSinceMs(user: BareJid, contact: BareJid, atMs: number): number | undefined {
    const spells = this.#pair(user, contact).spells.filter(({ fromMs }) => fromMs <= atMs);
    const untilMs = spells.at(-1)?.untilMs;
    return untilMs !== undefined && untilMs < atMs ? untilMs : undefined;
  }

  #stored({ user, halves, blocked }: StoredFact, atMs: number): void {
    for (const contact of [...halves.keys(), ...blocked]) this.#pair(user, contact);
    for (const [contact, pair] of this.#pairs.get(user) ?? []) {
      pair.half = halves.get(contact);
      const state = pair.half?.state ?? 'None';
      if (pair.history.at(-1) !== state) pair.history.push(state);
      pair.block.stored(blocked.has(contact), atMs);
      follow(pair, atMs);
    }
  }

  /** Who was entitled stays so for now: an actor that knows what was lost gives it back. */
  #lost({ user, halves, blocked }: StoredFact, atMs: number): void {
    for (const contact of [...halves.keys(), ...blocked]) this.#pair(user, contact);
    for (const [contact, pair] of this.#pairs.get(user) ?? []) {
      pair.block.wentBack(blocked.has(contact));
      pair.half = halves.get(contact);
      const state = pair.half?.state ?? 'None';
      if (pair.history.at(-1) === state) continue;
      pair.history.push(state);
      pair.lostMs = atMs;
      this.#touch(user, contact, atMs);
    }
  }

  /** With an account its blocking lists go, too. */
  #accountChanged(user: BareJid, exists: boolean, atMs: number): void {
    this.#returned.set(user, exists);
    for (const { block } of this.#pairs.get(user)?.values() ?? []) block.cleared(atMs);
    for (const [one, pairs] of this.#pairs)
      for (const other of [...pairs.keys()])
        if (one === user || other === user) this.#touch(one, other, atMs);
  }

  #touch(user: BareJid, contact: BareJid, atMs: number): void {
    this.#pair(user, contact).touchedMs = atMs;
    this.#pair(contact, user).touchedMs = atMs;
  }

  #pair(user: BareJid, contact: BareJid): Pair {
    let pairs = this.#pairs.get(user);
    if (pairs === undefined) this.#pairs.set(user, (pairs = new Map<BareJid, Pair>()));
    let pair = pairs.get(contact);
    if (pair === undefined) pairs.set(contact, (pair = strangers()));
    return pair;
  }
}

function strangers(): Pair {
  return {
    half: undefined,
    spells: [],
    history: ['None'],
    block: new Block(),
    touchedMs: -Infinity,
    lostMs: -Infinity,
  };
}

function follow({ half, block, spells }: Pair, atMs: number): void {
  const isEntitled = /^(From|Both)/.test(half?.state ?? '') && !block.holds;
  const last = spells.at(-1);
  const was = last !== undefined && last.untilMs === undefined;
  if (isEntitled && !was) spells.push({ fromMs: atMs, untilMs: undefined });
  if (!isEntitled && was) last.untilMs = atMs;
}
