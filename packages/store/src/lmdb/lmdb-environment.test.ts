import {
  chmod,
  mkdir,
  open as openFile,
  readFile,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { open as openRaw } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory, type TemporaryDirectory } from '../../test/temporary-directory.ts';
import { LmdbRecordStore } from '../record/record-store.lmdb.ts';
import { StoreError } from '../store-error.ts';
import { openLmdb } from './lmdb-environment.ts';

let directory: TemporaryDirectory;
let data: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  data = join(directory.path, 'data');
});

afterEach(() => directory.remove());

/** Fills a new database with so many records of 3,000 bytes. */
async function fill(count: number): Promise<void> {
  const environment = await openLmdb(data);
  const records = new LmdbRecordStore(environment);
  await Promise.all(keys(count).map((key) => records.write(key, new Uint8Array(3_000).fill(1), 0)));
  await environment.close();
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `record/${index}`);

describe('opening', () => {
  test('makes the directory, readable for nobody else', async () => {
    const environment = await openLmdb(join(data, 'below', 'below'));
    expect((await stat(join(data, 'below', 'below'))).mode & 0o777).toBe(0o700);
    await environment.close();
  });

  test('finds what was written before', async () => {
    await fill(10);
    const environment = await openLmdb(data);
    const records = new LmdbRecordStore(environment);
    expect((await records.readMany(keys(10))).every((record) => record?.value[2_999] === 1)).toBe(
      true,
    );
    await environment.close();
  });

  test('the map grows with what is written', async () => {
    const environment = await openLmdb(data);
    const records = new LmdbRecordStore(environment);
    const value = new Uint8Array(200_000);
    await Promise.all(keys(200).map((key) => records.write(key, value, 0)));
    expect((await stat(join(data, 'data.mdb'))).size).toBeGreaterThan(40_000_000);
    expect((await records.read('record/0'))?.value).toHaveLength(200_000);
    await environment.close();
  });
});

describe('opening fails with a code and a sentence', () => {
  const refused = (code: string, sentence: RegExp) => ({
    name: 'StoreError',
    code,
    message: expect.stringMatching(sentence) as string,
  });

  test('on a path that is a file', async () => {
    await writeFile(data, 'not a directory');
    const fault = refused('store_unwritable', /^\/.*data is a file; name a directory/);
    await expect(openLmdb(data)).rejects.toMatchObject(fault);
  });

  test('on a path below a file', async () => {
    await writeFile(data, 'not a directory');
    const fault = refused('store_unwritable', /A part of the path .* is a file/);
    await expect(openLmdb(join(data, 'below'))).rejects.toMatchObject(fault);
  });

  test.each(['a directory that cannot be made', 'a directory that cannot be written'])(
    'on %s',
    async (which) => {
      if (which.endsWith('written')) await mkdir(data, { mode: 0o555 });
      await chmod(directory.path, 0o555);
      const fault = refused('store_unwritable', /is not writable for this user; give the user/);
      await asOrdinaryUser(() => expect(openLmdb(data)).rejects.toMatchObject(fault));
      await chmod(directory.path, 0o755);
    },
  );

  test('on data of a newer version', async () => {
    await fill(1);
    const raw = openRaw({ path: data, noSubdir: false, overlappingSync: false });
    await raw.openDB({ name: 'counters' }).put('format', 2);
    await raw.close();
    const fault = refused('store_newer_format', /newer version .*format 2, this version knows 1/);
    await expect(openLmdb(data)).rejects.toMatchObject(fault);
  });

  describe('on a damaged file', () => {
    const fault = refused('store_corrupt', /is damaged or was not made by Rollcall; restore/);
    const file = () => join(data, 'data.mdb');

    test('that was never a database', async () => {
      await mkdir(data);
      await writeFile(file(), Buffer.alloc(100_000, 'garbage'));
      await expect(openLmdb(data)).rejects.toMatchObject(fault);
    });

    test('of which only a part of the head is left', async () => {
      await fill(10);
      await truncate(file(), 5_000);
      await expect(openLmdb(data)).rejects.toMatchObject(fault);
    });

    test('of which only the head is left', async () => {
      await fill(10);
      await truncate(file(), 8_192);
      await expect(openLmdb(data)).rejects.toMatchObject(fault);
    });

    test('of another format of LMDB', async () => {
      await fill(1);
      await overwrite(file(), 28, Buffer.of(9, 0, 0, 0));
      await overwrite(file(), 4_096 + 28, Buffer.of(9, 0, 0, 0));
      await expect(openLmdb(data)).rejects.toMatchObject(fault);
    });
  });

  test('and the directory can be opened once the fault is mended', async () => {
    await writeFile(data, 'not a directory');
    await expect(openLmdb(data)).rejects.toThrow(StoreError);
    const other = join(directory.path, 'other');
    await (await openLmdb(other)).close();
  });
});

describe('a file cut in the middle', () => {
  test.each([0.25, 0.5, 0.75, 0.95])(
    'to %d of its size gives right values or StoreErrors, never a crash',
    async (part) => {
      await fill(300);
      const file = join(data, 'data.mdb');
      await truncate(file, Math.floor((await stat(file)).size * part));
      expect(await readEverything()).toBeGreaterThan(0);
    },
  );

  /** How many failures there were; what could be read must be right. */
  async function readEverything(): Promise<number> {
    let failures = 0;
    try {
      const environment = await openLmdb(data);
      const records = new LmdbRecordStore(environment);
      for (const key of keys(300)) {
        const outcome = await records.read(key).catch((error: unknown) => error);
        if (outcome instanceof StoreError) failures += 1;
        else expect(outcome).toMatchObject({ value: new Uint8Array(3_000).fill(1) });
      }
      await environment.close();
    } catch (error) {
      expect(error).toBeInstanceOf(StoreError);
      failures += 1;
    }
    return failures;
  }
});

describe('a closed environment', () => {
  test('lets what was under way become durable, and refuses the rest', async () => {
    const environment = await openLmdb(data);
    const records = new LmdbRecordStore(environment);
    const writing = keys(50).map((key) => records.write(key, Uint8Array.of(1), 0));
    await Promise.resolve();
    const closing = environment.close();
    await expect(records.write('late', Uint8Array.of(1), 0)).rejects.toMatchObject({
      code: 'store_closed',
    });
    await expect(records.read('record/1')).rejects.toMatchObject({ code: 'store_closed' });
    await Promise.all([closing, environment.close(), ...writing]);
    expect(() => environment.table('records')).toThrow(StoreError);

    const again = await openLmdb(data);
    const found = await new LmdbRecordStore(again).readMany(keys(50));
    expect(found.every((record) => record?.value[0] === 1)).toBe(true);
    await again.close();
  });
});

describe('a damaged record', () => {
  test('is reported with its key and concerns no other', async () => {
    await fill(2);
    const raw = openRaw({ path: data, noSubdir: false, overlappingSync: false });
    await raw.openDB({ name: 'records', encoding: 'binary' }).put('record/0', Buffer.of(1, 2));
    await raw.close();
    const environment = await openLmdb(data);
    const records = new LmdbRecordStore(environment);
    const fault = {
      code: 'record_corrupt',
      message: expect.stringContaining('record/0') as string,
    };
    await expect(records.read('record/0')).rejects.toMatchObject(fault);
    await expect(records.write('record/0', Uint8Array.of(1), 1)).rejects.toMatchObject(fault);
    expect((await records.read('record/1'))?.value).toHaveLength(3_000);
    await environment.close();
  });
});

async function overwrite(path: string, position: number, bytes: Uint8Array): Promise<void> {
  const file = await openFile(path, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
  expect((await readFile(path)).subarray(position, position + bytes.length)).toEqual(bytes);
}

/** The superuser may write anywhere, so tests of what is not writable have to be somebody else for a moment. */
async function asOrdinaryUser(act: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
  }
}
