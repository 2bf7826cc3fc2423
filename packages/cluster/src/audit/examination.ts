/**
 * The second look at pairs whose halves seemed to disagree: which of them do, and, where that is wanted, that they are
 * mended.
 */
import type { BareJid } from '@rollcall/xmpp';
import type { AuditEvent } from './audit-event.ts';
import type { AuditOptions, AuditTuning } from './audit-options.ts';
import { compare, type Found, type Side } from './finding.ts';
import type { Pair } from './half-table.ts';

export class Examination {
  readonly #options: AuditOptions;
  readonly #tuning: AuditTuning;
  #disagreements = 0;
  #mended = 0;

  constructor(options: AuditOptions, tuning: AuditTuning) {
    this.#options = options;
    this.#tuning = tuning;
  }

  get disagreements(): number {
    return this.#disagreements;
  }

  get mended(): number {
    return this.#mended;
  }

  /** Whether the suspects disagree still, user by user. */
  async *of(suspects: readonly Pair[]): AsyncGenerator<AuditEvent> {
    if (suspects.length === 0) return;
    await this.#wait(this.#tuning.pauseMs);
    const found = (await this.#lookAt(suspects)).sort(byAsker);
    this.#disagreements += found.length;
    const left = this.#options.tell === undefined ? undefined : await this.#mend(found);
    for (const each of found) {
      const { disagreement } = each;
      const outcome = left === undefined ? 'found' : left.has(nameOf(each)) ? 'left' : 'mended';
      if (outcome === 'mended') this.#mended += 1;
      yield { kind: 'disagreement', disagreement, outcome };
    }
  }

  /** Resolves with the names of those that could not be mended in time. */
  async #mend(found: readonly Found[]): Promise<ReadonlySet<string>> {
    const { tell, timers } = this.#options;
    for (const { mender, compared } of found)
      await tell?.(mender, { kind: 'halvesCompared', ...compared });
    const deadlineMs = timers.now() + this.#tuning.mendTimeoutMs;
    let left = new Map(found.map((each) => [nameOf(each), each]));
    while (left.size > 0 && timers.now() < deadlineMs) {
      await this.#wait(this.#tuning.lookEveryMs);
      left = await this.#stillLeft([...left.values()]);
    }
    return new Set(left.keys());
  }

  async #stillLeft(found: readonly Found[]): Promise<Map<string, Found>> {
    const left = new Map<string, Found>();
    for (const batch of batchesOf(found, this.#tuning.readsAtOnce))
      await Promise.all(
        batch.map(async (each) => {
          const { asker, giver } = each.disagreement;
          const [one, other] = await Promise.all([
            this.#side(asker, giver),
            this.#side(giver, asker),
          ]);
          const isUnderWay = one.half.isUnderWay || other.half.isUnderWay;
          const names = compare(one, other).map(nameOf);
          if (isUnderWay || names.includes(nameOf(each))) left.set(nameOf(each), each);
        }),
      );
    return left;
  }

  async #lookAt(pairs: readonly Pair[]): Promise<Found[]> {
    const found: Found[] = [];
    for (const batch of batchesOf(pairs, this.#tuning.readsAtOnce)) {
      const compared = await Promise.all(
        batch.map(async ({ a, b }) => compare(await this.#side(a, b), await this.#side(b, a))),
      );
      found.push(...compared.flat());
    }
    return found;
  }

  async #side(user: BareJid, contact: BareJid): Promise<Side> {
    const state = await this.#options.peek(user);
    const isUnreadable = state.degraded !== undefined;
    return {
      user,
      exists: state.exists,
      isUnreadable,
      half: this.#options.core.halfOf(state, contact),
    };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.timers.setTimeout(resolve, ms);
    });
  }
}

function nameOf({ disagreement: { asker, giver } }: Found): string {
  return `${asker} ${giver}`;
}

function byAsker(a: Found, b: Found): number {
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

function* batchesOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
