/**
 * One user's actor: loads its record at the first letter, deals with one letter at a time, makes its decisions durable
 * before they have effects, and fails alone.
 */
import type {
  Decision,
  Effect,
  Groundwork,
  Hearing,
  Input,
  SessionRef,
  StampedPresence,
  UserState,
} from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import { Alarm } from '../time/alarm.ts';
import type { Slices } from '../time/slices.ts';
import type { HearerList } from './attendance.ts';
import { HeardState } from './heard-state.ts';
import { policyOf } from './input-policy.ts';
import type { Letter, Refusal } from './letter.ts';
import { Mailbox } from './mailbox.ts';
import type { PresenceCore } from './presence-core.ts';
import {
  isKept,
  RecordKeeper,
  type KeepOutcome,
  type KeeperSurroundings,
  type Loaded,
  type RecordHolder,
} from './record-keeper.ts';
import { stateOnRecord } from './state-on-record.ts';

/** What an actor needs of the engine that it lives in. */
export interface ActorSurroundings extends KeeperSurroundings {
  readonly core: PresenceCore;
  readonly coarseTimers: Timers;
  readonly slices: Slices;
  /** `letter` is what the effects came of. */
  carryOut(actor: Actor, effects: readonly Effect[], letter: Letter): void;
  /** The letter will not be acted upon: its sender is told. */
  refuse(actor: Actor, letter: Letter, refusal: Refusal): void;
  /** The actor has stopped because of an exception; `letters` are what it has not dealt with. */
  failed(actor: Actor, error: unknown, letters: readonly Letter[]): void;
  /** Nothing waits at the actor; it may have become fit for sleep. */
  rested(actor: Actor): void;
  /** A save or a load did not work and will be tried again. */
  storeFailed(actor: Actor, error: unknown): void;
}

type Phase = 'loading' | 'ready' | 'preparing' | 'deciding' | 'saving' | 'stopped';

export class Actor implements RecordHolder {
  readonly user: BareJid;
  readonly shard: number;
  /** Handshakes on their way into the durable queue: as long as there are any, the actor does not sleep. */
  publishing = 0;
  readonly #around: ActorSurroundings;
  readonly #mailbox: Mailbox;
  readonly #record: RecordKeeper;
  readonly #heard: HeardState;
  #phase: Phase = 'loading';
  /** Kept apart from what it follows from, since every broadcast asks it of every recipient. */
  #quiet = false;
  #lastInputMs: number;
  /** The record is to be looked at before the next letter is. */
  #recordIsDoubted = false;
  /** Present while it is set. */
  #alarm: Alarm | undefined;
  #whenQuiet: (() => void)[] | undefined;
  /** A session that waits at the head of the mailbox: whether there is an account has been read anew for it. */
  #lookedUpFor: Letter | undefined;

  constructor(user: BareJid, shard: number, around: ActorSurroundings) {
    this.user = user;
    this.shard = shard;
    this.#around = around;
    this.#mailbox = new Mailbox(around);
    this.#record = new RecordKeeper(this, around);
    this.#heard = new HeardState(user, around.core);
    this.#lastInputMs = around.timers.now();
    this.#load().catch((error: unknown) => this.#fail(error, []));
  }

  /** Undefined while the record is being read. */
  get state(): UserState | undefined {
    return this.#heard.state;
  }

  get depth(): number {
    return this.#mailbox.size;
  }

  /** Nothing waits and nothing is under way: what the state says now is what the next letter would find. */
  get quiet(): boolean {
    return this.#quiet;
  }

  get quietSinceMs(): number {
    return this.#lastInputMs;
  }

  get hasAlarm(): boolean {
    return this.#alarm !== undefined;
  }

  /** Takes a contact's broadcast and says who is shown it; 'decide' where the actor has to be asked by a letter. */
  overhear(presence: StampedPresence, contact: BareJid): readonly SessionRef[] | 'decide' {
    return this.#quiet ? this.#heard.overhear(presence, contact) : 'decide';
  }

  /** As `overhear` of what the list was told last: see `HeardState`. */
  attend(list: HearerList, place: number): Hearing | 'decide' {
    return this.#quiet ? this.#heard.attend(list, place) : 'decide';
  }

  /** The list is no more. */
  forgetList(list: HearerList): void {
    this.#heard.forgetList(list);
  }

  post(letter: Letter): void {
    if (this.#phase === 'stopped') {
      this.#around.refuse(this, letter, 'stopped');
      return;
    }
    const before = this.#heard.catchUp();
    if (this.#take(letter)) {
      this.#heard.leaveListsUnlessSame(before, this.#quiet);
      return;
    }
    this.#around.metrics.count('mailbox_refused');
    this.#around.refuse(this, letter, 'mailbox-full');
  }

  /** False if there is no room for it. */
  #take(letter: Letter): boolean {
    // By what was compared, the record may not be what the actor takes it for.
    if (letter.input.kind === 'halvesCompared') this.#recordIsDoubted = true;
    if (this.#quiet && !this.#recordIsDoubted && this.#around.mayAct()) {
      this.#quiet = false;
      this.#turnTo(letter);
    } else {
      if (!this.#mailbox.offer(letter)) return false;
      this.#quiet = false;
    }
    this.resume();
    return true;
  }

  /** Goes on with what waits, for instance after the engine was not allowed to act. */
  resume(): void {
    while (this.#phase === 'ready' && this.#around.mayAct()) {
      if (this.#recordIsDoubted) {
        this.#lookAtRecord().catch((error: unknown) => this.#fail(error, []));
        return;
      }
      const letter = this.#mailbox.take();
      if (letter === undefined) {
        this.#rest();
        return;
      }
      this.#turnTo(letter);
    }
  }

  #turnTo(letter: Letter): void {
    if (letter.input.kind !== 'idle') this.#lastInputMs = this.#around.timers.now();
    if (this.#shouldLookUp(letter)) this.#lookUp(letter);
    else this.#deal(letter);
  }

  /** Who made the account elsewhere knows of it before we have heard: the order may still be on its way. */
  #shouldLookUp(letter: Letter): boolean {
    const isLookedUp = this.#lookedUpFor === letter;
    this.#lookedUpFor = undefined;
    return letter.input.kind === 'sessionBound' && !this.#heard.present().exists && !isLookedUp;
  }

  #lookUp(letter: Letter): void {
    this.#mailbox.putBack(letter);
    this.#lookedUpFor = letter;
    this.#loadAgain().catch((error: unknown) => this.#fail(error, []));
  }

  /** When it last saved anything. */
  get savedMs(): number {
    return this.#record.savedMs;
  }

  /** The store may have lost what it had acknowledged: the actor looks, and saves again what it knows. */
  doubtRecord(): void {
    if (this.#phase === 'stopped') return;
    this.#recordIsDoubted = true;
    this.#heard.catchUp();
    this.#heard.leaveLists();
    this.#quiet = false;
    this.resume();
  }

  /** Asks for `timeCame` at or after `atMs`; an earlier time replaces a later one. */
  wakeAt(atMs: number): void {
    if (this.#phase === 'stopped') return;
    this.#alarm ??= new Alarm(this.#around.coarseTimers, () => {
      this.#alarm = undefined;
      this.post({ input: { kind: 'timeCame' } });
    });
    this.#alarm.set(atMs);
  }

  /** Calls `fn` once, when nothing waits and nothing is under way, or when the actor has stopped. */
  whenQuiet(fn: () => void): void {
    if (this.#quiet || this.#phase === 'stopped') fn();
    else (this.#whenQuiet ??= []).push(fn);
  }

  /** Does nothing more. What was being saved may still become durable, without further effects. */
  stop(): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    this.#heard.leaveLists();
    this.#quiet = false;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    for (const letter of this.#mailbox.takeOut(() => true))
      this.#around.refuse(this, letter, 'stopped');
    this.#tellQuiet();
  }

  // What the keeper of its record asks.

  // As a method, since the compiler takes a phase that was set before an `await` for the phase after it.
  isStopped(): boolean {
    return this.#phase === 'stopped';
  }

  storeFailed(error: unknown): void {
    this.#around.storeFailed(this, error);
  }

  giveUpWaiting(): void {
    const givenUp = this.#mailbox.takeOut(({ input }) => mayGiveUp(input));
    this.#around.metrics.count('inputs_given_up', givenUp.length);
    for (const letter of givenUp) this.#around.refuse(this, letter, 'store-failed');
  }

  decideAnew(letter: Letter, fresh: Loaded): Decision | undefined {
    return this.#attempt(letter, () => {
      this.#heard.state = stateOnRecord(this.#heard.present(), fresh, this.#around);
      return this.#decision(letter);
    });
  }

  async #load(): Promise<void> {
    const startedMs = this.#around.timers.now();
    const loaded = await this.#record.read();
    if (loaded === undefined) return;
    const { core } = this.#around;
    this.#around.metrics.observe('load_ms', this.#around.timers.now() - startedMs);
    this.#begin(core.adoptRecord(core.emptyState(this.user, loaded.exists), loaded.record));
  }

  /** What the record says may have been begun by a former owner, or by a save that seemed to have failed. */
  #begin(state: UserState): void {
    this.#heard.state = state;
    this.#phase = 'ready';
    this.#decide({ input: { kind: 'woken' } });
    if (this.#around.core.isDirty(state)) this.post({ input: { kind: 'idle' } });
    this.resume();
  }

  /** What was given up may still have become durable in part: the record is read before anything else is decided. */
  async #loadAgain(): Promise<void> {
    this.#phase = 'loading';
    const loaded = await this.#record.read();
    if (loaded === undefined) return;
    // That an account is gone is told to its sessions by an order; only that there is one may be believed at once.
    const exists = this.#heard.present().exists || loaded.exists;
    this.#begin(stateOnRecord({ ...this.#heard.present(), exists }, loaded, this.#around));
  }

  async #lookAtRecord(): Promise<void> {
    this.#recordIsDoubted = false;
    this.#phase = 'loading';
    const loaded = await this.#record.read();
    if (loaded === undefined) return;
    if (loaded.freshness !== 'same') {
      this.#begin(stateOnRecord(this.#heard.present(), loaded, this.#around));
      return;
    }
    this.#phase = 'ready';
    this.resume();
  }

  #deal(letter: Letter): void {
    const work =
      letter.groundwork === undefined
        ? this.#around.core.groundworkFor(this.#heard.present(), letter.input)
        : undefined;
    if (work === undefined) this.#decide(letter);
    else this.#prepare(letter, work).catch((error: unknown) => this.#fail(error, [letter]));
  }

  /** The mailbox waits meanwhile, so that nothing overtakes the letter. */
  async #prepare(letter: Letter, work: Iterator<void, Groundwork>): Promise<void> {
    this.#phase = 'preparing';
    const groundwork = await this.#around.slices.run(work);
    if (this.isStopped()) {
      this.#around.refuse(this, letter, 'stopped');
      return;
    }
    this.#mailbox.putBack({ ...letter, groundwork });
    this.#phase = 'ready';
    this.resume();
  }

  #decide(letter: Letter): void {
    this.#phase = 'deciding';
    this.#around.metrics.count('inputs');
    const decision = this.#attempt(letter, () => this.#decision(letter));
    if (decision === undefined) return;
    if (isKept(decision)) {
      this.#phase = 'saving';
      this.#save(letter, decision);
    } else this.#accept(letter, decision);
  }

  #decision({ input, groundwork }: Letter): Decision {
    const { core, timers } = this.#around;
    return core.decide(this.#heard.present(), input, Math.floor(timers.now()), groundwork);
  }

  #accept(letter: Letter, { state, effects }: Decision): void {
    this.#heard.state = state;
    const done = this.#attempt(letter, () => {
      this.#around.carryOut(this, effects, letter);
      letter.settled?.();
      return true;
    });
    if (done && !this.isStopped()) this.#phase = 'ready';
  }

  /** The mailbox waits meanwhile. */
  #save(letter: Letter, first: Decision): void {
    void this.#attempt(letter, () =>
      this.#record
        .keep(letter, first)
        .then((outcome) => this.#kept(letter, outcome))
        .catch((error: unknown) => this.#fail(error, [letter])),
    );
  }

  #kept(letter: Letter, outcome: KeepOutcome): void {
    switch (outcome.kind) {
      case 'durable':
        this.#accept(letter, outcome.decision);
        // What somebody else has begun is ours to finish.
        if (outcome.contested && !this.isStopped()) this.post({ input: { kind: 'woken' } });
        this.resume();
        return;
      case 'givenUp':
        this.#giveUp(letter);
        return;
      case 'stopped':
        this.#around.refuse(this, letter, 'stopped');
        return;
      case 'failed':
    }
  }

  #giveUp(letter: Letter): void {
    this.#around.metrics.count('inputs_given_up');
    this.#around.refuse(this, letter, this.isStopped() ? 'stopped' : 'store-failed');
    if (this.isStopped()) return;
    this.#loadAgain().catch((error: unknown) => this.#fail(error, []));
  }

  /** An exception is a bug of ours or a broken invariant: this actor stops, nobody else is touched. */
  #attempt<T>(letter: Letter, act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#fail(error, [letter]);
      return undefined;
    }
  }

  #fail(error: unknown, letters: readonly Letter[]): void {
    this.#phase = 'stopped';
    this.#heard.leaveLists();
    this.#quiet = false;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#around.failed(this, error, [...letters, ...this.#mailbox.takeOut(() => true)]);
    this.#tellQuiet();
  }

  #rest(): void {
    this.#quiet = true;
    this.#around.rested(this);
    this.#tellQuiet();
  }

  #tellQuiet(): void {
    const waiting = this.#whenQuiet;
    if (waiting === undefined) return;
    this.#whenQuiet = undefined;
    for (const fn of waiting) fn();
  }
}

function mayGiveUp(input: Input): boolean {
  return policyOf(input).whenStoreFails === 'giveUp';
}
