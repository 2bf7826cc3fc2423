import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToldMap } from './told-map.ts';

test('holds what a Map would hold', () => {
  const change = fc.record({ key: fc.string({ maxLength: 2 }), value: fc.option(fc.nat()) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const model = new Map<string, number>();
      let map = new ToldMap<number>();
      for (const { key, value } of changes) {
        if (value === null) model.delete(key);
        else model.set(key, value);
        map = value === null ? map.without(key) : map.with(key, value);
      }
      expect(map.size).toBe(model.size);
      for (const { key } of changes) expect(map.get(key)).toBe(model.get(key));
    }),
  );
});

test('leaves the map that it was made from as it was', () => {
  const before = new ToldMap<number>().with('a', 1);
  before.with('a', 2).with('b', 3);
  expect([before.get('a'), before.get('b'), before.size]).toEqual([1, undefined, 1]);
});

test('holds ten thousand resources', () => {
  const keys = Array.from({ length: 10_000 }, (_, index) => `contact${index}@x/phone`);
  const map = keys.reduce((told, key, index) => told.with(key, index), new ToldMap<number>());
  expect(map.size).toBe(keys.length);
  expect(keys.every((key, index) => map.get(key) === index)).toBe(true);
  expect(keys.reduce((told, key) => told.without(key), map).size).toBe(0);
});
