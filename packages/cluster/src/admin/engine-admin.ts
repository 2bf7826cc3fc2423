/** What an operator does to accounts and rosters, and what there is to be seen of the engine. */
import type { ImportedItem } from '@rollcall/presence';
import {
  decoyVerifiers,
  type AccountStore,
  type HandshakeQueue,
  type ScramVerifiers,
} from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { AuditEvent } from '../audit/audit-event.ts';
import { auditSubscriptions } from '../audit/subscription-audit.ts';
import type { Engine } from '../engine/engine.ts';
import { encodeQueueBody } from '../handshake/handshake-message.ts';
import { shardOf } from '../shard/shard-of.ts';
import type { Orders } from './orders.ts';

export interface ImportedUser {
  readonly jid: BareJid;
  /** Left out: an account that exists keeps its own; a new one cannot be logged in to by password. */
  readonly credentials?: ScramVerifiers;
  readonly roster: readonly ImportedItem[];
}

export interface ExportedUser {
  readonly jid: BareJid;
  readonly credentials: ScramVerifiers;
  readonly roster: readonly ImportedItem[];
}

export interface EngineStats {
  readonly actorsResident: number;
  readonly mailboxDepth: number;
  /** Handshakes in the durable queue, of all shards. */
  readonly queueDepth: number;
}

/** Operational failures reject with `StoreError`. */
export interface EngineAdmin {
  createUser(jid: BareJid, credentials: ScramVerifiers): Promise<'created' | 'exists'>;
  /**
   * Nobody can log in to the account any more when this resolves; that everyone is told and the roster is erased
   * follows from a durable message, whatever crashes. False if there is no such account. If it rejects, it is to be
   * asked for again.
   */
  removeUser(jid: BareJid): Promise<boolean>;
  listUsers(domain?: string): AsyncIterable<BareJid>;
  /** Adds to what is there; resolves when durable. */
  importUser(user: ImportedUser): Promise<void>;
  exportUsers(): AsyncIterable<ExportedUser>;
  /** Compares both halves of every subscription; `repair` mends what does not agree. The last event is `done`. */
  audit(options: { readonly repair: boolean }): AsyncIterable<AuditEvent>;
  stats(): Promise<EngineStats>;
}

export interface AdminOptions {
  readonly engine: Engine;
  readonly orders: Orders;
  readonly accounts: AccountStore;
  readonly queue: HandshakeQueue;
  readonly random: () => number;
}

export class StoreAdmin implements EngineAdmin {
  readonly #options: AdminOptions;

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  async createUser(jid: BareJid, credentials: ScramVerifiers): Promise<'created' | 'exists'> {
    const { accounts, orders } = this.#options;
    const outcome = await accounts.create(jid, credentials);
    if (outcome === 'created') await orders.give(jid, { kind: 'accountCreated' });
    return outcome;
  }

  async removeUser(jid: BareJid): Promise<boolean> {
    const { accounts, queue, random } = this.#options;
    // Also where there is none any more: an earlier attempt may have come no further than that.
    const wasThere = await accounts.delete(jid);
    await queue.publish({
      id: `removed:${jid}:${random().toString(36).slice(2)}`,
      shard: shardOf(jid),
      body: encodeQueueBody({ kind: 'accountRemoved', user: jid }),
    });
    return wasThere;
  }

  listUsers(domain?: string): AsyncIterable<BareJid> {
    return this.#options.accounts.list(domain);
  }

  async importUser({ jid, credentials, roster }: ImportedUser): Promise<void> {
    const { accounts, orders, random } = this.#options;
    // No password fits the decoys: the account is there, and can be logged in to once it is given a password.
    const given = credentials ?? decoyVerifiers(jid, random().toString());
    if ((await accounts.create(jid, given)) === 'created')
      await orders.give(jid, { kind: 'accountCreated' });
    else if (credentials !== undefined) await accounts.put(jid, credentials);
    if (roster.length > 0) await orders.give(jid, { kind: 'rosterImported', items: roster });
  }

  audit({ repair }: { readonly repair: boolean }): AsyncIterable<AuditEvent> {
    const { accounts, engine, orders } = this.#options;
    return auditSubscriptions({
      core: engine.core,
      users: () => accounts.list(),
      peek: (user) => engine.records.peek(user),
      tell: repair ? (user, order) => orders.give(user, order) : undefined,
      timers: engine.timers,
    });
  }

  async *exportUsers(): AsyncIterable<ExportedUser> {
    const { accounts, engine } = this.#options;
    for await (const jid of accounts.list()) {
      const account = await accounts.read(jid);
      if (account === undefined) continue;
      const roster = engine.core.exportedItems(await engine.records.peek(jid));
      yield { jid, credentials: account.credentials, roster };
    }
  }

  async stats(): Promise<EngineStats> {
    const { engine, queue } = this.#options;
    return {
      actorsResident: engine.residents.size,
      mailboxDepth: engine.residents.depth,
      queueDepth: await queue.depth(),
    };
  }
}
