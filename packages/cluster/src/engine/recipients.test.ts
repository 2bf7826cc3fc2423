import type { Crowd } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import { describe, expect, test, vi } from 'vitest';
import type { Post } from '../post/post.ts';
import type { ProcessId } from '../process/process-id.ts';
import { shardOf } from '../shard/shard-of.ts';
import { jid } from '../testing/test-client.ts';
import { RecipientCache } from './recipients.ts';
import { Served } from './served.ts';

const pieceSize = 100;
const [one, two] = ['engine-1~1', 'engine-2~1'] as const;

/** Shards are owned in turn; `away` has none. */
function cluster(owners: readonly string[], away?: number) {
  const ownerOf = vi.fn((shard: number) =>
    shard === away ? undefined : (owners[shard % owners.length] as ProcessId),
  );
  const post = { version: 1, ownerOf } as Partial<Post> as Post & { version: number };
  const recipients = new RecipientCache(post, new Served(['x'], new Map()), pieceSize);
  return { post, ownerOf, recipients };
}

function partsOf(sizes: readonly number[]): Crowd {
  return sizes.map((size, part) =>
    Array.from({ length: size }, (_, index) => jid(`user${part}-${index}@x`)),
  );
}

const sizeOf = (crowd: Crowd) => crowd.flat().length;

describe('a crowd', () => {
  test('is cut into pieces that hold a turn of work for each owner, and everybody once', () => {
    const crowd = partsOf(Array.from({ length: 20 }, () => 30));
    const small = cluster([one]).recipients.piecesOf(crowd);
    expect(small.map(sizeOf)).toEqual([90, 90, 90, 90, 90, 90, 60]);
    const large = cluster([one, two]).recipients.piecesOf(crowd);
    expect(large.map(sizeOf)).toEqual([180, 180, 180, 60]);
    expect(large.flat(2)).toEqual(crowd.flat());
  });

  test('is cut within a part that is larger than a piece may be', () => {
    const pieces = cluster([one]).recipients.piecesOf(partsOf([250, 40]));
    expect(pieces.map(sizeOf)).toEqual([100, 100, 90]);
  });

  test('comes in the same pieces as long as owners stay the same', () => {
    const { post, recipients } = cluster([one]);
    const crowd = partsOf([80, 80]);
    const pieces = recipients.piecesOf(crowd);
    expect(recipients.piecesOf(crowd)).toBe(pieces);
    post.version += 1;
    expect(recipients.piecesOf(crowd)).not.toBe(pieces);
  });
});

describe('a piece', () => {
  test('is sorted by owner, by who has none, and by who is no user here', () => {
    const [waits, stranger] = [jid('user0-0@x'), jid('romeo@elsewhere')];
    const { recipients } = cluster([one, two], shardOf(waits));
    const users = [waits, stranger, jid('user0-1@x'), jid('user0-2@x'), jid('user0-3@x')];
    const sorted = recipients.sorted([users]);
    expect(sorted.elsewhere).toEqual([stranger]);
    expect(sorted.waiting.get(shardOf(waits))).toEqual([waits]);
    for (const { owner, users: own } of sorted.byOwner)
      for (const user of own) expect([one, two][shardOf(user) % 2]).toBe(owner);
    const all = sorted.byOwner.flatMap(({ users: own }) => own);
    expect(new Set<BareJid>([...all, waits, stranger])).toEqual(new Set(users));
  });

  test('is sorted once, and after a change only the part that is new', () => {
    const { ownerOf, recipients } = cluster([one]);
    const crowd = partsOf([40, 40]);
    recipients.sorted(crowd);
    recipients.sorted(crowd);
    expect(ownerOf).toHaveBeenCalledTimes(80);
    recipients.sorted([crowd[0] ?? [], [jid('new@x')]]);
    expect(ownerOf).toHaveBeenCalledTimes(81);
  });

  test('that has waited is sorted by who owns it now', () => {
    const { post, ownerOf, recipients } = cluster([one]);
    const [piece] = recipients.piecesOf(partsOf([40]));
    expect(recipients.sorted(piece ?? []).byOwner.map(({ owner }) => owner)).toEqual([one]);
    ownerOf.mockReturnValue(two as ProcessId);
    post.version += 1;
    expect(recipients.sorted(piece ?? []).byOwner.map(({ owner }) => owner)).toEqual([two]);
  });
});
