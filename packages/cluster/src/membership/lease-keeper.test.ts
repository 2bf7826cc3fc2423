import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryCoordination } from '../coordination/coordination.memory.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const leaseTtlMs = 4_000;
const key = 'node.a';
const value = (process: string) => JSON.stringify({ process });

let clock: VirtualClock;
let service: MemoryCoordination;
let connection: ReturnType<MemoryCoordination['connect']>;
let replaced: number;

beforeEach(() => {
  clock = new VirtualClock();
  service = new MemoryCoordination({ timers: clock, leaseTtlMs });
  connection = service.connect();
  replaced = 0;
});

function keeper(process = 'a~1', lapsed = () => Promise.resolve()): LeaseKeeper {
  return new LeaseKeeper({
    leases: connection.leases,
    timers: clock,
    key,
    value: () => value(process),
    renewEveryMs: 1_000,
    marginMs: 800,
    lapsed,
    replaced: () => {
      replaced += 1;
    },
    renewed: () => undefined,
    failed: () => undefined,
  });
}

async function taken(by: LeaseKeeper, revision = 0): Promise<boolean> {
  const [outcome] = await Promise.all([by.take(revision), clock.settle()]);
  return outcome;
}

describe('a lease', () => {
  test('is held as long as it is renewed', async () => {
    const lease = keeper();
    expect(lease.held).toBe(false);
    expect(await taken(lease)).toBe(true);
    for (let hours = 0; hours < 20; hours++) {
      await clock.advance(leaseTtlMs);
      expect(lease.held).toBe(true);
    }
  });

  test('is no longer relied on before it could have run out (scenario 3)', async () => {
    const lease = keeper();
    await taken(lease);
    connection.setConnected(false);
    await clock.advance(leaseTtlMs - 800 - 1);
    expect(lease.held).toBe(true);
    await clock.advance(2);
    expect(lease.held).toBe(false);
    expect(await service.connect().leases.read(key)).toBeDefined();
  });

  test('is held again when it can be renewed again, if nobody took it', async () => {
    const lease = keeper();
    await taken(lease);
    connection.setConnected(false);
    await clock.advance(leaseTtlMs * 5);
    connection.setConnected(true);
    await clock.advance(2_000);
    expect(lease.held).toBe(true);
    expect(replaced).toBe(0);
  });

  test('that had run out is not relied on before what others decided meanwhile is known', async () => {
    let known = false;
    let asked = 0;
    const lease = keeper('a~1', () => {
      asked += 1;
      return known ? Promise.resolve() : Promise.reject(new Error('not known'));
    });
    await taken(lease);
    await clock.advance(leaseTtlMs);
    expect(asked).toBe(0);
    connection.setConnected(false);
    await clock.advance(leaseTtlMs);
    connection.setConnected(true);
    await clock.advance(leaseTtlMs);
    expect(lease.held).toBe(false);
    known = true;
    await clock.advance(1_000);
    expect(lease.held).toBe(true);
  });

  test('is lost for good to whoever took it meanwhile', async () => {
    const lease = keeper();
    await taken(lease);
    connection.setConnected(false);
    await clock.advance(leaseTtlMs * 2);
    await service.connect().leases.write(key, value('a~2'), 0);
    connection.setConnected(true);
    await clock.advance(2_000);
    expect(lease.held).toBe(false);
    expect(replaced).toBe(1);
    await clock.advance(leaseTtlMs * 3);
    expect(lease.held).toBe(false);
  });

  test('goes to one of two', async () => {
    expect(await taken(keeper('a~1'))).toBe(true);
    expect(await taken(keeper('a~2'))).toBe(false);
  });

  test('survives a renewal that was carried out without an answer', async () => {
    const lease = keeper();
    await taken(lease);
    const held = await service.connect().leases.read(key);
    await service.connect().leases.write(key, value('a~1'), held?.revision ?? 0);
    await clock.advance(leaseTtlMs * 3);
    expect(lease.held).toBe(true);
    expect(replaced).toBe(0);
  });

  test('is free at once when it is released', async () => {
    const lease = keeper();
    await taken(lease);
    await Promise.all([lease.release(), clock.settle()]);
    expect(lease.held).toBe(false);
    expect(await service.connect().leases.read(key)).toBeUndefined();
  });
});
