/**
 * Reads one actor's record, and makes its decisions durable, for as long as that takes; says when it has to be given up.
 */
import type { Decision, UserRecord } from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import type { BareJid, Parsed } from '@rollcall/xmpp';
import type { ClusterLimits } from '../limits/cluster-limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Freshness } from './freshness.ts';
import { policyOf } from './input-policy.ts';
import type { Letter } from './letter.ts';
import type { RecordFile, SaveOutcome } from './record-file.ts';
import { Retry } from './retry.ts';

/** What is durable of a user. */
export interface Loaded {
  /** Whether there is an account. */
  readonly exists: boolean;
  readonly record: Parsed<UserRecord>;
  readonly freshness: Freshness;
}

/** Where the records are. */
export interface Records {
  fileOf(user: BareJid): RecordFile;
  /** Rejects with `StoreError`. */
  load(user: BareJid, file: RecordFile): Promise<Loaded>;
}

/** Where a record is read, and what bounds the trying. */
export interface KeeperSurroundings {
  readonly timers: Timers;
  readonly limits: ClusterLimits;
  readonly metrics: Metrics;
  readonly records: Records;
  /** Whether this engine may act at all; one that may have lost its lease may not. */
  mayAct(): boolean;
}

/** Whose record it is. */
export interface RecordHolder {
  readonly user: BareJid;
  isStopped(): boolean;
  /** A save or a load did not work and will be tried again. */
  storeFailed(error: unknown): void;
  /** The store has been away for long: those who may be told to come again later are told. */
  giveUpWaiting(): void;
  /** The same letter, on what is there now; undefined when that made the actor fail. */
  decideAnew(letter: Letter, fresh: Loaded): Decision | undefined;
}

export type KeepOutcome =
  /** `contested`: somebody else wrote the record meanwhile, so this may be another decision than the first. */
  | { readonly kind: 'durable'; readonly decision: Decision; readonly contested: boolean }
  | { readonly kind: 'givenUp' }
  /** The actor has stopped, or failed, in which case its letter is dealt with. */
  | { readonly kind: 'stopped' | 'failed' };

type Written = SaveOutcome | 'failed';

const stopped: KeepOutcome = { kind: 'stopped' };

export class RecordKeeper {
  readonly #holder: RecordHolder;
  readonly #around: KeeperSurroundings;
  readonly #file: RecordFile;
  #savedMs = -Infinity;

  constructor(holder: RecordHolder, around: KeeperSurroundings) {
    this.#holder = holder;
    this.#around = around;
    this.#file = around.records.fileOf(holder.user);
  }

  /** When anything was last saved. */
  get savedMs(): number {
    return this.#savedMs;
  }

  /** Tried until it works; undefined when the actor has stopped. */
  async read(): Promise<Loaded | undefined> {
    const { limits, records } = this.#around;
    const retry = this.#newRetry();
    while (!this.#holder.isStopped()) {
      try {
        const loaded = await records.load(this.#holder.user, this.#file);
        return this.#holder.isStopped() ? undefined : loaded;
      } catch (error) {
        this.#holder.storeFailed(error);
        if (retry.elapsedMs >= limits.saveTimeoutMs) this.#holder.giveUpWaiting();
        await retry.wait();
      }
    }
    return undefined;
  }

  /**
   * Until the decision is durable, or has to be given up. Nearly always the first attempt is enough: for each user who logs
   * out there is one, so that none of it is left to an `async` function, which costs half a kilobyte.
   */
  keep(letter: Letter, decision: Decision): Promise<KeepOutcome> {
    const retry = this.#newRetry();
    return this.#write(decision).then((written) => {
      if (written !== 'saved') return this.#insist(letter, decision, written, retry);
      return this.#holder.isStopped() ? stopped : this.#durable(decision, retry, 0);
    });
  }

  #durable(decision: Decision, retry: Retry, conflicts: number): KeepOutcome {
    this.#around.metrics.observe('save_ms', retry.elapsedMs);
    return { kind: 'durable', decision, contested: conflicts > 0 };
  }

  /** `written` is what became of the first attempt. */
  async #insist(
    letter: Letter,
    first: Decision,
    written: Written,
    retry: Retry,
  ): Promise<KeepOutcome> {
    const { limits, metrics } = this.#around;
    let decision = first;
    let conflicts = 0;
    for (;;) {
      if (this.#holder.isStopped()) return stopped;
      if (written === 'saved') break;
      if (written === 'conflict') {
        conflicts += 1;
        metrics.count('save_conflicts');
        const anew = await this.#decideAnew(letter);
        if ('kind' in anew) return anew;
        decision = anew;
      }
      const tooOften = conflicts >= limits.saveAttempts;
      const tooLong = retry.elapsedMs >= limits.saveTimeoutMs;
      if ((tooOften || tooLong) && policyOf(letter.input).whenStoreFails === 'giveUp') {
        const isSaved = written === 'failed' && (await this.#wasSaved(decision));
        if (isSaved && !this.#holder.isStopped()) break;
        return { kind: 'givenUp' };
      }
      if (tooLong) this.#holder.giveUpWaiting();
      if (written === 'failed' || tooOften) await retry.wait();
      if (this.#holder.isStopped()) return stopped;
      if (!isKept(decision)) break;
      // Since the decision was made the lease may have run out: another may own the record.
      written = this.#around.mayAct() ? await this.#write(decision) : 'failed';
    }
    return this.#durable(decision, retry, conflicts);
  }

  #write({ state, effects: [first] }: Decision): Promise<Written> {
    const writing =
      first?.kind === 'save' ? this.#file.save(state, first.parts) : this.#file.erase();
    return writing.then(
      (outcome) => {
        if (outcome === 'saved') {
          this.#savedMs = this.#around.timers.now();
          this.#around.metrics.count('saves');
        }
        return outcome;
      },
      (error: unknown) => {
        this.#holder.storeFailed(error);
        return 'failed';
      },
    );
  }

  async #decideAnew(letter: Letter): Promise<Decision | { readonly kind: 'stopped' | 'failed' }> {
    const fresh = await this.read();
    if (fresh === undefined) return { kind: 'stopped' };
    return this.#holder.decideAnew(letter, fresh) ?? { kind: 'failed' };
  }

  /** What was carried out without an answer must have its effects: nobody is refused before that is known. */
  async #wasSaved({ state, effects: [first] }: Decision): Promise<boolean> {
    if (first?.kind !== 'save') return false;
    const retry = this.#newRetry();
    while (!this.#holder.isStopped()) {
      try {
        return await this.#file.holds(state, first.parts);
      } catch (error) {
        this.#holder.storeFailed(error);
        this.#holder.giveUpWaiting();
        await retry.wait();
      }
    }
    return false;
  }

  #newRetry(): Retry {
    return new Retry(this.#around.timers, this.#around.limits);
  }
}

/** Whether the decision may be carried out only once it is durable. */
export function isKept({ effects }: Decision): boolean {
  const kind = effects[0]?.kind;
  return kind === 'save' || kind === 'erase';
}
