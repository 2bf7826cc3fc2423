/** What every coordination service does, as tests that each adapter passes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bucket, BucketChange, Coordination } from './coordination.ts';

export interface CoordinationFixture {
  /** Two views of one service, as two processes have them. */
  readonly one: Coordination;
  readonly other: Coordination;
  /** Lets so much time pass. */
  readonly pass: (ms: number) => Promise<void>;
  dispose?(): Promise<void>;
}

/** `make` gives views of an empty service. Its leases should live shortly: the tests wait for them to run out. */
export function coordinationContract(name: string, make: () => Promise<CoordinationFixture>): void {
  describe(`coordination: ${name}`, () => {
    let fixture: CoordinationFixture;
    let facts: Bucket;
    const watches: { readonly stop: () => void }[] = [];

    beforeEach(async () => {
      fixture = await make();
      facts = fixture.one.facts;
    });

    afterEach(async () => {
      for (const watch of watches.splice(0)) watch.stop();
      await fixture.dispose?.();
    });

    async function write(bucket: Bucket, key: string, value: string, expected = 0) {
      const written = await bucket.write(key, value, expected);
      if (!written.ok) throw new Error(`conflict on ${key}`);
      return written.revision;
    }

    test('gives back what was written, to every process', async () => {
      const revision = await write(facts, 'map', 'one');
      expect(await facts.read('map')).toMatchObject({ key: 'map', value: 'one', revision });
      expect(await fixture.other.facts.read('map')).toMatchObject({ value: 'one', revision });
      expect(await facts.read('none')).toBeUndefined();
    });

    test('makes a key only once', async () => {
      await write(facts, 'leader', 'one');
      expect(await fixture.other.facts.write('leader', 'other', 0)).toEqual({ ok: false });
    });

    test('lets only one of two write what both have read', async () => {
      const revision = await write(facts, 'map', 'one');
      const outcomes = await Promise.all([
        fixture.one.facts.write('map', 'two', revision),
        fixture.other.facts.write('map', 'three', revision),
      ]);
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    });

    test('has revisions that grow with every write', async () => {
      const first = await write(facts, 'map', 'one');
      const second = await write(facts, 'map', 'two', first);
      expect(first).toBeGreaterThan(0);
      expect(second).toBeGreaterThan(first);
    });

    test('removes only what has not been written meanwhile', async () => {
      const first = await write(facts, 'drain.a', 'x');
      const second = await write(facts, 'drain.a', 'y', first);
      expect(await facts.remove('drain.a', first)).toBe(false);
      expect(await facts.remove('drain.a', second)).toBe(true);
      expect(await facts.remove('drain.a', second)).toBe(false);
      expect(await facts.read('drain.a')).toBeUndefined();
      await write(facts, 'drain.a', 'again');
    });

    test('lists what there is, or what begins as asked', async () => {
      expect(await facts.entries()).toEqual([]);
      await write(facts, 'node.a-1', 'x');
      await write(facts, 'node.b_2', 'y');
      const listed = (await facts.entries()).map(({ key, value }) => `${key}=${value}`);
      expect(listed.sort()).toEqual(['node.a-1=x', 'node.b_2=y']);
      expect((await facts.entries('node.b')).map(({ key }) => key)).toEqual(['node.b_2']);
      expect(await facts.entries('drain.')).toEqual([]);
    });

    test('keeps leases and facts apart', async () => {
      await write(facts, 'leader', 'x');
      expect(await fixture.one.leases.read('leader')).toBeUndefined();
    });

    test('tells watchers what is there, and then every change in order', async () => {
      const revision = await write(facts, 'map', 'one');
      const told = new Told();
      watches.push(await fixture.other.facts.watch((change) => told.add(change)));
      await told.until('map=one');
      const second = await write(facts, 'map', 'two', revision);
      await write(facts, 'map', 'three', second);
      const drain = await write(facts, 'drain.a', 'x');
      await facts.remove('drain.a', drain);
      await told.until('drain.a=');
      expect(told.seen).toEqual(['map=one', 'map=two', 'map=three', 'drain.a=x', 'drain.a=']);
    });

    test('tells a watcher nothing after it was stopped', async () => {
      const stopped = new Told();
      const watch = await facts.watch((change) => stopped.add(change));
      watch.stop();
      const told = new Told();
      watches.push(await facts.watch((change) => told.add(change)));
      await write(facts, 'map', 'one');
      await told.until('map=one');
      expect(stopped.seen).toEqual([]);
    });

    describe('a lease', () => {
      test('is gone when it is not renewed, and can be taken by another then', async () => {
        const { one, other } = fixture;
        await write(one.leases, 'leader', 'one');
        expect(await other.leases.write('leader', 'other', 0)).toEqual({ ok: false });
        await fixture.pass(one.leases.ttlMs * 1.5 + 500);
        expect(await other.leases.read('leader')).toBeUndefined();
        await write(other.leases, 'leader', 'other');
      });

      test('lives as long as it is renewed', async () => {
        const { one, other } = fixture;
        let revision = await write(one.leases, 'leader', 'one');
        for (let renewals = 0; renewals < 4; renewals++) {
          await fixture.pass(one.leases.ttlMs / 2);
          revision = await write(one.leases, 'leader', 'one', revision);
        }
        expect(await other.leases.write('leader', 'other', 0)).toEqual({ ok: false });
      });

      test('cannot be renewed by whoever has lost it', async () => {
        const { one, other } = fixture;
        const revision = await write(one.leases, 'leader', 'one');
        const taken = await write(other.leases, 'leader', 'other', revision);
        expect(await one.leases.write('leader', 'one', revision)).toEqual({ ok: false });
        expect(await other.leases.read('leader')).toMatchObject({ revision: taken });
      });

      test('does not take facts with it', async () => {
        await write(facts, 'map', 'one');
        await fixture.pass(fixture.one.leases.ttlMs * 1.5 + 500);
        expect(await facts.read('map')).toMatchObject({ value: 'one' });
      });
    });
  });
}

/** What a watcher was told, for whoever waits for something to be among it. */
class Told {
  readonly seen: string[] = [];
  #waiting: { readonly text: string; readonly resolve: () => void } | undefined;

  add({ key, value }: BucketChange): void {
    const text = `${key}=${value ?? ''}`;
    this.seen.push(text);
    if (this.#waiting?.text === text) this.#waiting.resolve();
  }

  async until(text: string): Promise<void> {
    if (this.seen.includes(text)) return;
    await new Promise<void>((resolve) => {
      this.#waiting = { text, resolve };
    });
  }
}
