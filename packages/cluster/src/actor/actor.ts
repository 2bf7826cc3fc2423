/**
 * One user's actor: loads its record at the first letter, deals with one letter at a time, makes its decisions durable
 * before they have effects, and fails alone.
 */
import type {
  Decision,
  Effect,
  Input,
  SessionRef,
  StampedPresence,
  UserRecord,
  UserState,
} from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { BareJid, Parsed } from '@rollcall/xmpp';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Alarm } from './alarm.ts';
import { inputPolicies } from './input-policy.ts';
import type { Letter, Refusal } from './letter.ts';
import { Mailbox } from './mailbox.ts';
import type { PresenceCore } from './presence-core.ts';
import { Retry } from './retry.ts';
import type { RecordFile } from './record-file.ts';

/** What an actor needs of the engine that it lives in. */
export interface ActorSurroundings {
  readonly core: PresenceCore;
  readonly timers: Timers;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
  fileOf(user: BareJid): RecordFile;
  /** Rejects with `StoreError`. */
  load(user: BareJid, file: RecordFile): Promise<Loaded>;
  /** Whether this engine may act at all; one that may have lost its lease may not. */
  mayAct(): boolean;
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

/** What is durable of a user. */
export interface Loaded {
  /** Whether there is an account. */
  readonly exists: boolean;
  readonly record: Parsed<UserRecord>;
}

type Phase = 'loading' | 'ready' | 'deciding' | 'saving' | 'stopped';

export class Actor {
  readonly user: BareJid;
  readonly shard: number;
  /** Handshakes on their way into the durable queue: as long as there are any, the actor does not sleep. */
  publishing = 0;
  readonly #around: ActorSurroundings;
  readonly #mailbox: Mailbox;
  readonly #file: RecordFile;
  #state: UserState | undefined;
  #phase: Phase = 'loading';
  /** Kept apart from what it follows from, since every broadcast asks it of every recipient. */
  #quiet = false;
  #lastInputMs: number;
  readonly #alarm: Alarm;
  #whenQuiet: (() => void)[] = [];

  constructor(user: BareJid, shard: number, around: ActorSurroundings) {
    this.user = user;
    this.shard = shard;
    this.#around = around;
    this.#mailbox = new Mailbox(around.limits, (count) =>
      around.metrics.count('mailbox_coalesced', count),
    );
    this.#file = around.fileOf(user);
    this.#lastInputMs = around.timers.now();
    this.#alarm = new Alarm(around.timers, () => this.post({ input: { kind: 'timeCame' } }));
    this.#load().catch((error: unknown) => this.#fail(error, []));
  }

  /** Undefined while the record is being read. */
  get state(): UserState | undefined {
    return this.#state;
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

  get stopped(): boolean {
    return this.#phase === 'stopped';
  }

  get hasAlarm(): boolean {
    return this.#alarm.isSet;
  }

  /** Takes a contact's broadcast and says who is shown it; 'decide' where the actor has to be asked by a letter. */
  overhear(presence: StampedPresence, contact: BareJid): readonly SessionRef[] | 'decide' {
    if (this.#state === undefined || !this.#quiet) return 'decide';
    const hearing = this.#around.core.overhear(this.#state, presence, contact);
    if (hearing === 'decide') return hearing;
    this.#state = hearing.state;
    return hearing.to;
  }

  post(letter: Letter): void {
    if (this.#phase === 'stopped') {
      this.#around.refuse(this, letter, 'stopped');
      return;
    }
    if (this.#mailbox.offer(letter)) {
      this.#quiet = false;
      this.resume();
      return;
    }
    this.#around.metrics.count('mailbox_refused');
    this.#around.refuse(this, letter, 'mailbox-full');
  }

  /** Goes on with what waits, for instance after the engine was not allowed to act. */
  resume(): void {
    while (this.#phase === 'ready' && this.#around.mayAct()) {
      const letter = this.#mailbox.take();
      if (letter === undefined) {
        this.#rest();
        return;
      }
      if (letter.input.kind !== 'idle') this.#lastInputMs = this.#around.timers.now();
      this.#decide(letter);
    }
  }

  /** Asks for `timeCame` at or after `atMs`; an earlier time replaces a later one. */
  wakeAt(atMs: number): void {
    if (this.#phase !== 'stopped') this.#alarm.set(atMs);
  }

  /** Calls `fn` once, when nothing waits and nothing is under way, or when the actor has stopped. */
  whenQuiet(fn: () => void): void {
    if (this.#quiet || this.#phase === 'stopped') fn();
    else this.#whenQuiet.push(fn);
  }

  /** Does nothing more. What was being saved may still become durable, without further effects. */
  stop(): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    this.#quiet = false;
    this.#alarm.cancel();
    for (const letter of this.#mailbox.takeOut(() => true))
      this.#around.refuse(this, letter, 'stopped');
    this.#tellQuiet();
  }

  async #load(): Promise<void> {
    const startedMs = this.#around.timers.now();
    const loaded = await this.#read();
    if (loaded === undefined) return;
    const { core } = this.#around;
    this.#around.metrics.observe('load_ms', this.#around.timers.now() - startedMs);
    this.#begin(core.adoptRecord(core.emptyState(this.user, loaded.exists), loaded.record));
  }

  /** What the record says may have been begun by a former owner, or by a save that seemed to have failed. */
  #begin(state: UserState): void {
    this.#state = state;
    this.#phase = 'ready';
    this.#decide({ input: { kind: 'woken' } });
    this.resume();
  }

  /** What was given up may still have become durable in part: the record is read before anything else is decided. */
  async #loadAgain(): Promise<void> {
    this.#phase = 'loading';
    const loaded = await this.#read();
    if (loaded === undefined) return;
    this.#begin(this.#around.core.adoptRecord(this.#present(), loaded.record));
  }

  /** Tried until it works; undefined when the actor has stopped. */
  async #read(): Promise<Loaded | undefined> {
    const retry = new Retry(this.#around.timers, this.#around.limits);
    while (!this.#stopped()) {
      try {
        const loaded = await this.#around.load(this.user, this.#file);
        return this.#stopped() ? undefined : loaded;
      } catch (error) {
        this.#around.storeFailed(this, error);
        if (retry.elapsedMs >= this.#around.limits.saveTimeoutMs) this.#giveUpWaiting();
        await retry.wait();
      }
    }
    return undefined;
  }

  /** The store has been away for long: those who may be told to come again later are told. */
  #giveUpWaiting(): void {
    const givenUp = this.#mailbox.takeOut(({ input }) => mayGiveUp(input));
    this.#around.metrics.count('inputs_given_up', givenUp.length);
    for (const letter of givenUp) this.#around.refuse(this, letter, 'store-failed');
  }

  #decide(letter: Letter): void {
    this.#phase = 'deciding';
    this.#around.metrics.count('inputs');
    const decision = this.#attempt(letter, () => this.#decision(letter.input));
    if (decision === undefined) return;
    if (savesFirst(decision)) {
      this.#phase = 'saving';
      this.#save(letter, decision).catch((error: unknown) => this.#fail(error, [letter]));
    } else this.#accept(letter, decision);
  }

  #decision(input: Input): Decision {
    const { core, timers } = this.#around;
    return core.decide(this.#present(), input, Math.floor(timers.now()));
  }

  #accept(letter: Letter, { state, effects }: Decision): void {
    this.#state = state;
    const done = this.#attempt(letter, () => {
      this.#around.carryOut(this, effects, letter);
      letter.settled?.();
      return true;
    });
    if (done && !this.#stopped()) this.#phase = 'ready';
  }

  /** Until the decision is durable, or has to be given up. The mailbox waits. */
  async #save(letter: Letter, first: Decision): Promise<void> {
    const { limits, metrics } = this.#around;
    const retry = new Retry(this.#around.timers, limits);
    let decision = first;
    let conflicts = 0;
    while (savesFirst(decision)) {
      const outcome = await this.#write(decision);
      if (this.#stopped()) {
        this.#around.refuse(this, letter, 'stopped');
        return;
      }
      if (outcome === 'saved') break;
      if (outcome === 'conflict') {
        conflicts += 1;
        metrics.count('save_conflicts');
        const anew = await this.#decideAnew(letter);
        if (anew === undefined) return;
        decision = anew;
      }
      const tooOften = conflicts >= limits.saveAttempts;
      const tooLong = retry.elapsedMs >= limits.saveTimeoutMs;
      if ((tooOften || tooLong) && mayGiveUp(letter.input)) {
        if (outcome === 'failed' && (await this.#wasSaved(decision)) && !this.#stopped()) break;
        this.#giveUp(letter);
        return;
      }
      if (outcome === 'failed' || tooOften) await retry.wait();
      if (this.#stopped()) {
        this.#around.refuse(this, letter, 'stopped');
        return;
      }
    }
    metrics.observe('save_ms', retry.elapsedMs);
    this.#accept(letter, decision);
    // What somebody else has begun is ours to finish.
    if (conflicts > 0 && !this.#stopped()) this.post({ input: { kind: 'woken' } });
    this.resume();
  }

  async #write({ state, effects }: Decision): Promise<'saved' | 'conflict' | 'failed'> {
    const [first] = effects;
    try {
      const outcome =
        first?.kind === 'save'
          ? await this.#file.save(state, first.parts)
          : await this.#file.erase();
      if (outcome === 'saved') this.#around.metrics.count('saves');
      return outcome;
    } catch (error) {
      this.#around.storeFailed(this, error);
      return 'failed';
    }
  }

  /** What was carried out without an answer must have its effects: nobody is refused before that is known. */
  async #wasSaved({ state, effects: [first] }: Decision): Promise<boolean> {
    if (first?.kind !== 'save') return false;
    const retry = new Retry(this.#around.timers, this.#around.limits);
    while (!this.#stopped()) {
      try {
        return await this.#file.holds(state, first.parts);
      } catch (error) {
        this.#around.storeFailed(this, error);
        this.#giveUpWaiting();
        await retry.wait();
      }
    }
    return false;
  }

  /** Somebody else wrote the record: the same input, on what is there now. Undefined when the actor has stopped. */
  async #decideAnew(letter: Letter): Promise<Decision | undefined> {
    const fresh = await this.#read();
    if (fresh === undefined) {
      this.#around.refuse(this, letter, 'stopped');
      return undefined;
    }
    return this.#attempt(letter, () => {
      this.#state = this.#around.core.adoptRecord(this.#present(), fresh.record);
      return this.#decision(letter.input);
    });
  }

  #present(): UserState {
    if (this.#state === undefined) throw new Error(`the actor of ${this.user} is not loaded`);
    return this.#state;
  }

  #giveUp(letter: Letter): void {
    this.#around.metrics.count('inputs_given_up');
    this.#around.refuse(this, letter, this.#stopped() ? 'stopped' : 'store-failed');
    if (this.#stopped()) return;
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
    this.#quiet = false;
    this.#alarm.cancel();
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
    if (waiting.length === 0) return;
    this.#whenQuiet = [];
    for (const fn of waiting) fn();
  }

  // As a method, since the compiler takes a phase that was set before an `await` for the phase after it.
  #stopped(): boolean {
    return this.#phase === 'stopped';
  }
}

function mayGiveUp(input: Input): boolean {
  return inputPolicies[input.kind].whenStoreFails === 'giveUp';
}

function savesFirst(decision: Decision): boolean {
  const kind = decision.effects[0]?.kind;
  return kind === 'save' || kind === 'erase';
}
