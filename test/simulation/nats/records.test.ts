// The simulated records, when their end is lost.
import { expect, test } from 'vitest';
import type { ProcessId } from '@rollcall/cluster';
import { Machine } from '../world/machine.ts';
import { SimClock } from '../world/sim-clock.ts';
import { Dice } from '../run/dice.ts';
import { Connection } from './connection.ts';
import { SimRecords } from './records.ts';

test('the last writes and deletions are as if they had not been, and their revisions are given again', async () => {
  const clock = new SimClock();
  const records = new SimRecords(clock, 20_000);
  const machine = new Machine({ clock, offsetMs: 0, rate: 1 });
  const by = new Connection(machine, clock, new Dice(1));
  const text = (value: string) => new TextEncoder().encode(value);
  const lost: string[] = [];
  records.onLoss = (key) => lost.push(key);
  expect(records.put(by, 'a', text('1'), 0, true)).toEqual({ ok: true, revision: 1 });
  expect(records.put(by, 'b', text('1'), 0, false)).toEqual({ ok: true, revision: 2 });
  await clock.advance(2_000);
  expect(records.put(by, 'a', text('2'), 1, false)).toEqual({ ok: true, revision: 3 });
  expect(records.put(by, 'b', undefined, 2, false)).toEqual({ ok: true, revision: 4 });
  expect(records.put(by, 'c', text('1'), 0, false)).toEqual({ ok: true, revision: 5 });

  records.lose(1_000);

  expect(lost.sort()).toEqual(['a', 'b', 'c']);
  expect(records.read('a')).toEqual({ value: text('1'), revision: 1 });
  expect(records.keys('a', true)).toEqual(['a']);
  expect(records.read('b')).toEqual({ value: text('1'), revision: 2 });
  expect(records.read('c')).toBeUndefined();
  expect(records.put(by, 'c', text('3'), 0, false)).toEqual({ ok: true, revision: 3 });
});

test('what is lost was known to those who had written or read the last of it', async () => {
  const clock = new SimClock();
  const records = new SimRecords(clock, 20_000);
  const machine = new Machine({ clock, offsetMs: 0, rate: 1 });
  const [former, writer, reader] = ['former', 'writer', 'reader'].map((process) => {
    const by = new Connection(machine, clock, new Dice(1));
    by.process = process as ProcessId;
    return by;
  }) as [Connection, Connection, Connection];
  let known: ReadonlySet<string> | undefined;
  records.onLoss = (_key, knownTo) => (known = knownTo);
  records.put(former, 'a', new Uint8Array(), 0, false);
  await clock.advance(2_000);
  records.put(writer, 'a', new Uint8Array(), 1, false);
  records.readBy(reader, 'a');

  records.lose(1_000);

  expect(known).toEqual(new Set(['writer', 'reader']));
});
