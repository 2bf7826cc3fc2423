/**
 * Real processes on one directory: killed in the middle of their work, working at once, out of disk space.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileSources, type CompiledSources } from '../../test/compiled-sources.ts';
import { raiseCounter, readCounter } from '../../test/counter.ts';
import { expectWhatWasTold, readNotes } from '../../test/crash-notes.ts';
import { seededRandom } from '../../test/seeded-random.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../test/temporary-directory.ts';
import { LmdbHandshakeQueue } from '../queue/handshake-queue.lmdb.ts';
import { LmdbRecordStore } from '../record/record-store.lmdb.ts';
import { systemTimers } from '../timers.ts';
import { openLmdb } from './lmdb-environment.ts';

const run = promisify(execFile);
const seed = Number(process.env['SEED'] ?? 20_260_101);

let compiled: CompiledSources;
let directory: TemporaryDirectory;

beforeAll(async () => {
  compiled = await compileSources();
});

afterAll(() => compiled.remove());

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(() => directory.remove());

describe('a process killed with SIGKILL', () => {
  test(`loses nothing that it was told is durable, at any moment (SEED=${seed})`, async () => {
    const random = seededRandom(seed);
    const data = join(directory.path, 'data');
    const notes = join(directory.path, 'notes');
    for (let round = 1, isMuch = false; round <= 10 || !isMuch; round += 1) {
      await writeAndKill(data, notes, round, random() * 200);
      const told = readNotes(await readFile(notes, 'utf8'));
      await expectWhatWasTold(told, data);
      // On a busy machine more rounds are needed until enough was told for this to mean something.
      isMuch =
        told.published.size > 300 &&
        told.acknowledged.size > 100 &&
        Math.max(...told.written.values()) > 5;
    }
  });

  test('does not hold up the others that have the directory open', async () => {
    const random = seededRandom(seed + 1);
    const data = join(directory.path, 'data');
    const environment = await openLmdb(data);
    const records = new LmdbRecordStore(environment);
    for (let round = 1; round <= 5; round += 1) {
      await writeAndKill(data, join(directory.path, 'notes'), round, random() * 30);
      await expectToWork(records);
    }
    await environment.close();
  });

  test('while it makes a new database leaves one that opens', async () => {
    const random = seededRandom(seed + 2);
    for (let round = 1; round <= 6; round += 1) {
      const data = join(directory.path, `new ${round}`);
      const writer = startWriter(data, join(directory.path, 'notes'), round);
      await killAfter(writer, 30 + random() * 70);
      const environment = await openLmdb(data);
      await expectToWork(new LmdbRecordStore(environment));
      await environment.close();
    }
  });

  /** Kills the writer so long after it has begun to write. */
  async function writeAndKill(data: string, notes: string, round: number, afterMs: number) {
    const writer = startWriter(data, notes, round);
    await once(writer.stdout, 'data');
    await killAfter(writer, afterMs);
  }

  function startWriter(data: string, notes: string, round: number) {
    const args = [compiled.pathOf('test/crash-writer.ts'), data, notes, String(round)];
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async function killAfter(writer: ChildProcess, ms: number): Promise<void> {
    setTimeout(() => writer.kill('SIGKILL'), ms);
    expect(await once(writer, 'exit')).toEqual([null, 'SIGKILL']);
  }

  async function expectToWork(records: LmdbRecordStore): Promise<void> {
    const key = 'after';
    const before = await records.read(key);
    const outcome = await records.write(key, Uint8Array.of(1), before?.revision ?? 0);
    expect(outcome).toMatchObject({ ok: true });
    expect((await records.read(key))?.value).toEqual(Uint8Array.of(1));
  }
});

describe('several processes with one directory open', () => {
  test('overwrite nothing of each other, and hear of each other’s messages', async () => {
    const environment = await openLmdb(directory.path);
    const records = new LmdbRecordStore(environment);
    const queue = new LmdbHandshakeQueue(environment, {
      timers: systemTimers,
      pollIntervalMs: 10,
    });
    const acknowledged = new Set<string>();
    const allAcknowledged = new Promise<void>((resolve) => {
      void queue.consume(0, { maxInFlight: 5, ackWaitMs: 60_000 }, (delivery) => {
        void delivery.ack().then(() => {
          acknowledged.add(delivery.message.id);
          if (acknowledged.size === 120) resolve();
        });
      });
    });
    const raise = (name: string) =>
      run(process.execPath, [compiled.pathOf('test/raise-counter.ts'), directory.path, name, '40']);
    await Promise.all([raise('one'), raise('two'), raiseCounter(records, queue, 'here', 40)]);
    expect(await readCounter(records)).toBe(120);
    await allAcknowledged;
    expect(await queue.depth()).toBe(0);
    await queue.close();
    await environment.close();
  });
});

describe('a disk that is full', () => {
  test('fails the write with a sentence, and leaves the store whole and readable', async () => {
    // A limit on the size of files stands for the end of the disk; without the trap it would be a signal.
    const script = `trap '' XFSZ; ulimit -f 400; exec "$0" "$@"`;
    const args = ['-c', script, process.execPath, compiled.pathOf('test/fill-disk.ts')];
    const { stdout } = await run('sh', [...args, directory.path]);
    expect(JSON.parse(stdout)).toMatchObject({
      codes: ['store_unavailable', 'store_unavailable', 'store_unavailable'],
      message: expect.stringContaining(
        `The disk that holds ${directory.path} is full or failing`,
      ) as string,
      lastIsThere: true,
      failedIsThere: false,
    });
  });
});
