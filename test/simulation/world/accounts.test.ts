// Accounts that come and go in a simulated cluster.
import type { EngineAdmin } from '@rollcall/cluster';
import { expect, test } from 'vitest';
import type { Fact } from '../promises/observation.ts';
import { Accounts } from './accounts.ts';
import { SimClock } from './sim-clock.ts';
import { mortals } from './users.ts';

const user = mortals[0]!;

function accountsOver(removeUser: () => Promise<boolean>) {
  const clock = new SimClock();
  const told: Fact[] = [];
  const accounts = new Accounts(clock, {
    admin: () => ({ removeUser }) as Partial<EngineAdmin> as EngineAdmin,
    tell: (fact) => told.push(fact),
  });
  return { clock, told, accounts };
}

test('a removal that fails is asked for until it works, and told once', async () => {
  let attempts = 0;
  const { clock, told, accounts } = accountsOver(() => {
    attempts += 1;
    return attempts < 3 ? Promise.reject(new Error('away')) : Promise.resolve(false);
  });
  accounts.remove(user);
  accounts.remove(user);
  expect(accounts.changedWithin(0)).toBe(true);
  await clock.advance(20_000);
  expect(attempts).toBe(3);
  expect(told).toEqual([{ kind: 'account', user, exists: false }]);
  expect(accounts.changedWithin(1_000)).toBe(false);
});

test('one that its process never answers is asked of another', async () => {
  let attempts = 0;
  const { clock, told, accounts } = accountsOver(() => {
    attempts += 1;
    return attempts === 1 ? new Promise(() => undefined) : Promise.resolve(true);
  });
  accounts.remove(user);
  await clock.advance(5_000);
  expect(told).toHaveLength(1);
});

test('an account that is there is not made', async () => {
  const { clock, told, accounts } = accountsOver(() => Promise.resolve(true));
  accounts.make(user);
  await clock.advance(5_000);
  expect(told).toEqual([]);
});
