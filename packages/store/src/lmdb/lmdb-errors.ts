/**
 * What LMDB and the operating system say, as `StoreError`s with a sentence that an operator can act on.
 */
import { constants } from 'node:os';
import { StoreError } from '../store-error.ts';

const { EACCES, EDQUOT, EFBIG, EIO, ENOSPC, ENOTDIR, EPERM, EROFS } = constants.errno;

/** LMDB's own codes, from lmdb.h. */
const MDB_PAGE_NOTFOUND = -30797;
const MDB_CORRUPTED = -30796;
const MDB_PANIC = -30795;
const MDB_VERSION_MISMATCH = -30794;
const MDB_INVALID = -30793;

/** `cause` is what lmdb or node:fs threw: it carries a number, LMDB's code or an errno. */
export function lmdbFailure(directory: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const options = { cause };
  switch (errorNumber(cause)) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EIO: // also what LMDB makes of a write that the disk took half of
      return new StoreError(
        'store_unavailable',
        `The disk that holds ${directory} is full or failing, nothing was written; free some space or look after ` +
          'the disk, then try again.',
        options,
      );
    case MDB_PANIC:
      return new StoreError(
        'store_unavailable',
        `The database in ${directory} stopped itself after the disk had failed; restart to open it again.`,
        options,
      );
    case EACCES:
    case EPERM:
    case EROFS:
      return new StoreError(
        'store_unwritable',
        `The data directory ${directory} is not writable for this user; give the user the right to write it, ` +
          'or name another directory.',
        options,
      );
    case ENOTDIR:
      return new StoreError(
        'store_unwritable',
        `A part of the path ${directory} is a file; name a directory for the data.`,
        options,
      );
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
      return corruptDatabase(directory, options);
    default:
      return new StoreError(
        'store_unavailable',
        `The database in ${directory} failed: ${messageOf(cause)}.`,
        options,
      );
  }
}

export function corruptDatabase(directory: string, options?: ErrorOptions): StoreError {
  return new StoreError(
    'store_corrupt',
    `The database in ${directory} is damaged or was not made by Rollcall; restore a backup, or start with an ` +
      'empty directory.',
    options,
  );
}

function errorNumber(cause: unknown): number | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { errno, code } = cause as { errno?: unknown; code?: unknown };
  // node:fs has negative errnos and texts as codes; lmdb has its number as the code.
  if (typeof errno === 'number') return Math.abs(errno);
  return typeof code === 'number' ? code : undefined;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
