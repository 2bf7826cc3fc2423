/** What is durable of the users: their records, and whether they have accounts. Wakes nobody. */
import type { UserState } from '@rollcall/presence';
import { StoreError, type AccountStore, type RecordStore } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { PresenceCore } from '../actor/presence-core.ts';
import { RecordFile } from '../actor/record-file.ts';
import type { Loaded } from '../actor/record-keeper.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Slices } from '../time/slices.ts';

export interface UserRecordsOptions {
  readonly core: PresenceCore;
  readonly records: RecordStore;
  readonly accounts: AccountStore;
  readonly slices: Slices;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class UserRecords {
  readonly #options: UserRecordsOptions;

  constructor(options: UserRecordsOptions) {
    this.#options = options;
  }

  fileOf(user: BareJid): RecordFile {
    const { records, core } = this.#options;
    return new RecordFile(records, core, user);
  }

  /** Rejects with `StoreError`. */
  async load(user: BareJid, file: RecordFile): Promise<Loaded> {
    const { core, slices, metrics, log } = this.#options;
    const [reading, exists] = await Promise.all([file.read(), this.#exists(user)]);
    const record = await slices.run(core.decodingRecord(user, reading.texts));
    if (!record.ok) {
      metrics.count('records_corrupt');
      log.error({ event: 'record_corrupt', user, problem: record.problem });
    }
    return { exists, record, freshness: file.accept(reading) };
  }

  /** What a user's actor would find if it were woken now. Rejects with `StoreError`. */
  async peek(user: BareJid): Promise<UserState> {
    const { core } = this.#options;
    const { exists, record } = await this.load(user, this.fileOf(user));
    return core.adoptRecord(core.emptyState(user, exists), record);
  }

  async #exists(user: BareJid): Promise<boolean> {
    try {
      return (await this.#options.accounts.read(user)) !== undefined;
    } catch (error) {
      // Nobody can log in to a damaged account, but it is there: its contacts keep it.
      if (error instanceof StoreError && error.code === 'record_corrupt') return true;
      throw error;
    }
  }
}
