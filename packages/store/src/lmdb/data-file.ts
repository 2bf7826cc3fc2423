/**
 * A look at LMDB's data file before LMDB has it: a file that LMDB refuses crashes lmdb 3.5 (it uses freed memory), and
 * a page that a shortened file lacks ends the process with SIGBUS, both without a word.
 *
 * LMDB (data version 2) starts with two meta pages, of which the one with the higher transaction number counts. The
 * offsets are those of `MDB_page` and `MDB_meta` in lmdb's mdb.c, in the machine's byte order.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

const magic = 0xbeefc0de;
const dataVersion = 2;
const offsets = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152 };
const metaBytes = 160;

export type DataFile =
  | { readonly kind: 'empty' | 'foreign' }
  | {
      readonly kind: 'lmdb';
      readonly bytes: number;
      /** What the pages in use reach up to. The file may be shorter by pages that were never written. */
      readonly bytesInUse: number;
    };

export function inspectDataFile(path: string): DataFile {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size === 0) return { kind: 'empty' };
    const first = readMeta(file, 0);
    const second = first && readMeta(file, first.pageSize);
    if (!first || !second) return { kind: 'foreign' };
    const newest = second.transaction > first.transaction ? second : first;
    const bytesInUse = (newest.lastPage + 1) * newest.pageSize;
    // The size is asked after the meta was read: another process writes its pages first, its meta last.
    return { kind: 'lmdb', bytes: fstatSync(file).size, bytesInUse };
  } finally {
    closeSync(file);
  }
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
  if ((view.getUint32(offsets.version, little) & 0xffff) !== dataVersion) return undefined;
  return {
    pageSize: view.getUint32(offsets.pageSize, little),
    lastPage: Number(view.getBigUint64(offsets.lastPage, little)),
    transaction: Number(view.getBigUint64(offsets.transaction, little)),
  };
}
