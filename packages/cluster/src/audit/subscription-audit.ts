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
import { domainOf, localOf, type BareJid } from '@rollcall/xmpp';
import type { AuditEvent } from './audit-event.ts';
import { defaultTuning, type AuditOptions, type AuditTuning } from './audit-options.ts';
import { Examination } from './examination.ts';
import { HalfTable, type Pair } from './half-table.ts';

export async function* auditSubscriptions(options: AuditOptions): AsyncGenerator<AuditEvent> {
  yield* new SubscriptionAudit(options).run();
}

class SubscriptionAudit {
  readonly #options: AuditOptions;
  readonly #tuning: AuditTuning;
  readonly #examination: Examination;
  #domains: ReadonlySet<string> = new Set();
  #suspects: Pair[] = [];
  #done = 0;
  #total = 0;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#tuning = { ...defaultTuning, ...options.tuning };
    this.#examination = new Examination(options, this.#tuning);
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
    const { disagreements, mended } = this.#examination;
    const summary = { users, contacts, elsewhere, unreadable, disagreements, mended };
    yield { kind: 'done', summary };
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
      if (this.#suspects.length >= this.#tuning.suspectsAtOnce) yield* this.#examineSuspects();
    }
    for (const pair of table.rest()) {
      this.#suspect(pair);
      if (this.#suspects.length >= this.#tuning.suspectsAtOnce) yield* this.#examineSuspects();
    }
    yield* this.#examineSuspects();
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

  #examineSuspects(): AsyncGenerator<AuditEvent> {
    return this.#examination.of(this.#suspects.splice(0));
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
}

function agree(asker: NumberedHalf, giver: NumberedHalf): boolean {
  const remedy = remedyFor(askingHalf(asker.state), givingHalf(giver.state));
  return remedy === undefined && unheardOf(asker, giver) === undefined;
}
