/**
 * A directory with an LMDB database, shared by records, accounts and the handshake queue, so that their writes share
 * commits. Several processes may have it open at once.
 *
 * lmdb's own batching of writes per turn and its overlapping flushes are off: a commit that fails would otherwise
 * surface as an unhandled rejection. `GroupCommit` batches instead, and every commit is flushed in itself.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { open, type Database, type Key, type RootDatabase } from 'lmdb';
import { StoreError } from '../store-error.ts';
import { inspectDataFile } from './data-file.ts';
import { GroupCommit, type LmdbOperation } from './group-commit.ts';
import { corruptDatabase, lmdbFailure } from './lmdb-errors.ts';
import type { CounterTable } from './lmdb-transaction.ts';

export interface LmdbOptions {
  /**
   * What a resolved write survives. `flushed` (the default): any crash of the process, and power loss. `committed`: any
   * crash of the process; after power loss the last commits may be gone, the database is whole.
   */
  readonly durability?: 'flushed' | 'committed';
}

/** Grows when a directory can no longer be read by older versions. */
const dataFormat = 1;
const formatCounter = 'format';

/**
 * Opens the database in a directory, which is made if it does not exist. Rejects with `StoreError`: `store_unwritable`,
 * `store_newer_format`, `store_corrupt` or `store_unavailable`. Whoever opens it closes it, after its users.
 */
export async function openLmdb(
  directory: string,
  options: LmdbOptions = {},
): Promise<LmdbEnvironment> {
  const path = resolve(directory);
  try {
    return await openIn(path, options);
  } catch (error) {
    throw lmdbFailure(path, error);
  }
}

async function openIn(directory: string, options: LmdbOptions): Promise<LmdbEnvironment> {
  const dataFile = join(directory, 'data.mdb');
  makeDirectory(directory);
  checkWritable(directory, dataFile);
  if (inspectDataFile(dataFile).kind === 'foreign') throw corruptDatabase(directory);
  const root = open({
    path: directory,
    noSubdir: false,
    maxDbs: 16,
    overlappingSync: false,
    eventTurnBatching: false,
    noMetaSync: options.durability === 'committed',
  });
  try {
    root.transactionSync(() => fillUp(dataFile));
    const counters: CounterTable = root.openDB({ name: 'counters' });
    root.transactionSync(() => checkFormat(directory, counters));
    return new LmdbEnvironment(directory, root, counters);
  } catch (error) {
    await root.close();
    throw error;
  }
}

function makeDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new StoreError(
      'store_unwritable',
      `${directory} is a file; name a directory for the data.`,
    );
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** The data file is made empty if there is none. The lock file is not opened: closing it would drop LMDB's locks. */
function checkWritable(directory: string, dataFile: string): void {
  closeSync(openSync(dataFile, 'a', 0o600));
  const lockFile = join(directory, 'lock.mdb');
  accessSync(existsSync(lockFile) ? lockFile : directory, constants.W_OK);
}

/**
 * Brings a file that is shorter than its last page to its full length. Under the write lock, or another process could
 * be growing it. Pages that were never written stay unused; damaged ones are zeros now, which LMDB reports.
 */
function fillUp(dataFile: string): void {
  const found = inspectDataFile(dataFile);
  if (found.kind === 'lmdb' && found.bytes < found.bytesInUse)
    truncateSync(dataFile, found.bytesInUse);
}

function checkFormat(directory: string, counters: CounterTable): void {
  const found = counters.get(formatCounter);
  if (found === undefined) counters.putSync(formatCounter, dataFormat);
  else if (found > dataFormat)
    throw new StoreError(
      'store_newer_format',
      `The data in ${directory} was written by a newer version of Rollcall (data format ${found}, this version ` +
        `knows ${dataFormat}); start that version, or name another directory.`,
    );
}

export class LmdbEnvironment {
  readonly directory: string;
  readonly #root: RootDatabase;
  readonly #counters: CounterTable;
  readonly #commits: GroupCommit;
  #closing: Promise<void> | undefined;

  constructor(directory: string, root: RootDatabase, counters: CounterTable) {
    this.directory = directory;
    this.#root = root;
    this.#counters = counters;
    this.#commits = new GroupCommit(root, counters, (cause) => lmdbFailure(directory, cause));
  }

  /** Opens a table of bytes, making it if need be. Touch it only within `write` and `read`. */
  table<K extends Key>(name: string): Database<Uint8Array, K> {
    return this.read(() => this.#root.openDB<Uint8Array, K>({ name, encoding: 'binary' }));
  }

  /** Resolves with the operation's result when it is durable. */
  write<T>(operation: LmdbOperation<T>): Promise<T> {
    return this.#commits.run(operation);
  }

  /** Runs a synchronous look into the tables, with failures as `StoreError`. */
  read<T>(look: () => T): T {
    if (this.#closing) throw new StoreError('store_closed', 'The database was closed.');
    try {
      return look();
    } catch (error) {
      throw lmdbFailure(this.directory, error);
    }
  }

  /** A counter as last committed. */
  counter(name: string): number {
    return this.read(() => this.#counters.get(name) ?? 0);
  }

  /** Resolves when what was asked before is durable or has failed; all later use fails with `store_closed`. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#commits.close();
    await this.#root.close();
  }
}
