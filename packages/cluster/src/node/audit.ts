/** Asks the owners of sessions that somebody here sees which of them are not to be seen any more. */
import { bareOf } from '@rollcall/xmpp';
import type { ShownSession } from '../envelope/envelope.ts';
import type { Post } from '../post/post.ts';
import { shardOf } from '../shard/shard-of.ts';

/** Sessions in one envelope. */
const sessionsPerAudit = 1_000;

export function audit(shown: readonly ShownSession[], post: Post): void {
  const byShard = new Map<number, ShownSession[]>();
  for (const each of shown) {
    const shard = shardOf(bareOf(each.address));
    const some = byShard.get(shard);
    if (some === undefined) byShard.set(shard, [each]);
    else some.push(each);
  }
  for (const [shard, sessions] of byShard)
    for (let start = 0; start < sessions.length; start += sessionsPerAudit)
      post.toShard(shard, {
        kind: 'audit',
        replyTo: post.self,
        sessions: sessions.slice(start, start + sessionsPerAudit),
      });
}
