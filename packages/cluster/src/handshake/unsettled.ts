/**
 * Unfinished business: users whose records say that a handshake may not be in the queue yet. A new owner of their shards
 * wakes them, a few at a time; waking sends their outbox again.
 */
import { userOfKey, type RecordStore } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Residents } from '../engine/residents.ts';
import { nameKeyOf, userKeyPrefix, userPartOf } from '../actor/record-file.ts';
import { shardOf } from '../shard/shard-of.ts';

export interface WakeUnsettledOptions {
  readonly records: RecordStore;
  readonly residents: Residents;
  readonly atOnce: number;
  readonly owns: (shard: number) => boolean;
}

/** Resolves with how many were woken, when all of them have sent what they had. Rejects with `StoreError`. */
export async function wakeUnsettled(options: WakeUnsettledOptions): Promise<number> {
  const { records, residents, atOnce, owns } = options;
  const seen = new Set<BareJid>();
  let waking: Promise<void>[] = [];
  for await (const key of records.unsettled(userKeyPrefix)) {
    const user = userOfKey(userPartOf(key)) ?? (await readUser(records, key));
    if (user === undefined || seen.has(user) || !owns(shardOf(user))) continue;
    seen.add(user);
    const actor = residents.wake(user);
    waking.push(new Promise((resolve) => actor.whenQuiet(resolve)));
    if (waking.length < atOnce) continue;
    await Promise.all(waking);
    waking = [];
  }
  await Promise.all(waking);
  return seen.size;
}

async function readUser(records: RecordStore, key: string): Promise<BareJid | undefined> {
  const name = await records.read(nameKeyOf(userPartOf(key)));
  return name && (new TextDecoder().decode(name.value) as BareJid);
}
