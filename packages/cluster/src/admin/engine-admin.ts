/** What an operator does to accounts and rosters, and what there is to be seen of the engine. */
import type { ImportedItem } from '@rollcall/presence';
import {
  decoyVerifiers,
  type AccountStore,
  type HandshakeQueue,
  type ScramVerifiers,
} from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Engine } from '../engine/engine.ts';
import { encodeQueueBody } from '../handshake/handshake-message.ts';
import { shardOf } from '../shard/shard-of.ts';

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
   * follows from a durable message, whatever crashes. False if there is no such account.
   */
  removeUser(jid: BareJid): Promise<boolean>;
  listUsers(domain?: string): AsyncIterable<BareJid>;
  /** Adds to what is there; resolves when durable. */
  importUser(user: ImportedUser): Promise<void>;
  exportUsers(): AsyncIterable<ExportedUser>;
  stats(): Promise<EngineStats>;
}

export interface AdminOptions {
  readonly engine: Engine;
  readonly accounts: AccountStore;
  readonly queue: HandshakeQueue;
  readonly random: () => number;
}

export class LocalAdmin implements EngineAdmin {
  readonly #options: AdminOptions;

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  async createUser(jid: BareJid, credentials: ScramVerifiers): Promise<'created' | 'exists'> {
    const { accounts, engine } = this.#options;
    const outcome = await accounts.create(jid, credentials);
    if (outcome === 'created' && engine.residents.find(jid) !== undefined)
      await engine.residents.told(jid, { kind: 'accountCreated' });
    return outcome;
  }

  async removeUser(jid: BareJid): Promise<boolean> {
    const { accounts, queue, random } = this.#options;
    if (!(await accounts.delete(jid))) return false;
    await queue.publish({
      id: `removed:${jid}:${random().toString(36).slice(2)}`,
      shard: shardOf(jid),
      body: encodeQueueBody({ kind: 'accountRemoved', user: jid }),
    });
    return true;
  }

  listUsers(domain?: string): AsyncIterable<BareJid> {
    return this.#options.accounts.list(domain);
  }

  async importUser({ jid, credentials, roster }: ImportedUser): Promise<void> {
    const { accounts, engine, random } = this.#options;
    if (credentials !== undefined) await accounts.put(jid, credentials);
    // No password fits them: the account is there, and can be logged in to once it is given a password.
    else await accounts.create(jid, decoyVerifiers(jid, random().toString()));
    const wasResident = engine.residents.find(jid) !== undefined;
    await engine.residents.told(jid, { kind: 'rosterImported', items: roster });
    // A large import must not leave everyone in memory until the next sweep.
    if (!wasResident) engine.residents.release(jid);
  }

  async *exportUsers(): AsyncIterable<ExportedUser> {
    const { accounts, engine } = this.#options;
    for await (const jid of accounts.list()) {
      const account = await accounts.read(jid);
      if (account === undefined) continue;
      const roster = engine.core.exportedItems(await engine.peek(jid));
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
