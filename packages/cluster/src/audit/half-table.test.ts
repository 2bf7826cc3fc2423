import type { SubscriptionState } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import { expect, test } from 'vitest';
import { HalfTable } from './half-table.ts';

const a = 'a@x' as BareJid;
const b = 'b@x' as BareJid;

function half(state: SubscriptionState, asked = 0, heard = 0) {
  return { state, asked, heard };
}

test.each([
  ['the lesser first', a, b],
  ['the greater first', b, a],
])('a pair is there when both halves are, %s', (_, first, second) => {
  const table = new HalfTable({ index: 0, count: 1 });
  expect(table.add(first, second, half('To', 3, 4))).toBeUndefined();
  expect(table.add(second, first, half('From + Pending Out', 5, 6))).toMatchObject({
    a: second,
    b: first,
    ofA: half('From + Pending Out', 5, 6),
    ofB: half('To', 3, 4),
  });
  expect([...table.rest()]).toEqual([]);
});

test.each([
  [a, b],
  [b, a],
])('what %s alone says of %s is left at the end', (user, contact) => {
  const table = new HalfTable({ index: 0, count: 1 });
  table.add(user, contact, half('Both', 1, 2));
  expect([...table.rest()]).toMatchObject([
    { a: user, b: contact, ofA: half('Both', 1, 2), ofB: half('None') },
  ]);
});

test('every pair is in exactly one partition, and both of its halves are', () => {
  const count = 7;
  const tables = Array.from({ length: count }, (_, index) => new HalfTable({ index, count }));
  const users = Array.from({ length: 40 }, (_, index) => `user${index}@x` as BareJid);
  let pairs = 0;
  for (const user of users)
    for (const contact of users)
      if (user !== contact)
        for (const table of tables) if (table.add(user, contact, half('Both'))) pairs += 1;
  expect(pairs).toBe((40 * 39) / 2);
  expect(tables.flatMap((table) => [...table.rest()])).toEqual([]);
});
