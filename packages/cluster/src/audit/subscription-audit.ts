/**
 * Compares both halves of every subscription between users who have accounts here, while everything runs, and has mended
 * what does not agree. All records are read, once for every so many pairs; what seems to disagree is read again after a
 * while, since a handshake may just have been on its way.
 */
import {
  askingHalf,
  givingHalf,
  remedyFor,
  unheardOf,
  type NumberedHalf,
  type UserState,
} from '@rollcall/presence';
import type { Timers } from '@rollcall/store';
import { domainOf, localOf, type BareJid } from '@rollcall/xmpp';
import type { PresenceCore } from '../actor/presence-core.ts';
import type { Order } from '../handshake/handshake-message.ts';
import { compare, type Disagreement, type Found, type Side } from './finding.ts';
import { HalfTable, type Pair } from './half-table.ts';

export type AuditEvent =
  /** So many of the records that are to be read were read. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'unreadable'; readonly user: BareJid }
  | {
      readonly kind: 'disagreement';
      readonly disagreement: Disagreement;
      /** `left`: it was to be mended, and is not yet. */
      readonly outcome: 'found' | 'mended' | 'left';
    }
  | { readonly kind: 'done'; readonly summary: AuditSummary };

export interface AuditSummary {
  readonly users: number;
  /** Contacts that were compared; each pair of users counts twice. */
  readonly contacts: number;
  /** Contacts at domains that nobody here has an account at: only one half is here. */
  readonly elsewhere: number;
  readonly unreadable: number;
  readonly disagreements: number;
  readonly mended: number;
}

export interface AuditOptions {
  readonly core: Pick<PresenceCore, 'contactsOf' | 'halfOf'>;
  readonly users: () => AsyncIterable<BareJid>;
  /** What is durable of the user. */
  readonly peek: (user: BareJid) => Promise<UserState>;
  /** Left out: nothing is changed. Resolves when the user will certainly hear of it. */
  readonly tell: ((user: BareJid, order: Order) => Promise<void>) | undefined;
  readonly timers: Timers;
  readonly tuning?: Partial<AuditTuning>;
}

export interface AuditTuning {
  /** Pairs that are in memory at once, about 300 bytes each. */
  readonly pairsAtOnce: number;
  readonly suspectsAtOnce: number;
  readonly readsAtOnce: number;
  /** What seems to disagree is looked at again after so long. */
  readonly pauseMs: number;
  /** How long what was told may take until both halves show it. */
  readonly mendTimeoutMs: number;
  readonly lookEveryMs: number;
}

const defaultTuning: AuditTuning = {
  pairsAtOnce: 500_000,
  suspectsAtOnce: 1_000,
  readsAtOnce: 64,
  pauseMs: 2_000,
  mendTimeoutMs: 20_000,
  lookEveryMs: 200,
};

export async function* auditSubscriptions(options: AuditOptions): AsyncGenerator<AuditEvent> {
  yield* new SubscriptionAudit(options).run();
}

class SubscriptionAudit {
  readonly #options: AuditOptions;
  readonly #tuning: AuditTuning;
  #domains: ReadonlySet<string> = new Set();
  #suspects: Pair[] = [];
  #done = 0;
  #total = 0;
  #disagreements = 0;
  #mended = 0;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#tuning = { ...defaultTuning, ...options.tuning };
  }

  async *run(): AsyncGenerator<AuditEvent> {
    const domains = new Set<string>();
    let users = 0;
    for await (const user of this.#options.users()) {
      users += 1;
      domains.add(domainOf(user));
    }
    this.#domains = domains;
    this.#total = users * 2;
    const counted = { contacts: 0, elsewhere: 0, unreadable: 0 };
    for await (const batch of this.#everyone()) {
      for (const { user, state } of batch) {
        if (state.degraded !== undefined) {
          counted.unreadable += 1;
          yield { kind: 'unreadable', user };
        }
        for (const { contact } of this.#options.core.contactsOf(state))
          counted[this.#isComparable(user, contact) ? 'contacts' : 'elsewhere'] += 1;
      }
      yield this.#progress();
    }
    const count = Math.max(1, Math.ceil(counted.contacts / this.#tuning.pairsAtOnce));
    this.#total = users * (1 + count);
    for (let index = 0; index < count; index += 1)
      yield* this.#pass(new HalfTable({ index, count }));
    const { contacts, elsewhere, unreadable } = counted;
    const found = { disagreements: this.#disagreements, mended: this.#mended };
    yield { kind: 'done', summary: { users, contacts, elsewhere, unreadable, ...found } };
  }

  async *#pass(table: HalfTable): AsyncGenerator<AuditEvent> {
    for await (const batch of this.#everyone()) {
      for (const { user, state } of batch)
        for (const half of this.#options.core.contactsOf(state)) {
          if (!this.#isComparable(user, half.contact)) continue;
          const pair = table.add(user, half.contact, half);
          if (pair !== undefined) this.#suspect(pair);
        }
      yield this.#progress();
      if (this.#suspects.length >= this.#tuning.suspectsAtOnce) yield* this.#examine();
    }
    for (const pair of table.rest()) {
      this.#suspect(pair);
      if (this.#suspects.length >= this.#tuning.suspectsAtOnce) yield* this.#examine();
    }
    yield* this.#examine();
  }

  /** Domains have no accounts, and nobody is a contact of their own. */
  #isComparable(user: BareJid, contact: BareJid): boolean {
    return (
      contact !== user && localOf(contact) !== undefined && this.#domains.has(domainOf(contact))
    );
  }

  #suspect(pair: Pair): void {
    const { ofA, ofB } = pair;
    if (!agree(ofA, ofB) || !agree(ofB, ofA)) this.#suspects.push(pair);
  }

  /** Whether the suspects disagree still, user by user. */
  async *#examine(): AsyncGenerator<AuditEvent> {
    const suspects = this.#suspects;
    this.#suspects = [];
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

  async *#everyone(): AsyncGenerator<
    readonly { readonly user: BareJid; readonly state: UserState }[]
  > {
    let users: BareJid[] = [];
    for await (const user of this.#options.users()) {
      users.push(user);
      if (users.length < this.#tuning.readsAtOnce) continue;
      yield await this.#read(users);
      users = [];
    }
    yield await this.#read(users);
  }

  async #read(users: readonly BareJid[]) {
    const read = await Promise.all(
      users.map(async (user) => ({ user, state: await this.#options.peek(user) })),
    );
    this.#done += users.length;
    return read;
  }

  #progress(): AuditEvent {
    return { kind: 'progress', done: this.#done, total: this.#total };
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.timers.setTimeout(resolve, ms);
    });
  }
}

function agree(asker: NumberedHalf, giver: NumberedHalf): boolean {
  const remedy = remedyFor(askingHalf(asker.state), givingHalf(giver.state));
  return remedy === undefined && unheardOf(asker, giver) === undefined;
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
