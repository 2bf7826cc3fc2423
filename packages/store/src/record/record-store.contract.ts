/**
 * What every record store does, as tests that each adapter passes.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { maxKeyBytes, userKey } from './record-key.ts';
import type { RecordStore } from './record-store.ts';

export interface RecordStoreFixture {
  readonly store: RecordStore;
  /** Called after each test, once the store is closed. */
  dispose?(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const conflict = { ok: false, reason: 'conflict' };

/** `make` gives an empty store. */
export function recordStoreContract(name: string, make: () => Promise<RecordStoreFixture>): void {
  describe(`record store: ${name}`, () => {
    let fixture: RecordStoreFixture;
    let store: RecordStore;

    beforeEach(async () => {
      fixture = await make();
      store = fixture.store;
    });

    afterEach(async () => {
      await store.close();
      await fixture.dispose?.();
    });

    async function write(key: string, text: string, expected = 0, unsettled = false) {
      const outcome = await store.write(key, bytes(text), expected, { unsettled });
      if (!outcome.ok) throw new Error(`conflict on ${key}`);
      return outcome.revision;
    }

    describe('reading and writing', () => {
      test('what was never written is undefined', async () => {
        expect(await store.read('user/nobody')).toBeUndefined();
      });

      test('a write is read back with its revision', async () => {
        const revision = await write('user/a', 'one');
        expect(revision).toBeGreaterThan(0);
        expect(await store.read('user/a')).toEqual({ value: bytes('one'), revision });
      });

      test('any bytes are kept as they are, from none to a megabyte', async () => {
        const values = [
          new Uint8Array(0),
          Uint8Array.from({ length: 256 }, (_, index) => index),
          new Uint8Array(1_000_000).fill(0xee),
        ];
        for (const [index, value] of values.entries()) {
          await store.write(`any/${index}`, value, 0);
          const read = await store.read(`any/${index}`);
          expect(Buffer.from(read?.value ?? []).equals(value)).toBe(true);
        }
      });

      test('neither side sees what the other does to its bytes afterwards', async () => {
        const mine = bytes('kept');
        const writing = store.write('user/a', mine, 0);
        mine.fill(0);
        await writing;
        const read = await store.read('user/a');
        expect(read?.value).toEqual(bytes('kept'));
        read?.value.fill(0);
        expect((await store.read('user/a'))?.value).toEqual(bytes('kept'));
      });

      test('several keys are read in the order of the question', async () => {
        const a = await write('user/a', 'A');
        const b = await write('user/b', 'B');
        expect(await store.readMany(['user/b', 'user/none', 'user/a', 'user/b'])).toEqual([
          { value: bytes('B'), revision: b },
          undefined,
          { value: bytes('A'), revision: a },
          { value: bytes('B'), revision: b },
        ]);
        expect(await store.readMany([])).toEqual([]);
      });

      test('the longest keys and the longest JIDs have their place', async () => {
        const longest = 'k'.repeat(maxKeyBytes);
        const longJid = `${'ä'.repeat(511)}@${'d'.repeat(1023)}` as BareJid;
        await write(longest, 'long');
        await write(`user/${userKey(longJid)}`, 'jid');
        expect((await store.read(longest))?.value).toEqual(bytes('long'));
        expect((await store.read(`user/${userKey(longJid)}`))?.value).toEqual(bytes('jid'));
      });

      const tooLong = 'k'.repeat(maxKeyBytes + 1);
      test.each(['', 'ä', 'a b', '/a', 'a/', 'a//b', 'a..b', '.a', 'a*', 'a>', tooLong])(
        'the key %# is refused as the bug it is',
        async (key) => {
          await expect(store.read(key)).rejects.toThrow(TypeError);
          await expect(store.write(key, bytes('x'), 0)).rejects.toThrow(TypeError);
          await expect(store.delete(key, 1)).rejects.toThrow(TypeError);
        },
      );
    });

    describe('compare and set', () => {
      test('creating what exists is a conflict and changes nothing', async () => {
        const revision = await write('user/a', 'first');
        expect(await store.write('user/a', bytes('second'), 0)).toEqual(conflict);
        expect(await store.read('user/a')).toEqual({ value: bytes('first'), revision });
      });

      test('a write over an outdated revision is a conflict and changes nothing', async () => {
        const first = await write('user/a', 'first');
        const second = await write('user/a', 'second', first);
        expect(second).toBeGreaterThan(first);
        expect(await store.write('user/a', bytes('third'), first)).toEqual(conflict);
        expect(await store.read('user/a')).toEqual({ value: bytes('second'), revision: second });
      });

      test('expecting a revision of what does not exist is a conflict', async () => {
        const other = await write('user/b', 'B');
        expect(await store.write('user/a', bytes('x'), other)).toEqual(conflict);
        expect(await store.read('user/a')).toBeUndefined();
      });

      test('of many writers that expect the same revision exactly one succeeds', async () => {
        const revision = await write('user/a', 'start');
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, writer) =>
            store.write('user/a', bytes(`writer ${writer}`), revision),
          ),
        );
        const winners = outcomes.flatMap((outcome, writer) => (outcome.ok ? [writer] : []));
        expect(winners).toHaveLength(1);
        expect((await store.read('user/a'))?.value).toEqual(bytes(`writer ${winners[0]}`));
      });

      test('concurrent writers that try again lose no update', async () => {
        async function append(mark: string): Promise<void> {
          for (;;) {
            const read = await store.read('log');
            const text = new TextDecoder().decode(read?.value);
            const outcome = await store.write('log', bytes(text + mark), read?.revision ?? 0);
            if (outcome.ok) return;
          }
        }
        const marks = Array.from({ length: 12 }, (_, index) => String.fromCharCode(97 + index));
        await Promise.all(marks.map(append));
        const read = await store.read('log');
        expect(Array.from(new TextDecoder().decode(read?.value)).sort()).toEqual(marks);
      });
    });

    describe('deletion', () => {
      test('what was deleted is gone', async () => {
        const revision = await write('user/a', 'A');
        expect(await store.delete('user/a', revision)).toMatchObject({ ok: true });
        expect(await store.read('user/a')).toBeUndefined();
      });

      test('deleting an outdated revision, or what does not exist, is a conflict', async () => {
        const first = await write('user/a', 'first');
        const second = await write('user/a', 'second', first);
        expect(await store.delete('user/a', first)).toEqual(conflict);
        expect(await store.delete('user/none', second)).toEqual(conflict);
        expect(await store.delete('user/none', 0)).toEqual(conflict);
        expect((await store.read('user/a'))?.revision).toBe(second);
      });

      test('revisions grow across deletion, so that an old one never fits again', async () => {
        const before = await write('user/a', 'before');
        await store.delete('user/a', before);
        expect(await store.write('user/a', bytes('stale'), before)).toEqual(conflict);
        const after = await write('user/a', 'after');
        expect(after).toBeGreaterThan(before);
        expect(await store.write('user/a', bytes('stale'), before)).toEqual(conflict);
      });
    });

    describe('listing', () => {
      test('keys come by prefix, each once', async () => {
        for (const key of ['user/a', 'user/b', 'user/b/page/1', 'users', 'account/a'])
          await write(key, key);
        expect(await sorted(store.keys('user/'))).toEqual(['user/a', 'user/b', 'user/b/page/1']);
        expect(await sorted(store.keys('user'))).toHaveLength(4);
        expect(await sorted(store.keys(''))).toHaveLength(5);
        expect(await sorted(store.keys('none'))).toEqual([]);
      });

      test('more keys than fit into one look all come', async () => {
        const keys = Array.from({ length: 1_234 }, (_, index) => `many/${index}`);
        await Promise.all(keys.map((key) => write(key, '')));
        expect(await sorted(store.keys('many/'))).toEqual(keys.sort());
      });

      test('deleted keys do not come, those made again do', async () => {
        const a = await write('user/a', 'A');
        const b = await write('user/b', 'B');
        await store.delete('user/a', a);
        await store.delete('user/b', b);
        await write('user/b', 'again');
        expect(await sorted(store.keys('user/'))).toEqual(['user/b']);
      });

      test('the store may be written while its keys are walked', async () => {
        for (let index = 0; index < 20; index += 1) await write(`user/${index}`, '');
        const seen: string[] = [];
        for await (const key of store.keys('user/')) {
          seen.push(key);
          const read = await store.read(key);
          await store.delete(key, read?.revision ?? 0);
        }
        expect(new Set(seen).size).toBe(20);
        expect(seen).toHaveLength(20);
        expect(await sorted(store.keys(''))).toEqual([]);
      });
    });

    describe('the index of unsettled records', () => {
      test('holds the keys whose last write said so', async () => {
        await write('user/settled', '');
        await write('user/unsettled', '', 0, true);
        await write('other/unsettled', '', 0, true);
        expect(await sorted(store.unsettled('user/'))).toEqual(['user/unsettled']);
        expect(await sorted(store.unsettled(''))).toHaveLength(2);
      });

      test('follows each write of the record, and its deletion', async () => {
        const first = await write('user/a', '', 0, true);
        const second = await write('user/a', '', first, true);
        expect(await sorted(store.unsettled(''))).toEqual(['user/a']);
        const third = await write('user/a', '', second);
        expect(await sorted(store.unsettled(''))).toEqual([]);
        const fourth = await write('user/a', '', third, true);
        await store.delete('user/a', fourth);
        expect(await sorted(store.unsettled(''))).toEqual([]);
        await write('user/a', '');
        expect(await sorted(store.unsettled(''))).toEqual([]);
      });

      test('is untouched by a write that was a conflict', async () => {
        const revision = await write('user/a', '', 0, true);
        await store.write('user/a', bytes('x'), revision + 1);
        expect(await sorted(store.unsettled(''))).toEqual(['user/a']);
      });
    });

    test('a closed store says so', async () => {
      await store.close();
      const closed = { code: 'store_closed' };
      await expect(store.read('user/a')).rejects.toMatchObject(closed);
      await expect(store.readMany(['user/a'])).rejects.toMatchObject(closed);
      await expect(store.write('user/a', bytes('x'), 0)).rejects.toMatchObject(closed);
      await expect(store.delete('user/a', 1)).rejects.toMatchObject(closed);
      await expect(sorted(store.keys(''))).rejects.toMatchObject(closed);
      await expect(sorted(store.unsettled(''))).rejects.toMatchObject(closed);
    });
  });
}

async function sorted(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) found.push(key);
  return found.sort();
}
