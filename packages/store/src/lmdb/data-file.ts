/**
 * A look at LMDB's data file before LMDB maps it into memory: a page that a shortened file lacks would end the process
 * with SIGBUS, without a word.
 *
 * LMDB (data version 2) starts with two meta pages, of which the one with the higher transaction number counts. The
 * offsets are those of `MDB_page` and `MDB_meta` in lmdb's mdb.c, in the machine's byte order.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

const magic = 0xbeefc0de;
const offsets = { magic: 24, pageSize: 48, lastPage: 144, transaction: 152 };
const metaBytes = 160;

export type DataFile =
  | { readonly kind: 'absent' | 'foreign' }
  | {
      readonly kind: 'lmdb';
      readonly bytes: number;
      /** What the pages in use reach up to. The file may be shorter by pages that were never written. */
      readonly bytesInUse: number;
    };

export function inspectDataFile(path: string): DataFile {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' };
    throw error;
  }
  try {
    return inspect(file);
  } finally {
    closeSync(file);
  }
}

function inspect(file: number): DataFile {
  if (fstatSync(file).size === 0) return { kind: 'absent' };
  const first = readMeta(file, 0);
  const second = first && readMeta(file, first.pageSize);
  if (!first || !second) return { kind: 'foreign' };
  const newest = second.transaction > first.transaction ? second : first;
  // The size is asked after the meta was read: another process writes its pages first, its meta last.
  return {
    kind: 'lmdb',
    bytes: fstatSync(file).size,
    bytesInUse: (newest.lastPage + 1) * newest.pageSize,
  };
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
}

function readMeta(file: number, position: number): Meta | undefined {
  const bytes = Buffer.alloc(metaBytes);
  if (readSync(file, bytes, 0, metaBytes, position) < metaBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = endianness() === 'LE';
  if (view.getUint32(offsets.magic, little) !== magic) return undefined;
  return {
    pageSize: view.getUint32(offsets.pageSize, little),
    lastPage: Number(view.getBigUint64(offsets.lastPage, little)),
    transaction: Number(view.getBigUint64(offsets.transaction, little)),
  };
}
